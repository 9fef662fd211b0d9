// Time as a value: it moves when a test says so. Timers run in the order of their times, those of one time in the
// order in which they were set, and each sees the time that it was set for.
import type { Clock, Timer } from '../src/core/clock.ts'

interface Pending {
  readonly atMs: number
  readonly run: () => void
}

export class VirtualClock implements Clock {
  readonly #pending = new Set<Pending>()
  #nowMs = 0
  #wallOffsetMs: number

  constructor(wallMs = Date.UTC(2026, 0, 1)) {
    this.#wallOffsetMs = wallMs
  }

  wallMs(): number {
    return this.#wallOffsetMs + this.#nowMs
  }

  nowMs(): number {
    return this.#nowMs
  }

  after(delayMs: number, run: () => void): Timer {
    const pending = { atMs: this.#nowMs + Math.max(0, delayMs), run }
    this.#pending.add(pending)
    return { cancel: () => void this.#pending.delete(pending) }
  }

  /** Timers that have neither run nor been cancelled. */
  get pending(): number {
    return this.#pending.size
  }

  /** Moves time on by this much and runs what falls due on the way, also what is set on the way. */
  advance(delayMs: number): void {
    const untilMs = this.#nowMs + delayMs
    for (let next = this.#first(untilMs); next !== undefined; next = this.#first(untilMs)) {
      this.#pending.delete(next)
      this.#nowMs = Math.max(this.#nowMs, next.atMs)
      next.run()
    }
    this.#nowMs = untilMs
  }

  /** Time passes and no timer runs, as when something blocks the event loop: those that fell due run late. */
  stall(forMs: number): void {
    this.#nowMs += forMs
  }

  /** Steps the wall clock, as an operator or a time server may; durations do not notice. */
  stepWall(byMs: number): void {
    this.#wallOffsetMs += byMs
  }

  #first(untilMs: number): Pending | undefined {
    let first: Pending | undefined
    for (const pending of this.#pending) {
      if (pending.atMs <= untilMs && (first === undefined || pending.atMs < first.atMs)) first = pending
    }
    return first
  }
}
