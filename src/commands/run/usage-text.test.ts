import { describe, expect, test } from 'bun:test'
import type { UsageSum } from '../../ledger/key-usage.ts'
import { usageText } from './usage-text.ts'

function sum(calls: number, inputTokens = 0, outputTokens = 0, failedAttempts = 0): UsageSum {
  return {
    unpriced: failedAttempts,
    calls,
    inputTokens,
    cachedInputTokens: 0,
    outputTokens,
    failedAttempts,
    costNanoDollars: outputTokens * 1_000,
  }
}

function text(
  deployments: Record<string, UsageSum>,
  total: UsageSum,
  missing = 0,
  isCounted = false,
): string {
  return usageText(
    'claude',
    {
      usage: { deployments: new Map(Object.entries(deployments)), total, isCounted },
      missing,
    },
    500,
  )
}

describe('what is said at the end', () => {
  test('is one line when nothing was called', () => {
    expect(text({}, sum(0))).toBe('sallyport: claude made no call in 0.5 s.\n')
  })

  test('names one model without a total', () => {
    expect(text({ 'p/m': sum(1, 1_234_567, 12) }, sum(1, 1_234_567, 12))).toBe(
      [
        'sallyport: claude made 1 call in 0.5 s.',
        '  MODEL  CALLS      INPUT  CACHED  OUTPUT   DOLLARS',
        '  p/m        1  1,234,567       0      12  0.000012',
        '',
      ].join('\n'),
    )
  })

  test('sums several models up, and says what is not certain', () => {
    const lines = text({ 'p/m': sum(999, 5, 5, 2), 'p/long': sum(1) }, sum(1_000, 5, 5, 2), 1, true).split(
      '\n',
    )
    expect(lines).toEqual([
      'sallyport: claude made 1,000 calls in 0.5 s.',
      '  MODEL   CALLS  INPUT  CACHED  OUTPUT   DOLLARS',
      '  p/m       999      5       0       5  0.000005',
      '  p/long      1      0       0       0         0',
      '  total   1,000      5       0       5  0.000005',
      '  2 attempts failed',
      '  some tokens were counted here, because the provider gave no count',
      '  the price of 2 attempts is not known',
      '  1 attempt not in this sum: not ended, or not stored yet by the gateway',
      '',
    ])
  })

  test('does not take a cost that is not known for nothing', () => {
    const [, , line] = text({ 'p/m': sum(1, 5, 0, 1) }, sum(1, 5, 0, 1)).split('\n')
    expect(line).toEndWith('?')
  })

  test.each([
    [9_940, '9.9 s'],
    [10_000, '10 s'],
    [59_400, '59 s'],
    [59_600, '1 min 0 s'],
    [3_599_000, '59 min 59 s'],
    [3_600_000, '1 h 0 min'],
    [90_000_000, '25 h 0 min'],
  ])('tells %d ms as a person would', (tookMs, expected) => {
    const usage = { deployments: new Map<string, UsageSum>(), total: sum(0), isCounted: false }
    expect(usageText('x', { usage, missing: 0 }, tookMs)).toContain(` in ${expected}.`)
  })
})
