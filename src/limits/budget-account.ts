// What one budget has spent and holds back, window by window. A new window is a new counter, never a subtraction; a
// call stays with the counter that it began with. The window never moves backwards, whatever the wall clock does.
import { windowAt } from './budget-window.ts'
import type { BudgetLevel, BudgetRule, BudgetSubject } from './budget.ts'

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
  /** That calls are refused has been told. */
  isStopTold = false

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

  /** Less than nothing where less was spent than was counted. */
  spend(amount: number): void {
    this.spent = Math.max(0, Math.min(this.spent + amount, Number.MAX_SAFE_INTEGER))
  }
}

/** A budget: its rule, and the counter of the window that is now. */
export class Account {
  readonly owner: BudgetOwner
  rule: BudgetRule
  #counter: Counter

  constructor(owner: BudgetOwner, rule: BudgetRule, wallMs: number) {
    this.owner = owner
    this.rule = rule
    this.#counter = new Counter(this, windowAt(rule.period, wallMs))
  }

  /** Of another amount, or with other alerts, it tells anew what is reached. */
  change(rule: BudgetRule, wallMs: number): void {
    const before = this.rule
    const isSame = rule.amount === before.amount && rule.alertAt.join() === before.alertAt.join()
    this.rule = rule
    if (isSame) return
    const counter = this.counterAt(wallMs)
    counter.told = 0
    counter.isStopTold = false
  }

  counterAt(wallMs: number): Counter {
    if (wallMs >= this.#counter.endMs) this.#counter = new Counter(this, windowAt(this.rule.period, wallMs))
    return this.#counter
  }
}

/** Somebody with budgets. Keep it: it holds what was spent. */
export class BudgetOwner implements BudgetSubject {
  readonly level: BudgetLevel
  /** For people; a key may get another one. */
  name: string
  readonly tenant: string | undefined
  /** What tells it from all others of its level. */
  readonly id: string
  accounts: readonly Account[]

  constructor(
    { level, name, tenant, id = name }: BudgetSubject & { readonly id?: string },
    rules: readonly BudgetRule[],
    wallMs: number,
  ) {
    this.level = level
    this.name = name
    this.tenant = tenant
    this.id = id
    this.accounts = rules.map((rule) => new Account(this, rule, wallMs))
  }

  /** Other rules from now on. What was spent in a unit and period counts under the new rule for these. */
  change(rules: readonly BudgetRule[], wallMs: number): void {
    const left = new Set(this.accounts)
    this.accounts = rules.map((rule) => {
      const kept = [...left].find((account) => isOf(account, rule))
      if (kept === undefined) return this.#accountLike(rule, wallMs)
      left.delete(kept)
      kept.change(rule, wallMs)
      return kept
    })
  }

  /** Nothing is spent or held in the windows that are now: a new one would be the same. */
  isUntouched(wallMs: number): boolean {
    return this.accounts.every((account) => {
      const { spent, held } = account.counterAt(wallMs)
      return spent === 0 && held === 0
    })
  }

  /** The budgets in a unit and period; there may be one that alerts and one that stops. */
  accountsOf(kind: Pick<BudgetRule, 'unit' | 'period'>): readonly Account[] {
    return this.accounts.filter((account) => isOf(account, kind))
  }

  /** A further budget in a unit and period knows what the others saw spent. */
  #accountLike(rule: BudgetRule, wallMs: number): Account {
    const account = new Account(this, rule, wallMs)
    const [other] = this.accountsOf(rule)
    if (other !== undefined) account.counterAt(wallMs).spend(other.counterAt(wallMs).spent)
    return account
  }
}

function isOf({ rule }: Account, { unit, period }: Pick<BudgetRule, 'unit' | 'period'>): boolean {
  return rule.unit === unit && rule.period === period
}
