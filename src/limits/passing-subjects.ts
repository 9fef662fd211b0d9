// Those who have limits without being known beforehand: addresses, users that a client names. They are remembered while
// they have something to be remembered for, and no more of them than there is room for.
import type { LimitLevel, LimitRule } from './limits.ts'
import type { Subject } from './limit-subject.ts'
import type { LocalLimits } from './local-limits.ts'

export interface PassingParts {
  readonly limits: LocalLimits
  readonly level: LimitLevel
  readonly rules: readonly LimitRule[]
  /** Beyond this many, newcomers have their limits in common. */
  readonly subjectsMax: number
}

/** So many of the oldest are looked at for each newcomer: the table shrinks as fast as it grows, a little at a time. */
const looksPerNewcomer = 4

export class PassingSubjects {
  readonly #parts: PassingParts
  readonly #byName = new Map<string, Subject>()
  #others: Subject | undefined

  constructor(parts: PassingParts) {
    this.#parts = parts
  }

  get size(): number {
    return this.#byName.size
  }

  /** Ask for each call anew; do not keep what is found. */
  find(name: string, nowMs: number): Subject {
    const known = this.#byName.get(name)
    if (known !== undefined) return known
    this.#forget(nowMs)
    if (this.#byName.size >= this.#parts.subjectsMax) return (this.#others ??= this.#make('others', nowMs))
    const subject = this.#make(name, nowMs)
    this.#byName.set(name, subject)
    return subject
  }

  #make(name: string, nowMs: number): Subject {
    const { limits, level, rules } = this.#parts
    return limits.subject({ level, name }, rules, nowMs)
  }

  /** One with everything left is the same as a new one. The others go to the end of the line. */
  #forget(nowMs: number): void {
    let looks = looksPerNewcomer
    for (const [name, subject] of this.#byName) {
      if (looks-- === 0) return
      this.#byName.delete(name)
      if (!subject.isUntouched(nowMs)) this.#byName.set(name, subject)
    }
  }
}
