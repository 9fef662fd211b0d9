import { describe, expect, test } from 'bun:test'
import type { AttemptOutcome, AttemptRecord } from '../core/attempt.ts'
import { sumUsage } from './key-usage.ts'
import { unknownMoney } from './attempt-money.ts'

function attemptOf(callId: string, providerModel: string, outcome: AttemptOutcome = 'ok'): AttemptRecord {
  return {
    attemptId: `att_${callId}_${providerModel}`,
    callId,
    keyId: 'k',
    endpoint: 'chat',
    model: 'fast',
    provider: 'p',
    providerModel,
    stream: false,
    startedAtMs: 1,
    estimatedInputTokens: 9,
    generation: 1,
    kind: 'first',
    priceVersion: '',
    outcome,
    status: 200,
    connectMs: 1,
    firstTokenMs: 1,
    totalMs: 1,
    reportedModel: '',
    usage: { inputTokens: 10, cachedInputTokens: 4, outputTokens: 3, reasoningTokens: 1 },
    usageSource: outcome === 'ok' ? 'final' : 'observed',
    usageSuspect: false,
    ...unknownMoney,
  }
}

describe('the usage of a key', () => {
  test('is nothing before the first attempt', () => {
    const nothing = { calls: 0, failedAttempts: 0, inputTokens: 0, cachedInputTokens: 0, outputTokens: 0 }
    expect(sumUsage([])).toEqual({
      deployments: new Map(),
      total: { ...nothing, costNanoDollars: 0, unpriced: 0 },
      isCounted: false,
    })
  })

  test('counts a call once, however many attempts it took', () => {
    const attempts = [attemptOf('a', 'm', 'overloaded'), attemptOf('a', 'n'), attemptOf('b', 'n')]
    const { deployments, total, isCounted } = sumUsage(attempts)
    const sums = { inputTokens: 10, cachedInputTokens: 4, outputTokens: 3, costNanoDollars: 0 }
    const twice = { inputTokens: 20, cachedInputTokens: 8, outputTokens: 6, costNanoDollars: 0 }
    expect([...deployments]).toEqual([
      ['p/m', { calls: 1, failedAttempts: 1, ...sums, unpriced: 1 }],
      ['p/n', { calls: 2, failedAttempts: 0, ...twice, unpriced: 2 }],
    ])
    expect(total).toMatchObject({ calls: 2, failedAttempts: 1, inputTokens: 30 })
    expect(isCounted).toBe(false)
  })

  test('adds up what is known of the cost, and says of how many attempts it is not', () => {
    const priced = { costNanoDollars: 700, listNanoDollars: 900, chargedNanoDollars: 0 }
    const attempts = [
      { ...attemptOf('a', 'm'), ...priced },
      { ...attemptOf('b', 'm'), ...priced },
    ]
    expect(sumUsage(attempts)).toMatchObject({ total: { costNanoDollars: 1_400, unpriced: 0 } })
    expect(sumUsage([...attempts, attemptOf('c', 'm')])).toMatchObject({
      total: { costNanoDollars: 1_400, unpriced: 1 },
    })
  })

  test('says when a count of a good answer is not the provider’s own', () => {
    expect(sumUsage([{ ...attemptOf('a', 'm'), usageSource: 'observed' }]).isCounted).toBe(true)
  })
})
