// Deadlines by the thousand: one coarse timer looks at all of them, so that setting and cancelling one costs next to
// nothing. A deadline may fire up to two looks late, never early; while there is none, no timer runs.
import type { Clock } from '../core/clock.ts'

/** How often they are looked at, in milliseconds. */
const lookEveryMs = 50

export interface Deadline {
  /** Forgets it. Harmless when it has already fired. */
  cancel(): void
  /** Moves it to this long from now, or up to 100 ms later. Does nothing once it has fired or was cancelled. */
  extend(delayMs: number): void
}

export class Deadlines {
  readonly #clock: Clock
  readonly #pending = new Set<Pending>()
  #looking = false
  /** When they were looked at last. */
  #lookedMs = 0

  constructor(clock: Clock) {
    this.#clock = clock
  }

  /**
   * The time of the next look, on the clock's monotonic scale: never before now, and at most 50 ms ahead while any
   * deadline is set. It costs nothing, where the clock itself would be read for every piece of every stream.
   */
  get soonMs(): number {
    return this.#lookedMs + lookEveryMs
  }

  /** Runs `run` once, `delayMs` from now or up to 100 ms later, unless it is cancelled or moved before. */
  set(delayMs: number, run: () => void): Deadline {
    const nowMs = this.#clock.nowMs()
    if (!this.#looking) this.#lookedMs = nowMs
    const pending = new Pending(this, this.#pending, { atMs: nowMs + delayMs, run })
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
    this.#lookedMs = nowMs
    for (const pending of this.#pending) if (pending.atMs <= nowMs) pending.fire()
  }
}

class Pending implements Deadline {
  readonly #deadlines: Deadlines
  readonly #all: Set<Pending>
  readonly #run: () => void
  atMs: number

  constructor(
    deadlines: Deadlines,
    all: Set<Pending>,
    what: { readonly atMs: number; readonly run: () => void },
  ) {
    this.#deadlines = deadlines
    this.#all = all
    this.#run = what.run
    this.atMs = what.atMs
  }

  cancel(): void {
    this.#all.delete(this)
  }

  extend(delayMs: number): void {
    this.atMs = this.#deadlines.soonMs + delayMs
  }

  fire(): void {
    this.#all.delete(this)
    this.#run()
  }
}
