// How far a stream may go on: as far as was held back for it, and further only when the budgets hold back more before it
// passes. One whose length nobody promised goes 1,024 tokens at a time; of one with a bound that its provider keeps, nothing
// is asked.
import type { BudgetDenial, BudgetLease, Instant, Spending } from './budget.ts'

export const tokensPerPiece = 1_024

/** Who holds back more for a call under way. */
export interface TopUps {
  /** Undefined where it is held; else the budget that refuses, and not another token of it may be let through. */
  topUp(lease: BudgetLease, more: Spending, at: Instant): BudgetDenial | undefined
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

/** What a stream may have from the start. */
export interface FirstGrant {
  readonly tokens: number
  /** Its provider was told that it may be no longer. */
  readonly isPromised: boolean
}

export class OutputAllowance {
  readonly #parts: AllowanceParts
  #granted: number
  #isPromised: boolean
  #believed = 0
  /** Nothing has to be done before so many tokens. */
  #quietUntil: number
  #refusal: BudgetDenial | undefined

  constructor(parts: AllowanceParts, { tokens, isPromised }: FirstGrant) {
    this.#parts = parts
    this.#granted = tokens
    this.#isPromised = isPromised
    this.#quietUntil = isPromised ? tokens : this.#foreseenAt()
  }

  get granted(): number {
    return this.#granted
  }

  /**
   * Whether a stream of so many events is taken to be as short as was promised: then nobody counts its tokens. An event is one
   * at least.
   */
  believes(events: number): boolean {
    if (events > this.#granted) this.#isPromised = false
    else if (this.#isPromised) this.#believed = events
    return this.#isPromised
  }

  /** So many events went by while it was believed. */
  get believed(): number {
    return this.#believed
  }

  /**
   * Asked before an event passes, with the tokens that were let through and those of the event. The budget that has nothing
   * more for it: the stream is to be cut here, and stays so.
   */
  refusalAt(outputTokens: number, at: Instant): BudgetDenial | undefined {
    if (outputTokens <= this.#quietUntil) return undefined
    if (outputTokens <= this.#granted) {
      this.#foresee()
      return undefined
    }
    if (this.#refusal !== undefined) return this.#refusal
    const tokens = Math.ceil((outputTokens - this.#granted) / tokensPerPiece) * tokensPerPiece
    const { budgets, lease } = this.#parts
    this.#refusal = budgets.topUp(lease, this.#costOf(tokens), at)
    if (this.#refusal !== undefined) return this.#refusal
    this.#granted += tokens
    this.#quietUntil = this.#foreseenAt()
    return undefined
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
