import { describe, expect, test } from 'bun:test'
import { priceOf } from '../ledger/prices/price-of.ts'
import { priceSettings } from '../routing/price/settings.ts'
import { priceFrom } from './deployment-price.ts'

const noon = Date.UTC(2026, 0, 1, 12)
const million = { inputTokens: 1_000_000, outputTokens: 0, cachedInputTokens: 0, reasoningTokens: 0 }

describe('the price that a config gives', () => {
  test('is read to the pico-dollar', () => {
    expect(
      read({ input: 0.1, output: 0.2, cached_input: 0.003625, call: 0.005, discount: 12.5, hourly: 40 }),
    ).toEqual({
      rates: { input: 100_000, output: 200_000, cachedInput: 3_625 },
      callNanoDollars: 5_000_000,
      variants: [],
      discountMillionths: 125_000,
      hourNanoDollars: 40_000_000_000,
    })
  })

  test('has its conditions in the order in which they have the last word', () => {
    const price = read({
      input: 2,
      output: 8,
      service_tiers: { flex: { factor: 0.5 }, priority: { input: 3.5 } },
      hours: [{ from: '16:30', until: '00:30', input: 1 }],
      above: [
        { input_tokens: '1M', input: 16 },
        { input_tokens: '200k', input: 4, output: 12 },
      ],
    })
    expect(price.variants).toEqual([
      { aboveInputTokens: 200_000, rates: { input: 4_000_000, output: 12_000_000 } },
      { aboveInputTokens: 1_000_000, rates: { input: 16_000_000 } },
      { hours: { fromMinute: 990, untilMinute: 30 }, rates: { input: 1_000_000 } },
      { serviceTier: 'flex', rates: {}, factorMillionths: 500_000 },
      { serviceTier: 'priority', rates: { input: 3_500_000 } },
    ])
    expect(priceOf(million, price, { wallMs: noon, serviceTier: 'flex' }).nanoDollars).toBe(2_000_000_000)
  })

  test('may be nothing, which is not the same as unknown', () => {
    expect(priceOf(million, read({ input: 0, output: 0 }), { wallMs: noon }).nanoDollars).toBe(0)
  })

  test.each([
    [{ input: -1, output: 1 }],
    [{ input: Number.NaN, output: 1 }],
    [{ input: 1 }],
    [{ input: 1, output: 1, discount: 101 }],
    [{ input: 1, output: 1, hours: [{ from: '24:00', until: '01:00' }] }],
    [{ input: 1, output: 1, above: [{ input: 2 }] }],
    [{ input: 1, output: 1, service_tiers: { 'Not A Word': { factor: 2 } } }],
    [{ input: 1, output: 1, tiers: {} }],
  ])('is refused as %j', (written) => {
    expect(priceSettings.safeParse(written).success).toBeFalse()
  })
})

function read(written: unknown) {
  return priceFrom(priceSettings.parse(written))
}
