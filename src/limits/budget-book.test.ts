import { expect, test } from 'bun:test'
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
