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
  BudgetStanding,
  Instant,
  Spending,
} from './budget.ts'
import { windowAt } from './budget-window.ts'
import { Budgets, inUnit, reachedShares, standingOf } from './budgets.ts'
import { callerLevels, everybody, limitedIn, limitedOf, ownRules } from './limited.ts'
import type { ByName, Limited } from './limited.ts'

export type BudgetRulesByName = ByName<BudgetRule>
export type BudgetRules = Readonly<Partial<Record<BudgetLevel, BudgetRulesByName>>>

export const budgetLevels = ['key', 'user', 'team', 'tenant', 'tag'] as const satisfies readonly BudgetLevel[]
/** Beyond so many of a level, newcomers have one budget in common: names that clients make up must not fill the memory. */
const namesMax = 100_000
/** So many of the oldest are then looked at for each newcomer: those who have spent nothing in the windows of now go. */
const looksPerNewcomer = 16

export interface BudgetWindowOfLevel {
  readonly level: BudgetLevel
  readonly windowStartMs: number
}

export type SpentInWindow = Pick<Counter, 'account' | 'startMs' | 'spent'>
/** What windows counted at a moment; those that are not in it, nothing. */
export type CountedThen = ReadonlyMap<Counter, number>

export interface Correction {
  readonly wallMs: number
  /** The records have all that was spent by that moment. */
  readonly mayLower: boolean
  /** Whether anybody hears of the shares that are reached by it. */
  readonly isTold: boolean
}

/** Who spends. */
export interface Spender {
  readonly caller: Caller
  readonly tags: readonly string[]
}

interface Found {
  readonly tags: readonly string[]
  readonly over: readonly BudgetOwner[]
}

