// Budgets in money and tokens. Before a call the most that it can cost is held back, from every budget over it or from
// none; afterwards what it did cost takes its place, exactly once. What is held is never counted as spent, and never
// stays: a hold that nobody ends runs out.
import type { BudgetOwner, Counter } from './budget-account.ts'
import type {
  BudgetAlert,
  BudgetDenial,
  BudgetLease,
  BudgetRequest,
  BudgetStanding,
  BudgetUnit,
  Instant,
  Spending,
} from './budget.ts'
import { Line } from '../core/line.ts'
import type { LineLink } from '../core/line.ts'

/** Holds that ran out are looked for so often, while calls come. */
const sweepMs = 1_000

export class Budgets {
  readonly #alert: (alert: BudgetAlert) => void
  readonly #stopped: (standing: BudgetStanding) => void
  /** Those that hold something back. */
  readonly #open = new Line<Lease>()
  /** No open hold runs out sooner. */
  #expiryMs = Infinity

  /** `stopped` is told once in each window, when a first call is refused or ended. Neither may throw. */
  constructor(alert: (alert: BudgetAlert) => void, stopped: (standing: BudgetStanding) => void = () => {}) {
    this.#alert = alert
    this.#stopped = stopped
  }

  /** All or none of the budgets over a call hold it back. */
  reserve(owners: readonly BudgetOwner[], request: BudgetRequest, at: Instant): BudgetLease | BudgetDenial {
    if (at.nowMs >= this.#expiryMs) this.#sweep(at.nowMs)
    const counters: Counter[] = []
    for (const owner of owners) {
      for (const account of owner.accounts) counters.push(account.counterAt(at.wallMs))
    }
    const denial = this.#denial(counters, request)
    if (denial !== undefined) return denial
    const lease = new Lease(counters, request.leaseMs, at.nowMs)
    lease.hold(request)
    this.#open.add(lease)
    if (lease.expiryMs < this.#expiryMs) this.#expiryMs = lease.expiryMs
    return lease
  }

  /** Holds back more for a call under way; else says which budget refuses. One that is settled gets nothing more. */
  topUp(given: BudgetLease, more: Spending, at: Instant): BudgetDenial | undefined {
    const lease = given as Lease
    if (lease.isOver) return lease.counters[0] && exhausted(lease.counters[0])
    // The call is alive: what had run out is held again.
    this.renew(lease, lease.leaseMs, at.nowMs)
    const denial = this.#denial(lease.counters, more)
    if (denial === undefined) lease.hold(more)
    return denial
  }

  /** What was really spent takes the place of what was held, also after the hold ran out. Only the first word counts. */
  settle(given: BudgetLease, spent: Spending): void {
    const lease = given as Lease
    if (lease.isOver) return
    lease.isOver = true
    this.#release(lease)
    for (const counter of lease.counters) {
      counter.spend(inUnit(spent, counter.account.rule.unit) ?? 0)
      this.tellReached(counter)
    }
  }

  /** The call was not made after all. */
  refund(lease: BudgetLease): void {
    this.settle(lease, { nanoDollars: 0, tokens: 0 })
  }

  /** The call still runs. */
  renew(given: BudgetLease, leaseMs: number, nowMs: number): void {
    const lease = given as Lease
    lease.expiryMs = Math.max(lease.expiryMs, nowMs + leaseMs)
    if (lease.isOver || lease.isHolding) return
    lease.holdAgain()
    this.#open.add(lease)
    if (lease.expiryMs < this.#expiryMs) this.#expiryMs = lease.expiryMs
  }

  /** Every budget of one owner, as it stands. */
  standings(owner: BudgetOwner, at: Instant): readonly BudgetStanding[] {
    this.#sweep(at.nowMs)
    return owner.accounts.map((account) => standingOf(account.counterAt(at.wallMs)))
  }

  #denial(counters: readonly Counter[], wanted: Spending): BudgetDenial | undefined {
    for (const counter of counters) {
      const { unit, stops } = counter.account.rule
      const amount = inUnit(wanted, unit)
      if (!stops || amount === 0) continue
      // What costs nothing passes an empty budget; what nobody knows the price of passes none.
      if (amount === undefined) return { ...standingOf(counter), granted: false, reason: 'unknown_price' }
      if (amount > counter.remaining) {
        this.tellStop(counter)
        return exhausted(counter)
      }
    }
    return undefined
  }

  /** Tells of the shares that are reached, of each once. */
  tellReached(counter: Counter): void {
    for (const share of reachedShares(counter)) this.tellShare(counter, share)
  }

  tellShare(counter: Counter, share: number): void {
    this.#alert({ ...standingOf(counter), share })
  }

  /** Once in each window: a call is refused or ended. */
  tellStop(counter: Counter): void {
    if (counter.isStopTold) return
    counter.isStopTold = true
    this.#stopped(standingOf(counter))
  }

  #release(lease: Lease): void {
    if (!lease.isHolding) return
    lease.release()
    this.#open.remove(lease)
  }

  #sweep(nowMs: number): void {
    let expiryMs = Infinity
    for (const lease of this.#open) {
      if (lease.expiryMs <= nowMs) this.#release(lease)
      else if (lease.expiryMs < expiryMs) expiryMs = lease.expiryMs
    }
    this.#expiryMs = this.#open.isEmpty ? Infinity : Math.max(expiryMs, nowMs + sweepMs)
  }
}

