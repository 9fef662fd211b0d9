// How far a stream may go on whose length nobody promised: it is let through 1,024 tokens at a time, each piece held back
// from the budgets before the first token of it passes. A call whose `max_tokens` is kept needs none of this.
import type { BudgetLease, Instant, Spending } from './budget.ts'

export const tokensPerPiece = 1_024

/** Who holds back more for a call under way. */
export interface TopUps {
  /** False: not another token of it may be let through. */
  topUp(lease: BudgetLease, more: Spending, at: Instant): boolean
  /** It will soon ask for so much: there for those whose answers take time. */
  foresee?(lease: BudgetLease, more: Spending): void
}

export interface AllowanceParts {
  readonly budgets: TopUps
  /** Already holds the input and `granted` tokens of output. */
  readonly lease: BudgetLease
  /** The most that so many tokens of output cost, with the input, in nano-dollars; undefined for an unknown price. */
  boundFor(outputTokens: number): number | undefined
}

export class OutputAllowance {
  readonly #parts: AllowanceParts
  #granted: number
  /** Nothing has to be done before so many tokens. */
  #quietUntil: number
  #isRefused = false

  constructor(parts: AllowanceParts, granted = tokensPerPiece) {
    this.#parts = parts
    this.#granted = granted
    this.#quietUntil = this.#foreseenAt()
  }

  get granted(): number {
    return this.#granted
  }

  /**
   * Asked before an event passes, with the tokens that were let through and those of the event. False: the stream is
   * to be cut here, and stays so.
   */
  allows(outputTokens: number, at: Instant): boolean {
    if (outputTokens <= this.#quietUntil) return true
    if (outputTokens <= this.#granted) {
      this.#foresee()
      return true
    }
    if (this.#isRefused) return false
    const tokens = Math.ceil((outputTokens - this.#granted) / tokensPerPiece) * tokensPerPiece
    const { budgets, lease } = this.#parts
    this.#isRefused = !budgets.topUp(lease, this.#costOf(tokens), at)
    if (this.#isRefused) return false
    this.#granted += tokens
    this.#quietUntil = this.#foreseenAt()
    return true
  }

  /** Where half of the last piece has passed, the next is asked for. */
  #foreseenAt(): number {
    return this.#parts.budgets.foresee === undefined ? this.#granted : this.#granted - tokensPerPiece / 2
  }

  #foresee(): void {
    this.#quietUntil = this.#granted
    const { budgets, lease } = this.#parts
    budgets.foresee?.(lease, this.#costOf(tokensPerPiece))
  }

  #costOf(tokens: number): Spending {
    const { boundFor } = this.#parts
    const [before, after] = [boundFor(this.#granted), boundFor(this.#granted + tokens)]
    return { nanoDollars: before === undefined || after === undefined ? undefined : after - before, tokens }
  }
}
