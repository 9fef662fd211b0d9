import { describe, expect, test } from 'bun:test'
import type { Caller } from '../core/caller.ts'
import type { BudgetRule } from './budget.ts'
import { BudgetBook } from './budget-book.ts'
import type { CountedThen } from './budget-book.ts'

const caller: Caller = { keyId: 'k', keyName: 'k', scopes: [], models: [] }

test('a budget over a call counts it once, however often a client names its tag', () => {
  const book = new BudgetBook(() => undefined)
  const rule = { unit: 'tokens', period: 'day', amount: 100, alertAt: [], stops: true } as const
  book.use({ tag: new Map([['lab', [rule]]]) }, 0)
  const over = book.over({ caller, tags: ['lab', 'lab', 'lab'] }, 0)
  const lease = book.reserve(over, { nanoDollars: 0, tokens: 60, leaseMs: 1_000 }, { nowMs: 0, wallMs: 0 })
  if (!lease.granted) throw new Error('it was refused')
  book.settle(lease, { nanoDollars: 0, tokens: 50 })
  const [standing] = over.flatMap((owner) => book.budgets.standings(owner, { nowMs: 0, wallMs: 0 }))
  expect([over.length, standing?.spent]).toEqual([1, 50])
})

const daily = { unit: 'tokens', period: 'day', amount: 1_000, alertAt: [0.5, 0.8], stops: true } as const
const dayMs = 86_400_000

function bookOf(rules: readonly BudgetRule[]) {
  const told: number[] = []
  const book = new BudgetBook(({ share }) => void told.push(share))
  book.use({ key: new Map([['k', rules]]) }, 0)
  const spend = (tokens: number): void => {
    const over = book.over({ caller, tags: [] }, 0)
    const lease = book.reserve(over, { nanoDollars: 0, tokens, leaseMs: 1_000 }, { nowMs: 0, wallMs: 0 })
    if (!lease.granted) throw new Error('it was refused')
    book.settle(lease, { nanoDollars: 0, tokens })
  }
  const spent = (): number => book.standings({ caller, tags: [] }, 0)[0]?.spent ?? -1
  return { book, told, spend, spent }
}

/** A book that says what records say. */
function recordsOf(tokens: number, rules: readonly BudgetRule[] = [daily], windowStartMs = 0): BudgetBook {
  const { book } = bookOf(rules)
  book.load({ level: 'key', name: 'k', id: 'k' }, { windowStartMs, nanoDollars: 0, tokens }, 0)
  return book
}

describe('a budget that * sets', () => {
  const at = (wallMs: number) => ({ nowMs: wallMs, wallMs })
  const tenTokens = { unit: 'tokens', period: 'day', amount: 10, alertAt: [], stops: true } as const
  const everybodys = new Map([['*', [tenTokens]]])

  function spend(book: BudgetBook, over: ReturnType<BudgetBook['over']>, wallMs: number): boolean {
    const lease = book.reserve(over, { nanoDollars: 0, tokens: 10, leaseMs: 1_000 }, at(wallMs))
    if (lease.granted) book.settle(lease, { nanoDollars: 0, tokens: 10 })
    return lease.granted
  }

  test('is no new one for a key with another name, nor one with another tenant’s of that name', () => {
    const book = new BudgetBook(() => undefined)
    book.use({ key: everybodys, user: everybodys, tag: everybodys }, 0)
    const of = (tenant: string | undefined, keyId: string, keyName: string) =>
      book.over({ caller: { ...caller, tenant, keyId, keyName, user: 'ann' }, tags: ['lab'] }, 0)
    const mine = of('acme', 'pb96e0fg', 'one')
    expect(spend(book, mine, 0)).toBeTrue()
    const renamed = of('acme', 'pb96e0fg', 'two')
    expect(renamed).toEqual(mine)
    expect(renamed.map(({ name, tenant }) => [name, tenant])).toEqual([
      ['two', 'acme'],
      ['ann', 'acme'],
      ['lab', 'acme'],
    ])
    expect(spend(book, of('beta', 'pc07f1gh', 'one'), 0)).toBeTrue()
    expect(spend(book, of(undefined, 'pd18g2hi', 'one'), 0)).toBeTrue()
    // Without a tenant the names are the operator's, and what stores know them by.
    expect(of(undefined, 'pe29h3ij', 'one').map(({ id }) => id)).toEqual(['one', 'ann', 'lab'])
    expect(spend(book, of(undefined, 'pe29h3ij', 'one'), 0)).toBeFalse()
  })

  test('is shared by newcomers only while too many have spent something', () => {
    const book = new BudgetBook(() => undefined)
    book.use({ tag: everybodys }, 0)
    const overOf = (tag: string, wallMs: number) => book.over({ caller, tags: [tag] }, wallMs)
    for (let tag = 0; tag < 100_000; tag++) {
      if (!spend(book, overOf(`spent-${tag}`, 0), 0)) throw new Error('it was refused')
    }
    expect(overOf('late', 0).map(({ name }) => name)).toEqual(['*'])
    expect(spend(book, overOf('late', 0), 0)).toBeTrue()
    expect(spend(book, overOf('later', 0), 0)).toBeFalse()
    expect(overOf('later', dayMs).map(({ name }) => name)).toEqual(['later'])
    expect(spend(book, overOf('later', dayMs), dayMs)).toBeTrue()
    expect(spend(book, overOf('latest', dayMs), dayMs)).toBeTrue()
  })

  test('stays that of a tag whose call brings a newcomer, for whom somebody else is let go of', () => {
    const book = new BudgetBook(() => undefined)
    book.use({ tag: everybodys }, 0)
    const overOf = (...tags: readonly string[]) => book.over({ caller, tags }, 0)
    for (let tag = 0; tag < 100_000; tag++) overOf(`idle-${tag}`)
    // It is the one that nobody has named for longest.
    expect(spend(book, overOf('idle-0', 'newcomer'), 0)).toBeTrue()
    expect(overOf('idle-0', 'newcomer').map(({ name }) => name)).toEqual(['idle-0', 'newcomer'])
    expect(spend(book, overOf('idle-0'), 0)).toBeFalse()
    expect(spend(book, overOf('newcomer'), 0)).toBeFalse()
  })
})

