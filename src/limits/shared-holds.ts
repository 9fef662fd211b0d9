// The port of limits and budgets that several gateways have in common: a call asks once for all of them together. Those of
// one gateway alone (limit-book.ts, budget-book.ts) need no port, and nobody waits for them.
import type { BudgetOwner, Counter } from './budget-account.ts'
import type { BudgetDenial, BudgetLease, BudgetStanding, Instant, Spending } from './budget.ts'
import type { Subject } from './limit-subject.ts'
import type { CallTokens, LimitDenial, LimitLease } from './limits.ts'
import type { TopUps } from './output-allowance.ts'

export interface SharedRequest {
  /** All that have limits over the call, and all that have budgets. */
  readonly over: readonly Subject[]
  readonly owners: readonly BudgetOwner[]
  /** What it is reckoned to use. */
  readonly tokens: CallTokens
  /** The most that it may cost. */
  readonly spending: Spending
}

/** What was granted, of limits and budgets both. */
export type SharedLease = LimitLease & BudgetLease

export type SharedOutcome =
  | { readonly kind: 'granted'; readonly lease: SharedLease }
  | { readonly kind: 'limited'; readonly denial: LimitDenial }
  | { readonly kind: 'over_budget'; readonly denial: BudgetDenial }
  /** There may be enough, and nobody can say so just now. */
  | { readonly kind: 'unknown'; readonly standing: BudgetStanding }

/** Who hears that calls are over. */
export interface SharedBudgets extends TopUps {
  settle(lease: BudgetLease, spent: Spending): void
}

/** Who hears of budgets. */
export interface BudgetTold {
  /** A share of a window is reached: once for all gateways. */
  tellShare(counter: Counter, share: number): void
  /** A call is refused or ended; once in each window and gateway. */
  tellStop(counter: Counter): void
}

/** Who looks after the gateway. */
export interface FleetTells {
  modeChanged(
    mode: 'shared' | 'local',
    reason: 'away' | 'failing' | 'slow' | undefined,
    gateways: number,
  ): void
  /** A call was decided here, without the others. */
  decidedLocally(): void
  /** What was counted in common is lost. */
  forgotten(): void
}

export interface SharedHolds {
  /** A promise where somebody else has to be asked. */
  hold(request: SharedRequest, at: Instant): SharedOutcome | Promise<SharedOutcome>
  settle(lease: LimitLease, used: CallTokens, nowMs: number): void
  refund(lease: LimitLease, nowMs: number): void
  /** Resolves when what was given back is there for the next who asks, or nobody waits for that any longer. */
  givenBack(): Promise<void>
  readonly budgets: SharedBudgets
  /** Nobody else is asked just now: each gateway goes by its share. */
  readonly isLocal: boolean
}
