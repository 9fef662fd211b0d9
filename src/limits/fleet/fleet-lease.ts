// What one call holds of limits and budgets that gateways have in common: what the store has of it, what came from this
// gateway's own slices, and what has been granted ahead of need.
import type { LineLink } from '../../core/line.ts'
import type { LimitLease } from '../limits.ts'
import type { BudgetLease, Spending } from '../budget.ts'
import { amountIn } from './hold-lines.ts'
import type { CounterPart, LimitParts } from './hold-lines.ts'

/** What is held of one budget. */
export interface Holding {
  readonly part: CounterPart
  /** In the store, under the call's id. */
  stored: number
  /** Out of a slice; the store has not been told. */
  drawn: number
  /** Of what is stored: granted before it was needed. */
  ahead: number
}

/** Where it was granted. */
export interface Granted {
  readonly id: string
  /** When the store that granted it began to remember. */
  readonly epoch: number
  readonly isStored: boolean
  /** A gateway that goes by its share counts each use so many times. */
  readonly factor: number
  readonly renewAtMs: number
}

export class FleetLease implements LimitLease, BudgetLease, LineLink<FleetLease> {
  readonly granted = true
  older: FleetLease | undefined = undefined
  newer: FleetLease | undefined = undefined
  readonly id: string
  readonly inputTokens: number
  readonly outputTokens: number
  readonly limits: LimitParts
  readonly holdings: readonly Holding[]
  /** Of the store that knows of it. */
  epoch: number
  readonly factor: number
  /** The store knows of its places. */
  hasPlaces: boolean
  renewAtMs: number
  /** More is asked for, and the answer is not here. */
  isAsking = false
  /** It has gone ahead of the answer. */
  isOverdrawn = false
  /** It stands among those that run. */
  isInLine = false
  isLimitsOver: boolean
  isBudgetsOver: boolean
  /** Over, and to be told when the answer is here. */
  spentAtEnd: Spending | undefined

  constructor(
    limits: LimitParts & { readonly inputTokens: number; readonly outputTokens: number },
    counters: readonly CounterPart[],
    { id, epoch, isStored, factor, renewAtMs }: Granted,
  ) {
    this.id = id
    this.epoch = epoch
    this.factor = factor
    this.renewAtMs = renewAtMs
    this.limits = limits
    this.inputTokens = limits.inputTokens
    this.outputTokens = limits.outputTokens
    this.hasPlaces = isStored && limits.places.length > 0
    this.isLimitsOver = limits.rates.length + limits.places.length === 0
    this.isBudgetsOver = counters.length === 0
    this.holdings = counters.map((part) => ({
      part,
      stored: isStored ? part.line.amount : 0,
      drawn: isStored ? 0 : part.line.amount,
      ahead: 0,
    }))
  }

  /** Nobody will say more about it. */
  get isOver(): boolean {
    return this.isLimitsOver && this.isBudgetsOver
  }

  get isStored(): boolean {
    return this.hasPlaces || this.holdings.some(({ stored }) => stored > 0)
  }

  /** What is to be said of it now and then, or it runs out. */
  get lasts(): boolean {
    return this.limits.places.length > 0 || this.holdings.some(({ part }) => part.line.limit >= 0)
  }
}

/** How much more of each budget so much is. Undefined where a price is missing that one needs. */
export function amountsOf(
  holdings: readonly Holding[],
  more: Spending,
): readonly { readonly holding: Holding; readonly key: string; readonly amount: number }[] | undefined {
  const amounts = []
  for (const holding of holdings) {
    const { line, unit } = holding.part
    if (line.limit < 0) continue
    const amount = amountIn(more, unit)
    if (amount === undefined) return undefined
    amounts.push({ holding, key: line.key, amount: Math.ceil(amount) })
  }
  return amounts
}
