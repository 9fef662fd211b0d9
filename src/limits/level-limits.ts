// The limits of one kind of those who have some: of keys, of users. Whoever a name of the config stands for is kept from
// their first call on; whoever `*` stands for is let go of when there is nothing to remember.
import type { LimitLevel, LimitRule } from './limits.ts'
import { everybody, limitedIn, ownRules } from './limited.ts'
import type { ByName, Limited } from './limited.ts'
import type { Subject } from './limit-subject.ts'
import type { LocalLimits } from './local-limits.ts'
import { PassingSubjects } from './passing-subjects.ts'

/** Beyond so many names of one tenant that a `*` stands for, its newcomers have their limits in common. */
const passingMax = 10_000

export interface LevelParts {
  readonly limits: LocalLimits
  readonly level: LimitLevel
  /** Somebody who was found is no longer known: what was kept of what is found here is to be forgotten. */
  forgotten(): void
}

export class LevelLimits {
  readonly #parts: LevelParts
  #rules: ByName<LimitRule> = new Map()
  readonly #named = new Map<string, Subject>()
  /** Those who had rules of their own, until they come again. */
  readonly #unnamed = new Map<string, Subject>()
  /** By tenant: nobody can use up the room for another tenant's names. */
  readonly #passing = new Map<string | undefined, PassingSubjects>()

  constructor(parts: LevelParts) {
    this.#parts = parts
  }

  /** Goes by other rules from now on. What was used stays used. */
  use(rules: ByName<LimitRule>, nowMs: number): void {
    const { limits } = this.#parts
    this.#rules = rules
    const common = rules.get(everybody)
    for (const [id, subject] of [...this.#named, ...this.#unnamed]) {
      this.#named.delete(id)
      this.#unnamed.delete(id)
      const own = ownRules(rules, subject)
      const those = own ?? common
      if (those === undefined) continue
      limits.change(subject, those, nowMs)
      const known = own === undefined ? this.#unnamed : this.#named
      known.set(id, subject)
    }
    // Where there are none, somebody may have rules of their own instead, and is looked for here.
    if (common === undefined) return
    for (const passing of this.#passing.values()) passing.change(common, nowMs)
  }

  /** Their limits may be those of others, only because there is no room for more. */
  isCrowdedFor({ tenant }: Pick<Limited, 'tenant'>): boolean {
    return this.#passing.get(tenant)?.isFull === true
  }

  /** Undefined where they have no limits. */
  find(limited: Limited, nowMs: number): Subject | undefined {
    const known = this.#named.get(limited.id)
    if (known !== undefined) return known
    const own = ownRules(this.#rules, limited)
    if (own === undefined) return this.#findPassing(limited, nowMs)
    const { name, tenant, id } = limited
    const { limits, level } = this.#parts
    const passed = this.#passing.get(tenant)?.release(limited)
    if (passed !== undefined) {
      passed.id = id
      limits.change(passed, own, nowMs)
    }
    const subject = passed ?? limits.subject({ level, name, id }, own, nowMs)
    this.#named.set(id, subject)
    return subject
  }

  #findPassing(limited: Limited, nowMs: number): Subject | undefined {
    const rules = this.#rules.get(everybody)
    if (rules === undefined) return undefined
    const passing = this.#passing.get(limited.tenant) ?? this.#newPassing(limited.tenant, rules)
    const unnamed = this.#unnamed.get(limited.id)
    if (unnamed !== undefined) {
      this.#unnamed.delete(limited.id)
      passing.adopt(unnamed, limited)
    }
    return passing.find(limited, nowMs)
  }

  #newPassing(tenant: string | undefined, rules: readonly LimitRule[]): PassingSubjects {
    const othersId = limitedIn(tenant, everybody).id
    const passing = new PassingSubjects({ ...this.#parts, rules, othersId, subjectsMax: passingMax })
    this.#passing.set(tenant, passing)
    return passing
  }
}
