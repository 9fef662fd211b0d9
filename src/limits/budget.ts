// What a budget is, and what is said about one: who may spend how much money or how many tokens in which stretch of the
// calendar, what a call asks of it, and what it answers.
import type { BudgetPeriod } from './budget-window.ts'

export type BudgetLevel = 'key' | 'user' | 'team' | 'tenant' | 'tag'
export type BudgetUnit = 'nano_dollars' | 'tokens'

export interface BudgetSubject {
  readonly level: BudgetLevel
  readonly name: string
  /** Whose name of a key, user or tag it is. Left out where they have no tenant, and for teams and tenants. */
  readonly tenant?: string | undefined
}

export interface BudgetRule {
  readonly unit: BudgetUnit
  readonly period: BudgetPeriod
  /** Nano-dollars or tokens, at most 9,000,000,000,000,000. */
  readonly amount: number
  /** Parts of the amount, ascending, each told once in a window when so much is spent: 0.8 is four fifths. */
  readonly alertAt: readonly number[]
  /** False for one that only alerts. */
  readonly stops: boolean
}

export interface Spending {
  /** Undefined where no price is known. */
  readonly nanoDollars: number | undefined
  readonly tokens: number
}

export interface BudgetRequest extends Spending {
  /** For so long it is held, should nobody ever say that the call is over. */
  readonly leaseMs: number
}

/** Both clocks: windows are of the calendar, holds run out by durations. */
export interface Instant {
  readonly nowMs: number
  readonly wallMs: number
}

export interface BudgetStanding extends BudgetSubject {
  /** What tells its owner from all others of the level, wherever the same database is. */
  readonly id: string
  readonly rule: BudgetRule
  readonly windowStartMs: number
  /** When the next window begins; undefined for `total`. */
  readonly windowEndMs: number | undefined
  readonly spent: number
  readonly held: number
}

export interface BudgetDenial extends BudgetStanding {
  readonly granted: false
  /** `unknown_price`: what the call would cost under a budget in money, nobody can say. */
  readonly reason: 'exhausted' | 'unknown_price'
}

/** What was granted: to be settled by whoever got it, on every way out. */
export interface BudgetLease {
  readonly granted: true
}

export interface BudgetAlert extends BudgetStanding {
  /** The share that was reached. */
  readonly share: number
}