class Lease implements BudgetLease, LineLink<Lease> {
  readonly granted = true
  older: Lease | undefined = undefined
  newer: Lease | undefined = undefined
  readonly counters: readonly Counter[]
  readonly leaseMs: number
  expiryMs: number
  isHolding = true
  isOver = false
  #nanoDollars = 0
  #tokens = 0

  constructor(counters: readonly Counter[], leaseMs: number, nowMs: number) {
    this.counters = counters
    this.leaseMs = leaseMs
    this.expiryMs = nowMs + leaseMs
  }

  hold({ nanoDollars = 0, tokens }: Spending): void {
    this.#nanoDollars += nanoDollars
    this.#tokens += tokens
    for (const counter of this.counters)
      counter.hold(counter.account.rule.unit === 'tokens' ? tokens : nanoDollars)
  }

  holdAgain(): void {
    this.isHolding = true
    for (const counter of this.counters) counter.hold(this.#heldIn(counter))
  }

  release(): void {
    this.isHolding = false
    for (const counter of this.counters) counter.release(this.#heldIn(counter))
  }

  #heldIn(counter: Counter): number {
    return counter.account.rule.unit === 'tokens' ? this.#tokens : this.#nanoDollars
  }
}

/** As a budget of this unit counts it; undefined where no price is known. */
export function inUnit({ nanoDollars, tokens }: Spending, unit: BudgetUnit): number | undefined {
  return unit === 'tokens' ? tokens : nanoDollars
}

/** The shares that are reached and have not been told; they count as told from now on. */
export function reachedShares(counter: Counter): readonly number[] {
  const { alertAt } = counter.account.rule
  const next = alertAt[counter.told]
  if (next === undefined || !reached(counter, next)) return none
  const shares: number[] = []
  for (let share = alertAt[counter.told]; share !== undefined && reached(counter, share);) {
    counter.told++
    shares.push(share)
    share = alertAt[counter.told]
  }
  return shares
}

const none: readonly number[] = []

function reached(counter: Counter, share: number): boolean {
  return counter.spent >= share * counter.account.rule.amount
}

export function exhausted(counter: Counter): BudgetDenial {
  return { ...standingOf(counter), granted: false, reason: 'exhausted' }
}

export function standingOf({ account, startMs, endMs, spent, held }: Counter): BudgetStanding {
  const { owner, rule } = account
  const windowEndMs = endMs === Infinity ? undefined : endMs
  const { level, name, tenant, id } = owner
  return { level, name, tenant, id, rule, windowStartMs: startMs, windowEndMs, spent, held }
}
