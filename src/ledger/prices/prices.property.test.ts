import { describe, expect, test } from 'bun:test'
import fc from 'fast-check'
import { anyFacts, anyPrice, anyUsage } from '../../../test/prices.ts'
import { wholeMillionths } from '../../core/price.ts'
import { effectiveRates, plainRate } from './effective-rates.ts'
import { nanoDollarsMax, priceOf } from './price-of.ts'
import { priceText, readPrice } from './price-book.ts'
import { upperBound } from './upper-bound.ts'

describe('any price and any usage', () => {
  test('give a sum that is whole and is that of its parts', () => {
    fc.assert(
      fc.property(anyPrice, anyUsage, anyFacts, (price, usage, facts) => {
        const { nanoDollars, listNanoDollars, parts } = priceOf(usage, price, facts)
        expect(Object.values(parts).reduce((sum, part) => sum + part, 0)).toBe(nanoDollars)
        expect(Object.values(parts).every((part) => Number.isSafeInteger(part) && part > 0)).toBeTrue()
        expect(nanoDollars).toBeLessThanOrEqual(listNanoDollars)
        expect(listNanoDollars).toBeLessThanOrEqual(nanoDollarsMax)
      }),
    )
  })

  test('give the exact sum, rounded once', () => {
    fc.assert(
      fc.property(anyPrice, anyUsage, anyFacts, (price, { inputTokens, outputTokens }, facts) => {
        const plain = { inputTokens, outputTokens, cachedInputTokens: 0, reasoningTokens: 0 }
        const { rates, factorMillionths } = effectiveRates(price, facts, inputTokens)
        const pico =
          BigInt(inputTokens) * BigInt(plainRate(rates, 'input')) +
          BigInt(outputTokens) * BigInt(plainRate(rates, 'output'))
        const exact =
          (pico * BigInt(factorMillionths) + BigInt(price.callNanoDollars) * 1_000_000_000n) *
          BigInt(wholeMillionths - price.discountMillionths)
        const nano = (exact * 2n + 10n ** 15n) / (2n * 10n ** 15n)
        const expected = nano > BigInt(nanoDollarsMax) ? nanoDollarsMax : Number(nano)
        const isPaid = price.hourNanoDollars !== undefined
        expect(priceOf(plain, price, facts).nanoDollars).toBe(isPaid ? 0 : expected)
      }),
    )
  })

  test('cost at most what was held back for them', () => {
    fc.assert(
      fc.property(anyPrice, anyUsage, anyFacts, (price, usage, facts) => {
        const { inputTokens, outputTokens } = usage
        const bound = { inputTokens, outputTokens }
        const { nanoDollars } = priceOf(usage, price, facts)
        const asked = upperBound(price, { ...bound, serviceTier: facts.serviceTier })
        expect(nanoDollars).toBeLessThanOrEqual(asked)
        expect(asked).toBeLessThanOrEqual(upperBound(price, { ...bound, serviceTier: 'auto' }))
      }),
      { numRuns: 1_000 },
    )
  })

  test('are written down so that they can be read back', () => {
    fc.assert(
      fc.property(anyPrice, (price) => {
        const text = priceText(price)
        expect(priceText(readPrice(text))).toBe(text)
        expect(readPrice(text)).toEqual(price)
      }),
    )
  })
})
