import { describe, expect, test } from 'bun:test'
import { budgetRule, limitRules } from './rules-of-config.ts'
import { budgetSettings, limitSettings } from './settings.ts'

describe('written limits', () => {
  test('are rules, one or several of a kind', () => {
    const written = { requests: ['10/s burst 50', '1k/h'], tokens: '1.5M/d', concurrency: 4 }
    expect(limitRules(limitSettings.parse(written))).toEqual([
      { kind: 'concurrency', amount: 4, perMs: 0 },
      { kind: 'requests', amount: 10, perMs: 1_000, burst: 50 },
      { kind: 'requests', amount: 1_000, perMs: 3_600_000 },
      { kind: 'tokens', amount: 1_500_000, perMs: 86_400_000 },
    ])
    expect(limitRules(limitSettings.parse({}))).toEqual([])
  })

  test.each(['60', '60/min', '-1/s', '0/s', '0.4/s', '1/s burst 0', 'x/s', '9999999999999/s'])(
    'are refused as %s',
    (requests) => {
      expect(limitSettings.safeParse({ requests }).success).toBeFalse()
    },
  )
})

test.each([
  ['0.5/s', 'write a whole number, here 30/m burst 1'],
  ['1.5/s', 'write a whole number, here 90/m burst 2'],
  ['0.001/s', 'write a whole number for a second, minute, hour or day'],
  ['0.1/m burst 2', 'write a whole number, here 6/h burst 2'],
  ['10/s burst 0.5', 'write a whole number as its burst'],
])('a limit that is no whole number is refused with what to write instead: %s', (requests, advice) => {
  const read = limitSettings.safeParse({ requests })
  expect(read.error?.issues.map(({ message }) => message)).toEqual([advice])
  const several = limitSettings.safeParse({ requests: ['1.001k/h', requests] })
  expect(several.error?.issues.map(({ message }) => message)).toEqual([advice])
})

describe('a written budget', () => {
  test('is a rule in nano-dollars or tokens', () => {
    expect(budgetRule(budgetSettings.parse({ dollars: 0.1, per: 'month' }))).toEqual({
      unit: 'nano_dollars',
      period: 'month',
      amount: 100_000_000,
      alertAt: [0.8, 1],
      stops: true,
    })
    const tokens = { tokens: 500, per: 'hour', alerts: [90, 50], stops: 'off' }
    expect(budgetRule(budgetSettings.parse(tokens))).toMatchObject({
      unit: 'tokens',
      amount: 500,
      alertAt: [0.5, 0.9],
      stops: false,
    })
  })

  test.each([
    [{ per: 'day' }],
    [{ dollars: 1, tokens: 1, per: 'day' }],
    [{ dollars: 1, per: 'year' }],
    [{ dollars: -1, per: 'day' }],
    [{ dollars: 9_000_001, per: 'day' }],
    [{ dollars: 1, per: 'day', alerts: [0] }],
  ])('is refused as %j', (written) => {
    expect(budgetSettings.safeParse(written).success).toBeFalse()
  })
})
