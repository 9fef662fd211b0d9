// One limit as a token bucket: it fills at a steady rate up to its burst, and may go into debt for what a call used
// beyond its estimate, by one burst at most. Time that runs backwards fills nothing.
import type { LimitKind, LimitRule } from './limits.ts'

/** Fractions that summing leaves behind: a caller who waited as long as it was told to is let in. */
const tolerance = 1e-6
/** The same for a wait: a millionth of a millionth is no millisecond more. */
const almostWhole = 1 - 1e-12

export class Bucket {
  readonly kind: LimitKind
  readonly perMs: number
  /** The state of the rules that it came with: calls that began before know nothing of it. */
  readonly generation: number
  limit = 0
  burst = 0
  /** Calls at a time, for concurrency. */
  inFlight = 0
  #ratePerMs = 0
  #level = 0
  #atMs: number

  constructor(rule: LimitRule, generation: number, nowMs: number) {
    this.kind = rule.kind
    this.perMs = rule.perMs
    this.generation = generation
    this.#atMs = nowMs
    this.change(rule)
    this.#level = this.burst
  }

  /** Another limit from now on. What was used stays used. */
  change({ amount, burst = amount }: LimitRule): void {
    this.#level = Math.max(burst - (this.burst - this.#level), -burst)
    this.limit = amount
    this.burst = burst
    this.#ratePerMs = amount / this.perMs
  }

  /** Fills up to now, and says what there is. */
  levelAt(nowMs: number): number {
    if (nowMs > this.#atMs) {
      if (this.#level < this.burst) {
        const level = this.#level + (nowMs - this.#atMs) * this.#ratePerMs
        this.#level = level < this.burst ? level : this.burst
      }
      this.#atMs = nowMs
    }
    return this.#level
  }

  get ratePerMs(): number {
    return this.#ratePerMs
  }

  /** What all gateways together have used of it, as a store has just said. */
  mirror(used: number, nowMs: number): void {
    this.#level = this.burst - used
    this.#atMs = nowMs
  }

  has(amount: number, nowMs: number): boolean {
    return this.levelAt(nowMs) + tolerance >= amount
  }

  take(amount: number): void {
    this.#level -= amount
  }

  /** Replaces what was taken by what was used. */
  correct(taken: number, used: number, nowMs: number): void {
    const level = this.levelAt(nowMs) + taken - used
    this.#level = level > this.burst ? this.burst : Math.max(level, -this.burst)
  }

  /** How long until there is so much, in whole milliseconds. */
  waitMs(amount: number, nowMs: number): number {
    return Math.max(0, Math.ceil(((amount - this.levelAt(nowMs)) / this.#ratePerMs) * almostWhole))
  }

  /** As if nobody had ever come. */
  isUntouched(nowMs: number): boolean {
    return this.inFlight === 0 && (this.kind === 'concurrency' || this.levelAt(nowMs) >= this.burst)
  }
}
