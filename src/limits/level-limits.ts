// The limits of one kind of those who have some: of keys, of users. Whoever a name of the config stands for is kept from
// their first call on; whoever `*` stands for is let go of when there is nothing to remember.
import type { LimitLevel, LimitRule } from './limits.ts'
import { everybody, ownRules } from './limited.ts'
import type { ByName, Limited } from './limited.ts'
import type { Subject } from './limit-subject.ts'
import type { LocalLimits } from './local-limits.ts'
import { PassingSubjects } from './passing-subjects.ts'

/** Beyond so many names that a `*` stands for, newcomers have their limits in common. */
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
  #passing: PassingSubjects | undefined

  constructor(parts: LevelParts) {
    this.#parts = parts
  }

  /** Goes by other rules from now on. What was used stays used. */
  use(rules: ByName<LimitRule>, nowMs: number): void {
    const { limits } = this.#parts
    this.#rules = rules
    for (const [id, subject] of this.#named) {
      const own = ownRules(rules, subject)
      if (own === undefined) this.#named.delete(id)
      else limits.change(subject, own, nowMs)
    }
    const common = rules.get(everybody)
    if (common === undefined) this.#passing = undefined
    else if (this.#passing !== undefined) this.#passing.change(common, nowMs)
    else this.#passing = new PassingSubjects({ ...this.#parts, rules: common, subjectsMax: passingMax })
  }

  /** Some have their limits in common, only because there is no room for more. */
  get isCrowded(): boolean {
    return this.#passing !== undefined && this.#passing.size >= passingMax
  }

  /** Undefined where they have no limits. */
  find(limited: Limited, nowMs: number): Subject | undefined {
    const known = this.#named.get(limited.id)
    if (known !== undefined) return known
    const own = ownRules(this.#rules, limited)
    if (own === undefined) return this.#passing?.find(limited, nowMs)
    const { limits, level } = this.#parts
    const subject = limits.subject({ level, name: limited.name, id: limited.id }, own, nowMs)
    this.#named.set(limited.id, subject)
    return subject
  }
}
