// Whose budgets stand over a call: those of the config by the names of keys, users, teams, tenants and tags. What was spent
// outlives a config.
import type { Caller } from '../core/caller.ts'
import { BudgetOwner } from './budget-account.ts'
import type { Counter } from './budget-account.ts'
import type {
  BudgetAlert,
  BudgetDenial,
  BudgetLease,
  BudgetLevel,
  BudgetRequest,
  BudgetRule,
  Instant,
  Spending,
} from './budget.ts'
import { windowAt } from './budget-window.ts'
import { Budgets } from './budgets.ts'

/** Rules by name; `*` holds for everybody who has none of their own, each for themselves. */
export type BudgetRulesByName = ReadonlyMap<string, readonly BudgetRule[]>
export type BudgetRules = Readonly<Partial<Record<BudgetLevel, BudgetRulesByName>>>

export const budgetLevels = ['key', 'user', 'team', 'tenant', 'tag'] as const satisfies readonly BudgetLevel[]
const everybody = '*'
/** Beyond so many, newcomers have one budget in common: names that clients make up must not fill the memory. */
const namesMax = 100_000

/** Who spends. */
export interface Spender {
  readonly caller: Caller
  readonly tags: readonly string[]
}

export class BudgetBook {
  readonly #budgets: Budgets
  #rules: BudgetRules = {}
  #owners = new Map<string, BudgetOwner>()

  /** `alert` is told once in each window for each share that is reached; it must not throw. */
  constructor(alert: (alert: BudgetAlert) => void) {
    this.#budgets = new Budgets(alert)
  }

  /** No call has a budget. */
  get isEmpty(): boolean {
    return budgetLevels.every((level) => (this.#rules[level]?.size ?? 0) === 0)
  }

  /** Goes by other rules from now on. */
  use(rules: BudgetRules, wallMs: number): void {
    this.#rules = rules
    for (const [id, owner] of this.#owners) {
      const own = this.#rulesOf(owner.level, owner.name)
      if (own === undefined) this.#owners.delete(id)
      else owner.change(own, wallMs)
    }
  }

  /** All that have budgets over a call. */
  over({ caller, tags }: Spender, wallMs: number): readonly BudgetOwner[] {
    const owners = [
      this.#owner('key', caller.keyName, wallMs),
      this.#owner('user', caller.user, wallMs),
      this.#owner('team', caller.team, wallMs),
      this.#owner('tenant', caller.tenant, wallMs),
      ...tags.map((tag) => this.#owner('tag', tag, wallMs)),
    ]
    return owners.filter((owner) => owner !== undefined)
  }

  reserve(over: readonly BudgetOwner[], request: BudgetRequest, at: Instant): BudgetLease | BudgetDenial {
    return this.#budgets.reserve(over, request, at)
  }

  /** When the windows began that are now, each once. */
  windowStarts(wallMs: number): readonly number[] {
    const rules = budgetLevels.flatMap((level) => [...(this.#rules[level]?.values() ?? [])].flat())
    return [...new Set(rules.map(({ period }) => windowAt(period, wallMs).startMs))]
  }

  /** What somebody spent since a window began, before this process did. */
  load(caller: Caller, spent: Spending & { readonly windowStartMs: number }, wallMs: number): void {
    for (const owner of this.over({ caller, tags: [] }, wallMs)) {
      for (const { rule } of owner.accounts) {
        const amount = rule.unit === 'tokens' ? spent.tokens : (spent.nanoDollars ?? 0)
        const known = {
          unit: rule.unit,
          period: rule.period,
          windowStartMs: spent.windowStartMs,
          spent: amount,
        }
        const isOwn = windowAt(rule.period, wallMs).startMs === spent.windowStartMs
        // One load serves all budgets of a unit and period.
        if (isOwn && owner.accountsOf(rule)[0]?.rule === rule) this.#budgets.load(owner, known, wallMs)
      }
    }
  }

  /** The windows that are now, of all who have spent something in them. */
  spent(wallMs: number): readonly Counter[] {
    const accounts = [...this.#owners.values()].flatMap((owner) => owner.accounts)
    return accounts.map((account) => account.counterAt(wallMs)).filter(({ spent }) => spent > 0)
  }

  /** For streams whose length nobody promised. */
  get budgets(): Budgets {
    return this.#budgets
  }

  settle(lease: BudgetLease, spent: Spending): void {
    this.#budgets.settle(lease, spent)
  }

  #owner(level: BudgetLevel, name: string | undefined, wallMs: number): BudgetOwner | undefined {
    if (name === undefined) return undefined
    const id = `${level}\n${name}`
    const known = this.#owners.get(id)
    if (known !== undefined) return known
    const rules = this.#rulesOf(level, name)
    if (rules === undefined) return undefined
    const isCrowded = this.#owners.size >= namesMax && this.#rules[level]?.has(name) !== true
    if (isCrowded && name !== everybody) return this.#owner(level, everybody, wallMs)
    const owner = new BudgetOwner({ level, name }, rules, wallMs)
    this.#owners.set(id, owner)
    return owner
  }

  #rulesOf(level: BudgetLevel, name: string): readonly BudgetRule[] | undefined {
    const rules = this.#rules[level]
    return rules?.get(name) ?? rules?.get(everybody)
  }
}
