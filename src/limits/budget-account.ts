// What one budget has spent and holds back, window by window. A new window is a new counter, never a subtraction; a
// call stays with the counter that it began with. The window never moves backwards, whatever the wall clock does.
import { windowAt } from './budget-window.ts'
import type { BudgetLevel, BudgetRule, BudgetSubject } from './budgets.ts'

/** One window of a budget. */
export class Counter {
  readonly account: Account
  readonly startMs: number
  readonly endMs: number
  spent = 0
  /** Held back for calls under way. */
  held = 0
  /** So many of the shares in `alertAt` have been told. */
  told = 0

  constructor(account: Account, { startMs, endMs }: { readonly startMs: number; readonly endMs: number }) {
    this.account = account
    this.startMs = startMs
    this.endMs = endMs
  }

  /** What may still be held back; below zero where more was used than was held. */
  get remaining(): number {
    return this.account.rule.amount - this.spent - this.held
  }

  hold(amount: number): void {
    this.held += amount
  }

  release(amount: number): void {
    this.held = Math.max(0, this.held - amount)
  }

  spend(amount: number): void {
    this.spent = Math.min(this.spent + amount, Number.MAX_SAFE_INTEGER)
  }
}

/** A budget: its rule, and the counter of the window that is now. */
export class Account {
  readonly owner: BudgetSubject
  rule: BudgetRule
  #counter: Counter

  constructor(owner: BudgetSubject, rule: BudgetRule, wallMs: number) {
    this.owner = owner
    this.rule = rule
    this.#counter = new Counter(this, windowAt(rule.period, wallMs))
  }

  counterAt(wallMs: number): Counter {
    if (wallMs >= this.#counter.endMs) this.#counter = new Counter(this, windowAt(this.rule.period, wallMs))
    return this.#counter
  }
}

/** Somebody with budgets. Keep it: it holds what was spent. */
export class BudgetOwner implements BudgetSubject {
  readonly level: BudgetLevel
  readonly name: string
  accounts: readonly Account[]

  constructor({ level, name }: BudgetSubject, rules: readonly BudgetRule[], wallMs: number) {
    this.level = level
    this.name = name
    this.accounts = rules.map((rule) => new Account(this, rule, wallMs))
  }

  /** Other rules from now on. What was spent in a unit and period counts under the new rule for these. */
  change(rules: readonly BudgetRule[], wallMs: number): void {
    this.accounts = rules.map((rule) => {
      const kept = this.account(rule)
      if (kept === undefined) return new Account(this, rule, wallMs)
      kept.rule = rule
      return kept
    })
  }

  account({ unit, period }: Pick<BudgetRule, 'unit' | 'period'>): Account | undefined {
    return this.accounts.find(({ rule }) => rule.unit === unit && rule.period === period)
  }
}
