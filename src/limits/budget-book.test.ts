import { describe, expect, test } from 'bun:test'
import type { Caller } from '../core/caller.ts'
import { BudgetBook } from './budget-book.ts'

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

describe('a budget that * sets', () => {
  const at = (wallMs: number) => ({ nowMs: wallMs, wallMs })
  const dayMs = 86_400_000
  const daily = { unit: 'tokens', period: 'day', amount: 10, alertAt: [], stops: true } as const
  const everybodys = new Map([['*', [daily]]])

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
})
