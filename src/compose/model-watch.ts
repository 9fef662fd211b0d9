// What happens to models by itself, without a call: days pass, and what was learnt of them is written down. Once a minute,
// so that no call has to look at a calendar.
import type { Clock, Timer } from '../core/clock.ts'

export const eachMs = 60_000

export class ModelWatch {
  readonly #clock: Clock
  readonly #look: () => void
  #timer: Timer | undefined

  constructor(clock: Clock, look: () => void) {
    this.#clock = clock
    this.#look = look
  }

  start(): void {
    this.#timer = this.#clock.after(eachMs, () => {
      this.#look()
      this.start()
    })
  }

  /** Looks a last time. */
  stop(): void {
    this.#timer?.cancel()
    this.#look()
  }
}
