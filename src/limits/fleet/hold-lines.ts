// A call's limits and budgets in the store's words, each with the bucket or counters here that mirror it.
import type { Account, BudgetOwner, Counter } from '../budget-account.ts'
import type { BudgetUnit, Spending } from '../budget.ts'
import type { Bucket } from '../bucket.ts'
import type { Subject } from '../limit-subject.ts'
import type { CallTokens } from '../limits.ts'
import type { CounterLine, PlaceLine, RateLine } from './hold-store.ts'

export interface RatePart {
  readonly line: RateLine
  readonly subject: Subject
  /** What it was known by then. */
  readonly id: string
  readonly bucket: Bucket
}

export interface PlacePart {
  readonly line: PlaceLine
  readonly subject: Subject
  readonly id: string
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

const counterKeys = new WeakMap<Pick<WindowSpent, 'account' | 'startMs'>, string>()

// What a bucket or an owner was last put in words as: most calls ask for the same.
const rateParts = new WeakMap<Bucket, RatePart>()
const placeParts = new WeakMap<Bucket, PlacePart>()
const windows = new WeakMap<BudgetOwner, Windows>()

export function limitParts(subjects: readonly Subject[], tokens: CallTokens): LimitParts {
  const rates: RatePart[] = []
  const places: PlacePart[] = []
  for (const subject of subjects) {
    for (const bucket of subject.buckets) {
      if (bucket.isOfPlaces) places.push(placeOf(subject, bucket))
      else rates.push(rateOf(subject, bucket, bucket.reckonedOf(tokens)))
    }
  }
  return { rates, places }
}

function rateOf(subject: Subject, bucket: Bucket, amount: number): RatePart {
  const { burst, ratePerMs } = bucket
  const { id } = subject
  const last = rateParts.get(bucket)
  const isSame =
    last !== undefined &&
    last.subject === subject &&
    last.id === id &&
    last.line.amount === amount &&
    last.line.burst === burst &&
    last.line.ratePerMs === ratePerMs
  if (isSame) return last
  const key = last?.id === id ? last.line.key : keyOfBucket(subject, bucket)
  const part = { line: { key, burst, ratePerMs, amount }, subject, id, bucket }
  rateParts.set(bucket, part)
  return part
}

function placeOf(subject: Subject, bucket: Bucket): PlacePart {
  const { limit } = bucket
  const { id } = subject
  const last = placeParts.get(bucket)
  if (last?.subject === subject && last.id === id && last.line.limit === limit) return last
  const key = last?.id === id ? last.line.key : keyOfBucket(subject, bucket)
  const part = { line: { key, limit }, subject, id, bucket }
  placeParts.set(bucket, part)
  return part
}

/** The budgets of an owner by unit and period; those of one share their window. */
interface Windows {
  /** They stand for as long as these do. */
  readonly accounts: readonly Account[]
  readonly alike: readonly (readonly Account[])[]
  /** As last put in words, for each of `alike`. */
  readonly parts: (CounterPart | undefined)[]
}

/** Where a price is not known that a budget needs: the counter that needs it. */
export function counterParts(
  owners: readonly BudgetOwner[],
  spending: Spending,
  wallMs: number,
): readonly CounterPart[] | Counter {
  const parts: CounterPart[] = []
  for (const [index, owner] of owners.entries()) {
    if (owners.indexOf(owner) < index) continue
    const { alike, parts: last } = windowsOf(owner)
    for (let window = 0; window < alike.length; window++) {
      const part = partOf(alike[window] ?? [], { spending, wallMs, last: last[window] })
      if ('account' in part) return part
      last[window] = part
      parts.push(part)
    }
  }
  return parts
}

function windowsOf(owner: BudgetOwner): Windows {
  const known = windows.get(owner)
  if (known?.accounts === owner.accounts) return known
  const all = owner.accounts.map(({ rule }) => owner.accountsOf(rule))
  const alike = all.filter(([first], index) => first === owner.accounts[index])
  const found = { accounts: owner.accounts, alike, parts: [] }
  windows.set(owner, found)
  return found
}

interface Wording {
  readonly spending: Spending
  readonly wallMs: number
  readonly last: CounterPart | undefined
}

function partOf(accounts: readonly Account[], { spending, wallMs, last }: Wording): CounterPart | Counter {
  const isNow = last?.counters.every((counter, index) => counter === accounts[index]?.counterAt(wallMs))
  const part = isNow === true ? last : undefined
  const counters = part?.counters ?? accounts.map((account) => account.counterAt(wallMs))
  const tightest = part?.tightest ?? tightestOf(counters)
  const { unit, amount: most, stops } = tightest.account.rule
  const needed = amountIn(spending, unit)
  if (needed === undefined && stops) return tightest
  // Whole ones only: what is held is found again by its amount.
  const amount = stops ? Math.ceil(needed ?? 0) : 0
  if (part?.line.amount === amount) return part
  const { startMs, endMs } = tightest
  const line = {
    key: keyOfCounter(tightest),
    limit: stops ? most : -1,
    amount,
    startMs,
    endMs: endMs === Infinity ? -1 : endMs,
  }
  return { line, unit, counters, tightest }
}

/** Of those that stop, the one that does first; any, where none does. */
function tightestOf(counters: readonly Counter[]): Counter {
  const stopping = counters.filter(({ account }) => account.rule.stops)
  const [tightest] = (stopping.length > 0 ? stopping : counters).toSorted(
    (one, other) => one.account.rule.amount - other.account.rule.amount,
  )
  if (tightest === undefined) throw new Error('a window of a budget without a counter')
  return tightest
}

/** Undefined where nobody knows. */
export function amountIn({ nanoDollars, tokens }: Spending, unit: BudgetUnit): number | undefined {
  return unit === 'tokens' ? tokens : nanoDollars
}

/** Who it is comes last: names may hold anything. */
function keyOfBucket({ level, id, buckets }: Subject, bucket: Bucket): string {
  const alike = buckets.filter(({ kind, perMs }) => kind === bucket.kind && perMs === bucket.perMs)
  return `limit:${level}:${bucket.kind}:${bucket.perMs}:${alike.indexOf(bucket)}:${id}`
}

/** What a window of a budget is called in the store. */
export function keyOfCounter(counter: Pick<WindowSpent, 'account' | 'startMs'>): string {
  const known = counterKeys.get(counter)
  if (known !== undefined) return known
  const { owner, rule } = counter.account
  const key = `spent:${owner.level}:${rule.unit}:${rule.period}:${counter.startMs}:${owner.id}`
  counterKeys.set(counter, key)
  return key
}
