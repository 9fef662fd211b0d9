// Those of one tenant who have limits without being known beforehand, or addresses: they are remembered while they have
// something to be remembered for, and no more of them than there is room for.
import type { LimitLevel, LimitRule } from './limits.ts'
import type { Limited } from './limited.ts'
import type { Subject } from './limit-subject.ts'
import type { LocalLimits } from './local-limits.ts'

export interface PassingParts {
  readonly limits: LocalLimits
  readonly level: LimitLevel
  readonly rules: readonly LimitRule[]
  /** What those are known by who have their limits in common. */
  readonly othersId: string
  /** Beyond this many, newcomers have their limits in common. */
  readonly subjectsMax: number
  /** Told when somebody is let go of, or there is room again: who was found before is to be asked for anew. */
  forgotten(): void
}

/** So many of the oldest are looked at for each newcomer: the table shrinks as fast as it grows, a little at a time. */
const looksPerNewcomer = 4

export class PassingSubjects {
  readonly #parts: PassingParts
  #rules: readonly LimitRule[]
  readonly #byId = new Map<string, Subject>()
  #others: Subject | undefined

  constructor(parts: PassingParts) {
    this.#parts = parts
    this.#rules = parts.rules
  }

  get size(): number {
    return this.#byId.size
  }

  /** Newcomers have their limits in common, only because there is no room for more. */
  get isFull(): boolean {
    return this.#byId.size >= this.#parts.subjectsMax
  }

  /** Other rules for all of them. What was used stays used, and calls under way stay counted. */
  change(rules: readonly LimitRule[], nowMs: number): void {
    this.#rules = rules
    for (const subject of this.#byId.values()) this.#parts.limits.change(subject, rules, nowMs)
    if (this.#others !== undefined) this.#parts.limits.change(this.#others, rules, nowMs)
  }

  /** Somebody comes who was known elsewhere, under these rules. */
  adopt(subject: Subject, limited: Limited): void {
    const id = lastingIdOf(limited)
    subject.id = id
    this.#byId.set(id, subject)
  }

  /** Lets go of somebody, who is to be known elsewhere; undefined where they are not known here. */
  release(limited: Limited): Subject | undefined {
    const id = lastingIdOf(limited)
    const subject = this.#byId.get(id)
    this.#byId.delete(id)
    return subject
  }

  /** Good until somebody is let go of. */
  find(limited: Limited, nowMs: number): Subject {
    const { name } = limited
    const lastingId = lastingIdOf(limited)
    const known = this.#byId.get(lastingId)
    if (known !== undefined) {
      known.name = name
      return known
    }
    this.#forget(nowMs)
    if (this.isFull) {
      return (this.#others ??= this.#make({ name: 'others', id: this.#parts.othersId }, nowMs))
    }
    const subject = this.#make({ name, id: lastingId }, nowMs)
    this.#byId.set(lastingId, subject)
    return subject
  }

  #make(called: { readonly name: string; readonly id: string }, nowMs: number): Subject {
    const { limits, level } = this.#parts
    return limits.subject({ level, ...called }, this.#rules, nowMs)
  }

  /** One with everything left is the same as a new one. The others go to the end of the line. */
  #forget(nowMs: number): void {
    let looks = looksPerNewcomer
    const before = this.#byId.size
    for (const [id, subject] of this.#byId) {
      if (looks-- === 0) break
      this.#byId.delete(id)
      if (!subject.isUntouched(nowMs)) this.#byId.set(id, subject)
    }
    if (this.#byId.size < before) this.#parts.forgotten()
  }
}

function lastingIdOf({ id, lastingId = id }: Limited): string {
  return lastingId
}
