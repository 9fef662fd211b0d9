import { describe, expect, test } from 'bun:test'
import type { WebhookEvent } from '../webhooks/webhook-event.ts'
import { budgetAlerted, ejections, modelChanged, stageReached } from './webhook-events.ts'

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
    expect(stageReached({ ...change, stage: 'active' })).toBeUndefined()
    expect(stageReached({ ...change, stage: 'retired' })).toEqual({
      type: 'model.retired',
      facts: { ...change, reason: 'date' },
    })
    const seen = { deployment: 'sim/m', from: 'm-1', to: 'm-2', sinceMs: 0, isRepeated: false }
    expect(modelChanged(seen)).toEqual({
      type: 'model.changed',
      facts: { deployment: 'sim/m', from: 'm-1', to: 'm-2', since: '1970-01-01T00:00:00.000Z' },
    })
  })

  test('of a budget is in dollars or tokens, and stays small whatever its owner is called', () => {
    const rule = { unit: 'nano_dollars', period: 'total', amount: 2e9, alertAt: [0.8], stops: true } as const
    const standing = {
      level: 'tag',
      name: 'x'.repeat(100_000),
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
