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

// Most calls find the same limits and budgets as the one before: what does not change with what a call needs is put in
// words once for each who has them.
const limitTerms = new WeakMap<Subject, LimitTerms>()
const budgetTerms = new WeakMap<BudgetOwner, BudgetTerms>()

/** The limits of one who has some, whatever a call needs of them. */
interface LimitTerms {
  /** They stand for as long as these do. */
  readonly id: string
  readonly buckets: readonly Bucket[]
  readonly rates: readonly (Omit<RatePart, 'line'> & { readonly key: string })[]
  readonly places: readonly PlacePart[]
}

export function limitParts(subjects: readonly Subject[], tokens: CallTokens): LimitParts {
  const parts: { readonly rates: RatePart[]; readonly places: PlacePart[] } = { rates: [], places: [] }
  for (const each of subjects) {
    const { rates, places } = limitTermsOf(each)
    for (const { key, subject, id, bucket } of rates) {
      const { burst, ratePerMs } = bucket
      const line = { key, burst, ratePerMs, amount: bucket.reckonedOf(tokens) }
      parts.rates.push({ line, subject, id, bucket })
    }
    for (const place of places) parts.places.push(place)
  }
  return parts
}

function limitTermsOf(subject: Subject): LimitTerms {
  const { id, buckets } = subject
  const known = limitTerms.get(subject)
  if (known !== undefined && known.id === id && known.buckets === buckets) return known
  const terms = {
    id,
    buckets,
    rates: buckets
      .filter(({ isOfPlaces }) => !isOfPlaces)
      .map((bucket) => ({ key: keyOfBucket(subject, bucket), subject, id, bucket })),
    places: buckets
      .filter(({ isOfPlaces }) => isOfPlaces)
      .map((bucket) => {
        const line = { key: keyOfBucket(subject, bucket), limit: bucket.limit }
        return { line, subject, id, bucket }
      }),
  }
  limitTerms.set(subject, terms)
  return terms
}

/** The budgets of one who has some, whatever a call may cost. */
interface BudgetTerms {
  /** They stand for as long as these do, and their windows. */
  readonly accounts: readonly Account[]
  readonly windows: readonly WindowTerms[]
}

/** What an owner may spend of a unit in a period; those budgets share their window. */
interface WindowTerms extends Omit<CounterPart, 'line'> {
  readonly line: Omit<CounterLine, 'amount'>
  readonly stops: boolean
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
    for (const { line, unit, counters, tightest, stops } of budgetTermsOf(owner, wallMs).windows) {
      const needed = amountIn(spending, unit)
      if (needed === undefined && stops) return tightest
      const { key, limit, startMs, endMs } = line
      // Whole ones only: what is held is found again by its amount.
      const amount = stops ? Math.ceil(needed ?? 0) : 0
      parts.push({ line: { key, limit, amount, startMs, endMs }, unit, counters, tightest })
    }
  }
  return parts
}

function budgetTermsOf(owner: BudgetOwner, wallMs: number): BudgetTerms {
  const known = budgetTerms.get(owner)
  if (known !== undefined && known.accounts === owner.accounts && isNow(known, wallMs)) return known
  const terms = { accounts: owner.accounts, windows: windowsOf(owner, wallMs) }
  budgetTerms.set(owner, terms)
  return terms
}

function isNow({ windows }: BudgetTerms, wallMs: number): boolean {
  return windows.every(({ counters }) =>
    counters.every((counter) => counter.account.counterAt(wallMs) === counter),
  )
}

function windowsOf(owner: BudgetOwner, wallMs: number): readonly WindowTerms[] {
  const all = owner.accounts.map(({ rule }) => owner.accountsOf(rule))
  const alike = all.filter(([first], index) => first === owner.accounts[index])
  return alike.map((accounts) => {
    const counters = accounts.map((account) => account.counterAt(wallMs))
    const tightest = tightestOf(counters)
    const { unit, amount, stops } = tightest.account.rule
    const { startMs, endMs } = tightest
    const limit = stops ? amount : -1
    const line = { key: keyOfCounter(tightest), limit, startMs, endMs: endMs === Infinity ? -1 : endMs }
    return { line, unit, counters, tightest, stops }
  })
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
