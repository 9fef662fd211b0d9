// Budgets that gateways have in common, after a call was let in. Nobody waits here: pieces of streams were granted ahead of
// need or come out of this gateway's slice, and what was spent is told when it is known.
import type { BudgetDenial, BudgetLease, Spending } from '../budget.ts'
import { exhausted, reachedShares } from '../budgets.ts'
import type { BudgetTold, SharedBudgets } from '../shared-holds.ts'
import { amountsOf } from './fleet-lease.ts'
import type { FleetLease, Holding } from './fleet-lease.ts'
import { amountIn } from './hold-lines.ts'
import type { CounterPart } from './hold-lines.ts'
import type { HoldLink } from './hold-link.ts'
import type { Slices } from './slices.ts'

export interface FleetBudgetsParts {
  readonly link: Pick<HoldLink, 'add' | 'addNow' | 'isShared'>
  readonly slices: Slices
  readonly leaseMs: number
  readonly told: BudgetTold
  ended(lease: FleetLease): void
}

/** What a call asks for, of one budget. */
interface More {
  readonly holding: Holding
  readonly key: string
  /** What it has. */
  readonly amount: number
  readonly more: number
  readonly limit: number
}

interface Answers {
  granted(holding: Holding, amount: number): void
  /** True where it is to be asked once more. */
  refused(): boolean
}

/** More than any budget is: what was taken already is not asked for. */
const anyAmount = Number.MAX_SAFE_INTEGER

export class FleetBudgets implements SharedBudgets {
  readonly #parts: FleetBudgetsParts

  constructor(parts: FleetBudgetsParts) {
    this.#parts = parts
  }

  topUp(given: BudgetLease, more: Spending): BudgetDenial | undefined {
    const lease = given as FleetLease
    const amounts = amountsOf(lease.holdings, more)
    if (lease.isBudgetsOver || lease.spentAtEnd !== undefined || amounts === undefined) {
      return this.#refused(lease.holdings[0])
    }
    if (amounts.every(({ holding, amount }) => holding.ahead >= amount)) {
      for (const { holding, amount } of amounts) holding.ahead -= amount
      return undefined
    }
    const { link, slices } = this.#parts
    const missing = slices.draw(amounts)
    if (missing !== undefined) {
      // A stream that is faster than the answer goes one piece ahead of it.
      if (!lease.isAsking || !link.isShared || lease.isOverdrawn) return this.#refused(missing.holding)
      lease.isOverdrawn = true
    }
    for (const { holding, amount } of amounts) {
      holding.drawn += amount
      for (const counter of holding.part.counters) counter.hold(amount)
    }
    this.tellDrawn(lease)
    return undefined
  }

  #refused(holding: Holding | undefined): BudgetDenial | undefined {
    if (holding === undefined) return undefined
    const { tightest } = holding.part
    this.#parts.told.tellStop(tightest)
    return exhausted(tightest)
  }

  foresee(given: BudgetLease, more: Spending): void {
    const lease = given as FleetLease
    const amounts = amountsOf(lease.holdings, more)
    if (lease.isAsking || amounts === undefined || !this.#parts.link.isShared) return
    const asked = amounts.map(({ holding, key, amount }) => {
      return { holding, key, amount: holding.stored, more: amount, limit: holding.part.line.limit }
    })
    this.#ask(lease, asked, {
      granted: (holding, amount) => {
        holding.ahead += amount
      },
      // What this gateway has for itself is not kept from its own calls.
      refused: () => asked.filter(({ key }) => this.#parts.slices.cede(key)).length > 0,
    })
  }

  /** What came out of slices is held by the call from now on. */
  tellDrawn(lease: FleetLease): void {
    if (lease.isAsking || !this.#parts.link.isShared) return
    const drawn = lease.holdings.filter((holding) => holding.drawn > 0)
    if (drawn.length === 0) return
    const asked = drawn.map((holding) => {
      const { key } = holding.part.line
      return { holding, key, amount: holding.stored, more: holding.drawn, limit: anyAmount }
    })
    this.#ask(lease, asked, {
      granted: (holding, amount) => {
        holding.drawn -= amount
      },
      refused: () => false,
    })
  }

  settle(given: BudgetLease, spent: Spending): void {
    const lease = given as FleetLease
    if (lease.isBudgetsOver || lease.spentAtEnd !== undefined) return
    for (const { part, stored, drawn } of lease.holdings) {
      for (const counter of part.counters) {
        counter.release(stored + drawn)
        counter.spend(spentIn(spent, part))
      }
      this.tellShares(part)
    }
    // What is on its way says how much the store holds: the end comes after it.
    if (lease.isAsking) lease.spentAtEnd = spent
    else this.#end(lease, spent)
  }

  /** Asks for each share that is reached whether it is the first time that anybody sees it. */
  tellShares({ line, counters }: CounterPart): void {
    for (const counter of counters) {
      const { amount } = counter.account.rule
      for (const share of reachedShares(counter)) {
        const mark = Math.round(share * amount)
        this.#parts.link.add({ kind: 'tell', key: line.key, mark }, (isFirst) => {
          if (isFirst === 1) this.#parts.told.tellShare(counter, share)
        })
      }
    }
  }

  #ask(lease: FleetLease, asked: readonly More[], { granted, refused }: Answers): void {
    lease.isAsking = true
    const { id } = lease
    const counters = asked.map(({ key, amount, more, limit }) => ({ key, amount, more, limit }))
    this.#parts.link.addNow({ kind: 'more', id, leaseMs: this.#parts.leaseMs, counters }, (answer) => {
      lease.isAsking = false
      lease.isOverdrawn = false
      if (answer === 1) {
        for (const { holding, more } of asked) {
          holding.stored += more
          granted(holding, more)
        }
      }
      if (lease.spentAtEnd !== undefined) this.#end(lease, lease.spentAtEnd)
      // What the store has lost it would refuse again and again.
      else if (answer === 1) this.tellDrawn(lease)
      else if (refused()) this.#ask(lease, asked, { granted, refused: () => false })
    })
  }

  #end(lease: FleetLease, spent: Spending): void {
    const { link, slices } = this.#parts
    lease.isBudgetsOver = true
    const ends = []
    for (const { part, stored, drawn } of lease.holdings) {
      const { key } = part.line
      const amount = spentIn(spent, part)
      if (stored === 0) link.add({ kind: 'spent', key, amount })
      else ends.push({ key, amount: stored, spent: amount })
      if (!link.isShared) slices.giveBack(key, drawn - Math.max(0, amount - stored))
    }
    if (ends.length > 0)
      link.add({ kind: 'end', id: lease.id, epoch: lease.epoch, places: [], counters: ends })
    this.#parts.ended(lease)
  }
}

function spentIn(spent: Spending, { unit }: CounterPart): number {
  return Math.round(amountIn(spent, unit) ?? 0)
}
