// How many calls may be asked twice at once: one in twenty, with some to spare for a bad minute. More would make a slow
// provider slower.

const perCall = 0.05
const tokensMax = 10

export class HedgeBudget {
  #tokens = 0

  /** Calls that could be hedged now. */
  get tokens(): number {
    return this.#tokens
  }

  beginCall(): void {
    this.#tokens = Math.min(tokensMax, this.#tokens + perCall)
  }

  /** False, with nothing taken, when too many were hedged lately. */
  take(): boolean {
    // Twenty twentieths are a little less than one.
    if (this.#tokens < 1 - 1e-9) return false
    this.#tokens -= 1
    return true
  }
}