export class BudgetBook {
  readonly #budgets: Budgets
  #rules: BudgetRules = {}
  readonly #owners: Readonly<Record<BudgetLevel, Map<string, BudgetOwner>>> = {
    key: new Map(),
    user: new Map(),
    team: new Map(),
    tenant: new Map(),
    tag: new Map(),
  }
  /** Those over a caller with the tags that its calls usually have, found once. */
  #ofCallers = new WeakMap<Caller, Found>()
  /** No call has a budget. */
  isEmpty = true

  /**
   * `alert` is told once in each window for each share that is reached, `stopped` when a first call is refused or ended;
   * neither may throw.
   */
  constructor(alert: (alert: BudgetAlert) => void, stopped?: (standing: BudgetStanding) => void) {
    this.#budgets = new Budgets(alert, stopped)
  }

  /** Goes by other rules from now on. */
  use(rules: BudgetRules, wallMs: number): void {
    this.#rules = rules
    this.#ofCallers = new WeakMap()
    this.isEmpty = budgetLevels.every((level) => (rules[level]?.size ?? 0) === 0)
    for (const level of budgetLevels) {
      for (const [id, owner] of this.#owners[level]) {
        const own = ownRules(rules[level], owner) ?? rules[level]?.get(everybody)
        if (own === undefined) this.#owners[level].delete(id)
        else owner.change(own, wallMs)
      }
    }
  }

  /** All that have budgets over a call. */
  over(spender: Spender, wallMs: number): readonly BudgetOwner[] {
    const known = this.#ofCallers.get(spender.caller)
    if (known?.tags === spender.tags) return known.over
    const over = this.#allOver(spender, wallMs)
    this.#ofCallers.set(spender.caller, { tags: spender.tags, over })
    return over
  }

  #allOver({ caller, tags }: Spender, wallMs: number): readonly BudgetOwner[] {
    const over: BudgetOwner[] = []
    for (const level of callerLevels) {
      const limited = limitedOf(level, caller)
      const owner = limited && this.#owner(level, limited, wallMs)
      if (owner !== undefined) over.push(owner)
    }
    for (const tag of tags) {
      const owner = this.#owner('tag', limitedIn(caller.tenant, tag), wallMs)
      // A tag that is named twice is one, and so are those that share a budget.
      if (owner !== undefined && !over.includes(owner)) over.push(owner)
    }
    return over
  }

  reserve(over: readonly BudgetOwner[], request: BudgetRequest, at: Instant): BudgetLease | BudgetDenial {
    return this.#budgets.reserve(over, request, at)
  }

  /** What is spent and left of all budgets that stand over somebody's calls. */
  standings(spender: Spender, wallMs: number): readonly BudgetStanding[] {
    return this.over(spender, wallMs).flatMap(({ accounts }) =>
      accounts.map((account) => standingOf(account.counterAt(wallMs))),
    )
  }

  /** The windows that are now and in which somebody has a budget, by level. */
  windows(wallMs: number): readonly BudgetWindowOfLevel[] {
    return budgetLevels.flatMap((level) => {
      const rules = [...(this.#rules[level]?.values() ?? [])].flat()
      const starts = new Set(rules.map(({ period }) => windowAt(period, wallMs).startMs))
      return [...starts].map((windowStartMs) => ({ level, windowStartMs }))
    })
  }

  /**
   * Adds what somebody spent since a window began: for a book that counts no calls and says what records say. Nothing for
   * those who have no budget.
   */
  load(
    { level, ...limited }: Limited & { readonly level: BudgetLevel },
    spent: Spending & { readonly windowStartMs: number },
    wallMs: number,
  ): void {
    for (const account of this.#owner(level, limited, wallMs)?.accounts ?? []) {
      const counter = account.counterAt(wallMs)
      if (counter.startMs === spent.windowStartMs) counter.spend(inUnit(spent, account.rule.unit) ?? 0)
    }
  }

  /** The windows that are now and in which something was spent. Whoever goes through them may let others in between. */
  *counters(wallMs: number): Generator<Counter> {
    const owners = budgetLevels.flatMap((level) => [...this.#owners[level].values()])
    for (const { accounts } of owners) {
      for (const account of accounts) {
        const counter = account.counterAt(wallMs)
        if (counter.spent > 0) yield counter
      }
    }
  }

  /** The same, but one alone for all budgets of somebody in a unit and period: they have seen the same spent. */
  *spent(wallMs: number): Generator<Counter> {
    for (const counter of this.counters(wallMs)) {
      const { owner, rule } = counter.account
      if (owner.accountsOf(rule)[0] === counter.account) yield counter
    }
  }

  /** Whether something was spent here in somebody's window of another book. */
  hasSpent({ account: { owner, rule } }: Pick<Counter, 'account'>, wallMs: number): boolean {
    const [account] = this.#owners[owner.level].get(owner.id)?.accountsOf(rule) ?? []
    return account !== undefined && account.counterAt(wallMs).spent > 0
  }

  /**
   * Sets a window right by records that were read since a moment. What was spent since is partly in them, and nobody knows which
   * part: they are wrong only where they say less than was counted then, or more than is counted now. Gives what of that was
   * counted, below zero where nobody has such a budget.
   */
  correct(recorded: SpentInWindow, then: CountedThen, { wallMs, mayLower, isTold }: Correction): number {
    const { owner, rule } = recorded.account
    let counted = -1
    for (const account of this.#owner(owner.level, owner, wallMs)?.accountsOf(rule) ?? []) {
      const counter = account.counterAt(wallMs)
      if (counter.startMs !== recorded.startMs) continue
      const least = mayLower ? (then.get(counter) ?? 0) : 0
      counted = Math.max(least, Math.min(recorded.spent, counter.spent))
      counter.spend(recorded.spent - counted)
      if (isTold) this.#budgets.tellReached(counter)
      else reachedShares(counter)
    }
    return counted
  }

  /** For streams whose length nobody promised, and those that pass what was promised. */
  get budgets(): Budgets {
    return this.#budgets
  }

  settle(lease: BudgetLease, spent: Spending): void {
    this.#budgets.settle(lease, spent)
  }

  #owner(level: BudgetLevel, limited: Limited, wallMs: number): BudgetOwner | undefined {
    const rules = this.#rules[level]
    if (rules === undefined) return undefined
    const own = ownRules(rules, limited)
    const { name, tenant } = limited
    const id = own === undefined ? (limited.lastingId ?? limited.id) : limited.id
    const owners = this.#owners[level]
    const known = owners.get(id)
    if (known !== undefined) {
      known.name = name
      // Whoever calls now is not let go of for somebody else of the same call.
      if (owners.size >= namesMax) {
        owners.delete(id)
        owners.set(id, known)
      }
      return known
    }
    const those = own ?? rules.get(everybody)
    if (those === undefined) return undefined
    if (own === undefined && name !== everybody && !this.#hasRoom(owners, wallMs)) {
      return this.#owner(level, limitedIn(tenant, everybody), wallMs)
    }
    const owner = new BudgetOwner({ level, name, tenant, id }, those, wallMs)
    owners.set(id, owner)
    return owner
  }

  /** Lets go of a few who are as good as new, where there are too many. The others go to the end of the line. */
  #hasRoom(owners: Map<string, BudgetOwner>, wallMs: number): boolean {
    if (owners.size < namesMax) return true
    let looks = looksPerNewcomer
    for (const [id, owner] of owners) {
      if (looks-- === 0) break
      owners.delete(id)
      if (!owner.isUntouched(wallMs)) owners.set(id, owner)
    }
    const hasRoom = owners.size < namesMax
    // Who was found before may be somebody who has just gone.
    if (hasRoom) this.#ofCallers = new WeakMap()
    return hasRoom
  }
}
