// Deadlines by the thousand: one coarse timer looks at all of them, so that setting and cancelling one costs next to
// nothing. A deadline may fire up to one look late, never early; while there is none, no timer runs.
import type { Clock } from '../core/clock.ts'

/** How often they are looked at, in milliseconds. */
const lookEveryMs = 50

export interface Deadline {
  /** Forgets it. Harmless when it has already fired. */
  cancel(): void
  /** Moves it to this long from now. Does nothing once it has fired or was cancelled. */
  extend(delayMs: number): void
}

export class Deadlines {
  readonly #clock: Clock
  readonly #pending = new Set<Pending>()
  #looking = false

  constructor(clock: Clock) {
    this.#clock = clock
  }

  /** Runs `run` once, `delayMs` from now or up to 50 ms later, unless it is cancelled or moved before. */
  set(delayMs: number, run: () => void): Deadline {
    const pending = new Pending(this.#clock, this.#pending, { atMs: this.#clock.nowMs() + delayMs, run })
    this.#pending.add(pending)
    if (!this.#looking) this.#look()
    return pending
  }

  get size(): number {
    return this.#pending.size
  }

  #look(): void {
    this.#looking = true
    this.#clock.after(lookEveryMs, () => {
      this.#looking = false
      try {
        this.#fireDue()
      } finally {
        // A bug in what one of them runs must not stop the others.
        if (this.#pending.size > 0 && !this.#looking) this.#look()
      }
    })
  }

  #fireDue(): void {
    const nowMs = this.#clock.nowMs()
    for (const pending of this.#pending) if (pending.atMs <= nowMs) pending.fire()
  }
}

class Pending implements Deadline {
  readonly #clock: Clock
  readonly #all: Set<Pending>
  readonly #run: () => void
  atMs: number

  constructor(clock: Clock, all: Set<Pending>, what: { readonly atMs: number; readonly run: () => void }) {
    this.#clock = clock
    this.#all = all
    this.#run = what.run
    this.atMs = what.atMs
  }

  cancel(): void {
    this.#all.delete(this)
  }

  extend(delayMs: number): void {
    this.atMs = this.#clock.nowMs() + delayMs
  }

  fire(): void {
    this.#all.delete(this)
    this.#run()
  }
}
