// A call's limits and budgets in the store's words, each with the bucket or counters here that mirror it.
import type { BudgetOwner, Counter } from '../budget-account.ts'
import type { BudgetUnit, Spending } from '../budget.ts'
import type { Bucket } from '../bucket.ts'
import { amountOf } from '../limit-subject.ts'
import type { Subject } from '../limit-subject.ts'
import type { CallTokens } from '../limits.ts'
import type { CounterLine, PlaceLine, RateLine } from './hold-store.ts'

export interface RatePart {
  readonly line: RateLine
  readonly subject: Subject
  readonly bucket: Bucket
}

export interface PlacePart {
  readonly line: PlaceLine
  readonly subject: Subject
  readonly bucket: Bucket
}

export interface CounterPart {
  readonly line: CounterLine
  readonly unit: BudgetUnit
  /** All that say how much may be spent in this window: one may alert and another stop. */
  readonly counters: readonly Counter[]
  /** The one that stops first; any, where none does. */
  readonly tightest: Counter
}

/** What was spent in a window of a budget, as somebody knows. */
export type WindowSpent = Pick<Counter, 'account' | 'startMs' | 'endMs' | 'spent'>

export interface LimitParts {
  readonly rates: readonly RatePart[]
  readonly places: readonly PlacePart[]
}

const bucketKeys = new WeakMap<Bucket, string>()
const counterKeys = new WeakMap<Pick<WindowSpent, 'account' | 'startMs'>, string>()

export function limitParts(subjects: readonly Subject[], tokens: CallTokens): LimitParts {
  const rates: RatePart[] = []
  const places: PlacePart[] = []
  for (const subject of subjects) {
    for (const bucket of subject.buckets) {
      const key = bucketKeys.get(bucket) ?? keyOfBucket(subject, bucket)
      const { kind, limit, burst, ratePerMs } = bucket
      if (kind === 'concurrency') places.push({ line: { key, limit }, subject, bucket })
      else {
        const amount = Math.min(amountOf(kind, tokens, 1), burst)
        rates.push({ line: { key, burst, ratePerMs, amount }, subject, bucket })
      }
    }
  }
  return { rates, places }
}

/** Where a price is not known that a budget needs: the counter that needs it. */
export function counterParts(
  owners: readonly BudgetOwner[],
  spending: Spending,
  wallMs: number,
): readonly CounterPart[] | Counter {
  const parts: CounterPart[] = []
  for (const owner of new Set(owners)) {
    for (const { rule } of owner.accounts) {
      const accounts = owner.accountsOf(rule)
      if (accounts[0]?.rule !== rule) continue
      const part = partOf(
        accounts.map((account) => account.counterAt(wallMs)),
        spending,
      )
      if ('account' in part) return part
      parts.push(part)
    }
  }
  return parts
}

function partOf(counters: readonly Counter[], spending: Spending): CounterPart | Counter {
  const stopping = counters.filter(({ account }) => account.rule.stops)
  const [tightest] = (stopping.length > 0 ? stopping : counters).toSorted(
    (one, other) => one.account.rule.amount - other.account.rule.amount,
  )
  if (tightest === undefined) throw new Error('a window of a budget without a counter')
  const { unit, amount: limit } = tightest.account.rule
  const isStopping = stopping.length > 0
  const amount = amountIn(spending, unit)
  if (amount === undefined && isStopping) return tightest
  const { startMs, endMs } = tightest
  const line = {
    key: keyOfCounter(tightest),
    limit: isStopping ? limit : -1,
    // Whole ones only: what is held is found again by its amount.
    amount: isStopping ? Math.ceil(amount ?? 0) : 0,
    startMs,
    endMs: endMs === Infinity ? -1 : endMs,
  }
  return { line, unit, counters, tightest }
}

/** Undefined where nobody knows. */
export function amountIn({ nanoDollars, tokens }: Spending, unit: BudgetUnit): number | undefined {
  return unit === 'tokens' ? tokens : nanoDollars
}

/** Names come last: they may hold anything. */
function keyOfBucket({ level, name, buckets }: Subject, bucket: Bucket): string {
  const alike = buckets.filter(({ kind, perMs }) => kind === bucket.kind && perMs === bucket.perMs)
  const key = `limit:${level}:${bucket.kind}:${bucket.perMs}:${alike.indexOf(bucket)}:${name}`
  bucketKeys.set(bucket, key)
  return key
}

/** What a window of a budget is called in the store. */
export function keyOfCounter(counter: Pick<WindowSpent, 'account' | 'startMs'>): string {
  const known = counterKeys.get(counter)
  if (known !== undefined) return known
  const { owner, rule } = counter.account
  const key = `spent:${owner.level}:${rule.unit}:${rule.period}:${counter.startMs}:${owner.name}`
  counterKeys.set(counter, key)
  return key
}
