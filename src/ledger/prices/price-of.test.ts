import { describe, expect, test } from 'bun:test'
import { nanoDollarsMax, priceOf } from './price-of.ts'
import type { Price } from '../../core/price.ts'
import type { Usage } from '../../core/usage.ts'

const noon = { wallMs: Date.UTC(2026, 5, 1, 12) }
const base: Price = {
  rates: { input: 3_000_000, output: 15_000_000 },
  callNanoDollars: 0,
  variants: [],
  discountMillionths: 0,
}

describe('the cost of a call', () => {
  test('is its tokens at their rates, in nano-dollars', () => {
    expect(priceOf(tokens(1_000, 200), base, noon)).toEqual({
      nanoDollars: 6_000_000,
      listNanoDollars: 6_000_000,
      parts: { input: 3_000_000, output: 3_000_000 },
    })
  })

  test('counts each kind of tokens once, at its own rate', () => {
    const price = priced({
      rates: {
        ...base.rates,
        cachedInput: 300_000,
        cacheWrite: 3_750_000,
        cacheWriteHour: 6_000_000,
        audioInput: 10_000_000,
        imageInput: 5_000_000,
        reasoning: 20_000_000,
        audioOutput: 40_000_000,
        imageOutput: 30_000_000,
      },
      callNanoDollars: 7,
    })
    const usage = {
      ...tokens(1_000, 100),
      cachedInputTokens: 100,
      cacheWriteTokens: 50,
      cacheWriteHourTokens: 20,
      audioInputTokens: 10,
      imageInputTokens: 5,
      reasoningTokens: 30,
      audioOutputTokens: 4,
      imageOutputTokens: 2,
    }
    const { parts, nanoDollars } = priceOf(usage, price, noon)
    expect(parts).toEqual({
      input: 835 * 3_000,
      cachedInput: 100 * 300,
      cacheWrite: 30 * 3_750,
      cacheWriteHour: 20 * 6_000,
      audioInput: 10 * 10_000,
      imageInput: 5 * 5_000,
      output: 64 * 15_000,
      reasoning: 30 * 20_000,
      audioOutput: 4 * 40_000,
      imageOutput: 2 * 30_000,
      call: 7,
    })
    expect(nanoDollars).toBe(Object.values(parts).reduce((sum, part) => sum + part, 0))
  })

  test('takes the plain rate for kinds that the price does not name', () => {
    const usage = { ...tokens(100, 10), cachedInputTokens: 40, cacheWriteTokens: 20, reasoningTokens: 5 }
    expect(priceOf(usage, base, noon).nanoDollars).toBe(priceOf(tokens(100, 10), base, noon).nanoDollars)
  })

  test('is rounded once for the call, half a nano-dollar up', () => {
    const price = priced({ rates: { input: 250, output: 250 } })
    expect(priceOf(tokens(1, 0), price, noon).nanoDollars).toBe(0)
    expect(priceOf(tokens(1, 1), price, noon)).toMatchObject({ nanoDollars: 1, parts: { output: 1 } })
    expect(priceOf(tokens(5, 1), price, noon)).toMatchObject({
      nanoDollars: 2,
      parts: { input: 1, output: 1 },
    })
  })

  test('of a long context is dearer as a whole, from the first token above the line on', () => {
    const long = { aboveInputTokens: 200_000, rates: { input: 6_000_000, output: 22_500_000 } }
    const price = priced({ variants: [long] })
    expect(priceOf(tokens(200_000, 1_000), price, noon).nanoDollars).toBe(200_000 * 3_000 + 1_000 * 15_000)
    expect(priceOf(tokens(200_001, 1_000), price, noon).nanoDollars).toBe(200_001 * 6_000 + 1_000 * 22_500)
  })

  test('goes by the service tier that the provider reports, and halves in a batch', () => {
    const price = priced({
      variants: [
        { serviceTier: 'priority', rates: { input: 5_250_000 } },
        { serviceTier: 'batch', rates: {}, factorMillionths: 500_000 },
      ],
    })
    expect(priceOf(tokens(100, 0), price, { ...noon, serviceTier: 'priority' }).nanoDollars).toBe(525_000)
    expect(priceOf(tokens(100, 0), price, { ...noon, serviceTier: 'batch' }).nanoDollars).toBe(150_000)
    expect(priceOf(tokens(100, 0), price, { ...noon, serviceTier: 'default' }).nanoDollars).toBe(300_000)
  })

  test('goes by the hour of the day, over midnight too', () => {
    const night = { hours: { fromMinute: 16 * 60 + 30, untilMinute: 30 }, rates: { input: 1_000_000 } }
    const price = priced({ variants: [night] })
    const at = (hour: number, minute: number, second = 0): number =>
      priceOf(tokens(1, 0), price, { wallMs: Date.UTC(2026, 0, 31, hour, minute, second) }).nanoDollars
    expect([at(16, 29, 59), at(16, 30), at(23, 59, 59), at(0, 0), at(0, 29, 59), at(0, 30)]).toEqual([
      3_000, 1_000, 1_000, 1_000, 1_000, 3_000,
    ])
    expect(priceOf(tokens(1, 0), price, { wallMs: -1 }).nanoDollars).toBe(1_000)
  })

  test('tells what it would have been without the discount', () => {
    const price = priced({ discountMillionths: 150_000, callNanoDollars: 100 })
    expect(priceOf(tokens(1_000, 0), price, noon)).toEqual({
      nanoDollars: 2_550_085,
      listNanoDollars: 3_000_100,
      parts: { input: 2_550_000, call: 85 },
    })
  })

  test('is nothing more where the hour is paid for, and the list price is still told', () => {
    const price = priced({ hourNanoDollars: 2_000_000_000 })
    expect(priceOf(tokens(1_000, 0), price, noon)).toEqual({
      nanoDollars: 0,
      listNanoDollars: 3_000_000,
      parts: {},
    })
  })

  test('takes counts that are none for zero', () => {
    const usage = { ...tokens(Number.NaN, -5), cachedInputTokens: Infinity, cacheWriteTokens: -1 }
    expect(priceOf(usage, base, noon).nanoDollars).toBe(0)
  })

  test('never counts more of a kind than there are tokens', () => {
    const price = priced({ rates: { ...base.rates, cachedInput: 300_000 } })
    const usage = { ...tokens(10, 10), cachedInputTokens: 1_000, reasoningTokens: 1_000 }
    expect(priceOf(usage, price, noon).nanoDollars).toBe(10 * 300 + 10 * 15_000)
  })

  test('stays a sum that a number holds, however absurd the counts are', () => {
    const cost = priceOf(tokens(Infinity, 1e15), base, noon)
    expect(cost.nanoDollars).toBe(nanoDollarsMax)
    expect(Object.values(cost.parts).reduce((sum, part) => sum + part, 0)).toBe(nanoDollarsMax)
  })
})

function tokens(inputTokens: number, outputTokens: number): Usage {
  return { inputTokens, outputTokens, cachedInputTokens: 0, reasoningTokens: 0 }
}

function priced(change: Partial<Price>): Price {
  return { ...base, ...change }
}
