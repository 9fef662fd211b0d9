// How far a stream may go on whose length nobody promised: it is let through 1,024 tokens at a time, each piece held back
// from the budgets before the first token of it passes. A call whose `max_tokens` is kept needs none of this.
import type { BudgetLease, Instant } from './budget.ts'
import type { Budgets } from './budgets.ts'

export const tokensPerPiece = 1_024

export interface AllowanceParts {
  readonly budgets: Budgets
  /** Already holds the input and `granted` tokens of output. */
  readonly lease: BudgetLease
  /** The most that so many tokens of output cost, with the input, in nano-dollars; undefined for an unknown price. */
  boundFor(outputTokens: number): number | undefined
}

export class OutputAllowance {
  readonly #parts: AllowanceParts
  #granted: number
  #isRefused = false

  constructor(parts: AllowanceParts, granted = tokensPerPiece) {
    this.#parts = parts
    this.#granted = granted
  }

  get granted(): number {
    return this.#granted
  }

  /**
   * Asked before an event passes, with the tokens that were let through and those of the event. False: the stream is
   * to be cut here, and stays so.
   */
  allows(outputTokens: number, at: Instant): boolean {
    if (outputTokens <= this.#granted) return true
    if (this.#isRefused) return false
    const { budgets, lease, boundFor } = this.#parts
    const tokens = Math.ceil((outputTokens - this.#granted) / tokensPerPiece) * tokensPerPiece
    const [before, after] = [boundFor(this.#granted), boundFor(this.#granted + tokens)]
    const nanoDollars = before === undefined || after === undefined ? undefined : after - before
    this.#isRefused = !budgets.topUp(lease, { nanoDollars, tokens }, at)
    if (!this.#isRefused) this.#granted += tokens
    return !this.#isRefused
  }
}
