// Holds calls back from a deployment that mostly refuses them, in proportion to how much it refuses: a call that it
// would refuse costs both sides. A call is counted before it is sent, or a deployment that hangs would look idle; as
// long as it has no answer it is given the benefit of the doubt, or a burst on a quiet deployment would be refused.
import { CountWindow } from './count-window.ts'
import type { ThrottleSettings } from './health-settings.ts'

const slots = 12

export class AdaptiveThrottle {
  readonly #settings: ThrottleSettings
  readonly #calls: CountWindow
  readonly #accepts: CountWindow

  constructor(settings: ThrottleSettings) {
    this.#settings = settings
    this.#calls = new CountWindow(settings.windowMs, slots)
    this.#accepts = new CountWindow(settings.windowMs, slots)
  }

  /** A call is about to be sent. */
  call(nowMs: number): void {
    this.#calls.add(nowMs)
  }

  /** It was answered, and not by a refusal. */
  accept(nowMs: number): void {
    this.#accepts.add(nowMs)
  }

  /** The share of calls to hold back, while so many have no answer yet. */
  refusedShare(nowMs: number, unanswered: number): number {
    const calls = this.#calls.sum(nowMs)
    const granted = this.#settings.callsPerAccept * (this.#accepts.sum(nowMs) + unanswered)
    if (granted >= calls) return 0
    return Math.min(this.#settings.refusedShareMax, (calls - granted) / (calls + 1))
  }

  counts(nowMs: number): { calls: number; accepts: number } {
    return { calls: this.#calls.sum(nowMs), accepts: this.#accepts.sum(nowMs) }
  }

  forget(): void {
    this.#calls.forget()
    this.#accepts.forget()
  }
}