describe('a budget that is set right by the records', () => {
  const how = { wallMs: 0, mayLower: true, isTold: true }
  const correct = (
    book: BudgetBook,
    records: BudgetBook,
    ...[then, asHow = how]: [CountedThen, typeof how?]
  ): readonly number[] => [...records.spent(0)].map((window) => book.correct(window, then, asHow))
  const countedIn = (book: BudgetBook): CountedThen =>
    new Map([...book.counters(0)].map((counter) => [counter, counter.spent]))

  test('has what they say in place of what was counted, and not twice what was spent while they were read', () => {
    const { book, spend, spent } = bookOf([daily])
    spend(30)
    const then = countedIn(book)
    spend(5)
    // Some of it is in them, all of it, or nothing.
    for (const recorded of [33, 35, 30]) {
      expect([correct(book, recordsOf(recorded), then), spent()]).toEqual([[recorded], 35])
    }
    expect([correct(book, recordsOf(100), then), spent()]).toEqual([[35], 100])
    const later = countedIn(book)
    spend(5)
    expect([correct(book, recordsOf(90), later), spent()]).toEqual([[100], 95])
  })

  test('is not lowered by records in which something is missing', () => {
    const { book, spend, spent } = bookOf([daily])
    spend(30)
    correct(book, recordsOf(10), countedIn(book), { ...how, mayLower: false })
    expect(spent()).toBe(30)
    correct(book, recordsOf(40), countedIn(book), { ...how, mayLower: false })
    expect(spent()).toBe(40)
  })

  test('tells of a share that is reached by it, where that was not told before', () => {
    const { book, told, spend } = bookOf([daily])
    correct(book, recordsOf(600), countedIn(book), { ...how, isTold: false })
    spend(1)
    expect(told).toEqual([])
    correct(book, recordsOf(800), countedIn(book))
    expect(told).toEqual([0.8])
  })

  test('counts for all of the same kind, and in no other window', () => {
    const both = [daily, { ...daily, stops: false }]
    const { book, spend, spent } = bookOf(both)
    const each = (): readonly number[] => [...book.counters(0)].map((counter) => counter.spent)
    expect(correct(book, recordsOf(100, both), new Map())).toEqual([0])
    expect(each()).toEqual([100, 100])
    spend(20)
    for (const recorded of [110, 130, 130]) {
      expect(correct(book, recordsOf(recorded, both), countedIn(book))).toHaveLength(1)
      expect(each()).toEqual([recorded, recorded])
    }
    correct(book, recordsOf(100, both), countedIn(book))
    expect([...recordsOf(100, [daily], -dayMs).spent(0)]).toEqual([])
    const [window] = recordsOf(100).spent(0)
    if (window === undefined) throw new Error('nothing was recorded')
    expect(book.correct({ account: window.account, startMs: -dayMs, spent: 100 }, new Map(), how)).toBe(-1)
    expect(spent()).toBe(100)
  })
})
