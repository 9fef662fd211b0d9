// Prices and token counts for tests: every kind, every condition, small and absurd.
import fc from 'fast-check'
import { rateNames } from '../src/core/price.ts'
import type { Price, PriceVariant, Rates } from '../src/core/price.ts'
import type { PriceFacts } from '../src/ledger/prices/effective-rates.ts'
import type { Usage } from '../src/core/usage.ts'

const rate = fc.oneof(fc.nat(30), fc.nat(200_000_000), fc.constant(100_000_000_000))
const rates: fc.Arbitrary<Rates> = fc
  .dictionary(fc.constantFrom(...rateNames), rate, { maxKeys: rateNames.length })
  .map((named) => ({ ...named }))
const millionths = fc.oneof(fc.constant(0), fc.nat(1_000_000))
const minute = fc.nat(1_439)
const condition = fc.oneof(
  fc.record({ aboveInputTokens: fc.constantFrom(0, 10, 200_000) }),
  fc.record({ serviceTier: fc.constantFrom('flex', 'priority', 'batch') }),
  fc.record({ hours: fc.record({ fromMinute: minute, untilMinute: minute }) }),
)
const variant: fc.Arbitrary<PriceVariant> = fc
  .tuple(condition, rates, fc.option(fc.nat(3_000_000), { nil: undefined }))
  .map(([when, other, factor]) => ({
    ...when,
    rates: other,
    ...(factor === undefined ? {} : { factorMillionths: factor }),
  }))

export const anyPrice: fc.Arbitrary<Price> = fc
  .record({
    rates: fc
      .tuple(rates, rate, rate)
      .map(([named, input, output]): Price['rates'] => ({ ...named, input, output })),
    callNanoDollars: fc.oneof(fc.constant(0), fc.nat(10_000_000)),
    variants: fc.array(variant, { maxLength: 4 }),
    discountMillionths: millionths,
    hour: fc.option(fc.nat(), { nil: undefined, freq: 8 }),
  })
  .map(({ hour, ...price }) => (hour === undefined ? price : { ...price, hourNanoDollars: hour }))

const count = fc.oneof(fc.nat(20), fc.nat(1_000_000))
export const anyUsage: fc.Arbitrary<Usage> = fc.record({
  inputTokens: count,
  cachedInputTokens: count,
  cacheWriteTokens: count,
  cacheWriteHourTokens: count,
  audioInputTokens: count,
  imageInputTokens: count,
  outputTokens: count,
  reasoningTokens: count,
  audioOutputTokens: count,
  imageOutputTokens: count,
})

export const anyFacts: fc.Arbitrary<PriceFacts> = fc.record({
  wallMs: fc.nat(4_000_000_000),
  serviceTier: fc.constantFrom(undefined, 'flex', 'priority', 'batch', 'default'),
})
