import { describe, expect, test } from 'bun:test'
import type { Price } from '../core/price.ts'
import { noUsage } from '../core/usage.ts'
import { moneyOf, unknownMoney } from './attempt-money.ts'

const price: Price = {
  rates: { input: 3_000_000, cachedInput: 300_000, output: 15_000_000 },
  callNanoDollars: 500,
  variants: [{ serviceTier: 'flex', rates: {}, factorMillionths: 500_000 }],
  discountMillionths: 0,
}
const usage = { ...noUsage, inputTokens: 100, cachedInputTokens: 40, outputTokens: 10, reasoningTokens: 4 }
const input = 60 * 3_000 + 40 * 300
const output = 10 * 15_000
const at = { startedAtMs: 0, share: 'all' } as const

describe('the money of an attempt', () => {
  test('is its client’s to pay where the client got the answer', () => {
    const cost = input + output + 500
    expect(moneyOf(usage, price, at)).toEqual({
      costNanoDollars: cost,
      listNanoDollars: cost,
      chargedNanoDollars: cost,
    })
  })

  test('is the operator’s where the client saw nothing of it', () => {
    expect(moneyOf(usage, price, { ...at, share: 'nothing' })).toMatchObject({
      costNanoDollars: input + output + 500,
      chargedNanoDollars: 0,
    })
  })

  test('is the client’s for the further part of an answer alone, whose request it pays already', () => {
    expect(moneyOf(usage, price, { ...at, share: 'answer' })).toMatchObject({
      costNanoDollars: input + output + 500,
      chargedNanoDollars: output,
    })
  })

  test('goes by what the provider billed it as', () => {
    const { costNanoDollars } = moneyOf({ ...usage, serviceTier: 'flex' }, price, at)
    expect(costNanoDollars).toBe((input + output) / 2 + 500)
  })

  test('is nothing to pay where the hour is paid for, and the list price is told', () => {
    const hourly = { ...price, hourNanoDollars: 1 }
    expect(moneyOf(usage, hourly, { ...at, share: 'answer' })).toEqual({
      costNanoDollars: 0,
      listNanoDollars: input + output + 500,
      chargedNanoDollars: 0,
    })
  })

  test('is not known where the price is not', () => {
    expect(moneyOf(usage, undefined, at)).toEqual(unknownMoney)
  })
})
