// How hard the process is pressed, as numbers from 0 to 1: pure, so that it can be shown without a busy machine.
// What is read where stands in process-limits.ts.

/** Below `from` a signal says nothing, from `to` on it says everything. */
export interface Bounds {
  readonly from: number
  readonly to: number
}

/** Where a value stands between its bounds: 0 to 1. What cannot be measured presses nobody. */
export function pressureOf(value: number | undefined, { from, to }: Bounds): number {
  if (value === undefined || Number.isNaN(value)) return 0
  return Math.min(1, Math.max(0, (value - from) / (to - from)))
}

/** No single moment counts for more than this. */
const momentMsMax = 1_000
/** Weight of the newest sample. */
const weight = 0.3

/**
 * How late the event loop is. The worst lateness of each sample is smoothed: a hiccup of a quarter of a second alone
 * says nothing, one of a second or a row of them does, and a second after the last it is forgotten.
 */
export class LoopDelay {
  #worstMs = 0
  #smoothMs = 0

  /** A timer ran so much later than it was to. */
  late(byMs: number): void {
    if (byMs > this.#worstMs) this.#worstMs = byMs
  }

  /** Ends a sample; gives the smoothed delay in milliseconds. */
  sample(): number {
    this.#smoothMs += weight * (Math.min(momentMsMax, this.#worstMs) - this.#smoothMs)
    this.#worstMs = 0
    return this.#smoothMs
  }
}
