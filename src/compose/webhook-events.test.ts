import { describe, expect, test } from 'bun:test'
import type { WebhookEvent } from '../webhooks/webhook-event.ts'
import {
  budgetAlerted,
  budgetStopped,
  ejections,
  keyExpires,
  modelChanged,
  stageReached,
} from './webhook-events.ts'

test('a deployment that is out, tried and out again is told of once, and once when it is back', () => {
  const told: WebhookEvent[] = []
  const observe = ejections((event) => void told.push(event))
  const place = { provider: 'sim', providerModel: 'm', credential: 'ab12' }
  for (const [from, to] of [
    ['closed', 'suspect'],
    ['suspect', 'closed'],
    ['closed', 'open'],
    ['open', 'half_open'],
    ['half_open', 'open'],
    ['open', 'ejected'],
    ['ejected', 'half_open'],
    ['half_open', 'closed'],
    ['closed', 'cooling'],
    ['cooling', 'closed'],
  ] as const) {
    observe(place, { from, to, reason: 'successes' })
  }
  observe({ ...place, credential: 'cd34' }, { from: 'closed', to: 'open', reason: 'successes' })
  expect(told.map(({ type, facts }) => [type, facts['deployment'], facts['account']])).toEqual([
    ['deployment.ejected', 'sim/m', 'ab12'],
    ['deployment.recovered', 'sim/m', 'ab12'],
    ['deployment.ejected', 'sim/m', 'cd34'],
  ])
})

describe('what is told', () => {
  test('of a model is its last day, and that another one answers', () => {
    const change = { model: 'fast', deployment: 'sim/m' }
    expect(stageReached({ ...change, stage: 'active' }, 0)).toBeUndefined()
    expect(stageReached({ ...change, stage: 'retired' }, 0)).toMatchObject({
      type: 'model.retired',
      facts: { ...change, reason: 'date' },
    })
    const seen = { deployment: 'sim/m', from: 'm-1', to: 'm-2', sinceMs: 0, isRepeated: false }
    expect(modelChanged(seen)).toEqual({
      type: 'model.changed',
      facts: { deployment: 'sim/m', from: 'm-1', to: 'm-2', since: '1970-01-01T00:00:00.000Z' },
    })
  })

  test('by several is the same in one day, or in one window of a budget, and another in the next', () => {
    const key = { id: 'abcd1234', name: 'ci', expiresAtMs: 9e9 }
    const [morning, evening, tomorrow] = [1, 23, 25].map((hours) => keyExpires(key, hours * 3_600_000).once)
    expect([morning === evening, morning === tomorrow]).toEqual([true, false])
    expect(keyExpires({ ...key, id: 'efgh5678' }, 0).once).not.toBe(keyExpires(key, 0).once)
    const rule = { unit: 'tokens', period: 'day', amount: 100, alertAt: [0.5], stops: true } as const
    const window = {
      level: 'team',
      name: 'x',
      id: 'x',
      rule,
      windowStartMs: 0,
      windowEndMs: 1,
      held: 0,
    } as const
    const first = budgetStopped({ ...window, spent: 100 })
    expect(first.once).toBe(budgetStopped({ ...window, spent: 101 }).once ?? '')
    for (const another of [{ windowStartMs: 1 }, { rule: { ...rule, amount: 200 } }, { id: 'acme x' }]) {
      expect(budgetStopped({ ...window, spent: 100, ...another }).once).not.toBe(first.once)
    }
  })

  test('of a budget is in dollars or tokens, and stays small whatever its owner is called', () => {
    const rule = { unit: 'nano_dollars', period: 'total', amount: 2e9, alertAt: [0.8], stops: true } as const
    const standing = {
      level: 'tag',
      name: 'x'.repeat(100_000),
      id: 'x',
      windowStartMs: 0,
      windowEndMs: undefined,
    } as const
    const { facts } = budgetAlerted({ ...standing, rule, spent: 1.6e9, held: 1, share: 0.8 })
    expect(facts).toMatchObject({ amount: 2, spent: 1.6, percent: 80, unit: 'dollars', window_end: null })
    expect(JSON.stringify(facts).length).toBeLessThan(1_000)
    const tokens = { ...rule, unit: 'tokens', amount: 500 } as const
    expect(budgetAlerted({ ...standing, rule: tokens, spent: 400, held: 0, share: 0.8 }).facts).toMatchObject(
      {
        unit: 'tokens',
        amount: 500,
        spent: 400,
      },
    )
  })
})
