import { describe, expect, test } from 'bun:test'
import { findPrice } from './find-price.ts'
import { prices, pricesDate } from './prices.gen.ts'

describe('the public prices', () => {
  test('are rates in pico-dollars a token, kind by kind', () => {
    expect(findPrice('anthropic', 'claude-haiku-4-5')).toEqual([
      {
        fromMs: -Infinity,
        price: {
          rates: {
            input: 1_000_000,
            cacheWrite: 1_250_000,
            cachedInput: 100_000,
            output: 5_000_000,
            cacheWriteHour: 2_000_000,
          },
          variants: [],
          callNanoDollars: 0,
          discountMillionths: 0,
        },
      },
    ])
  })

  test('know long contexts, and from which day on another price holds', () => {
    const [before, since] = findPrice('anthropic', 'claude-opus-4-6') ?? []
    expect(before?.price.variants).toMatchObject([
      { aboveInputTokens: 200_000, rates: { input: 10_000_000 } },
    ])
    expect(since?.fromMs).toBe(Date.UTC(2026, 2, 13))
    expect(since?.price.variants).toEqual([])
  })

  test('know dearer hours', () => {
    const latest = findPrice('deepseek', 'deepseek-v4-pro')?.at(-1)?.price
    expect(latest?.rates).toMatchObject({ input: 660_000, cachedInput: 22_000 })
    expect(latest?.variants.map(({ hours }) => hours)).toEqual([
      { fromMinute: 60, untilMinute: 240 },
      { fromMinute: 360, untilMinute: 600 },
    ])
  })

  test('hold for the dated name of a model, not for a tagged one', () => {
    expect(findPrice('anthropic', 'claude-opus-5-5-20261001')).toEqual(
      findPrice('anthropic', 'claude-opus-5-5'),
    )
    expect(findPrice('anthropic', 'claude-opus-5-5:fast')).toBeUndefined()
  })

  test('are undefined for what nobody knows', () => {
    expect(findPrice('anthropic', 'claude-99')).toBeUndefined()
    expect(findPrice('nobody', 'claude-opus-5-5')).toBeUndefined()
    expect(findPrice('constructor', 'name')).toBeUndefined()
  })

  test('say of which day they are, and can all be read', () => {
    expect(pricesDate).toMatch(/^20\d\d-\d\d-\d\d$/)
    for (const [provider, text] of Object.entries(prices)) {
      for (const line of text.split('\n')) {
        for (const { fromMs, price } of findPrice(provider, line.split(' ')[0] ?? '') ?? [unread(line)]) {
          const rates = [price.rates, ...price.variants.map((variant) => variant.rates)].flatMap((each) =>
            Object.values(each),
          )
          expect(rates.every((rate) => Number.isSafeInteger(rate) && rate >= 0 && rate < 1e9)).toBeTrue()
          expect(Number.isNaN(fromMs)).toBeFalse()
          expect(rates.length).toBeGreaterThan(1)
        }
      }
    }
  })
})

function unread(line: string): never {
  throw new Error(`not read: ${line}`)
}
