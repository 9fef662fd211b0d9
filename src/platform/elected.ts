// Keeps a lease for as long as it can be had. Who has it is certain only until its time is over, counted from before it was
// asked for: a process that was stopped meanwhile finds its term ended before it does anything else.
import type { Clock, Timer } from '../core/clock.ts'
import type { Leases, Office } from '../core/leases.ts'

export interface ElectedParts {
  readonly leases: Leases
  readonly clock: Clock
  /** What it is for. */
  readonly name: string
  /** No two have the same. */
  readonly holder: string
  readonly leaseMs?: number
  /** Told once of each change, when it is noticed. */
  onChange?(term: number | undefined): void
}

const usualLeaseMs = 15_000
/** It is asked for so many times in its time. */
const asksInTime = 3

export class Elected implements Office {
  readonly #parts: ElectedParts
  readonly #leaseMs: number
  #term: number | undefined
  #untilMs = Number.NEGATIVE_INFINITY
  #told: number | undefined
  #timer: Timer | undefined
  #isAsking = false
  #isOver = false

  constructor(parts: ElectedParts) {
    this.#parts = parts
    this.#leaseMs = parts.leaseMs ?? usualLeaseMs
  }

  get term(): number | undefined {
    return this.#parts.clock.nowMs() < this.#untilMs ? this.#term : undefined
  }

  start(): void {
    this.#timer = this.#parts.clock.after(this.#leaseMs / asksInTime, () => this.start())
    void this.#ask()
  }

  /** Lets others have it at once. */
  async stop(): Promise<void> {
    this.#isOver = true
    this.#timer?.cancel()
    const { leases, name, holder } = this.#parts
    const had = this.term
    this.#untilMs = Number.NEGATIVE_INFINITY
    this.#notice()
    // What cannot be given back ends by itself.
    if (had !== undefined) await leases.release(name, holder).catch(() => undefined)
  }

  async #ask(): Promise<void> {
    this.#notice()
    if (this.#isAsking) return
    this.#isAsking = true
    const { leases, clock, name, holder } = this.#parts
    const askedMs = clock.nowMs()
    try {
      const term = await leases.hold(name, holder, this.#leaseMs)
      if (this.#isOver) return
      this.#term = term
      this.#untilMs = term === undefined ? Number.NEGATIVE_INFINITY : askedMs + this.#leaseMs
    } catch {
      // It lasts until its time is over; then it is nobody's, or somebody else's.
    } finally {
      this.#isAsking = false
      this.#notice()
    }
  }

  #notice(): void {
    const { term } = this
    if (term === this.#told) return
    this.#told = term
    this.#parts.onChange?.(term)
  }
}
