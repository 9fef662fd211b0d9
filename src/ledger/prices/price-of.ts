// From tokens to money. Money is exact until it is rounded, once for a call, to whole nano-dollars (half up); the parts
// are cut from the running sum, so that they always add up to the total. No sum is ever a fraction.
import { rateNames, wholeMillionths } from '../../core/price.ts'
import { effectiveRates, plainRate } from './effective-rates.ts'
import type { Price, RateName } from '../../core/price.ts'
import type { Usage } from '../../core/usage.ts'
import type { EffectiveRates, PriceFacts } from './effective-rates.ts'

export type CostPart = RateName | 'call'

export interface Cost {
  readonly nanoDollars: number
  /** The same without the discount, and as if nothing was paid by the hour. */
  readonly listNanoDollars: number
  /** What is not nothing, by kind. Adds up to `nanoDollars`. */
  readonly parts: Readonly<Partial<Record<CostPart, number>>>
}

/** The largest sum that a number holds exactly. What is more is counted as this, which no budget has left. */
export const nanoDollarsMax = Number.MAX_SAFE_INTEGER
const picoPerNano = 1_000

/** What an attempt cost. Counts that are none (negative, not a number) are taken for zero. */
export function priceOf(usage: Usage, price: Price, facts: PriceFacts): Cost {
  const effective = effectiveRates(price, facts, count(usage.inputTokens))
  const counts = countsByRate(usage, effective)
  const callNano = price.callNanoDollars * count(facts.calls ?? 1)
  const list = sumUp(counts, effective, { callNano, keptMillionths: wholeMillionths })
  if (price.hourNanoDollars !== undefined) {
    return { nanoDollars: 0, listNanoDollars: list.nanoDollars, parts: {} }
  }
  if (price.discountMillionths === 0) return { ...list, listNanoDollars: list.nanoDollars }
  const keptMillionths = wholeMillionths - price.discountMillionths
  return { ...sumUp(counts, effective, { callNano, keptMillionths }), listNanoDollars: list.nanoDollars }
}

/**
 * Each token once, at the rate that it has. Providers do not tell of what kind the cached ones are: where kinds may
 * overlap, the dearer kinds are counted in full and the cached ones give way.
 */
function countsByRate(usage: Usage, { rates }: EffectiveRates): Readonly<Record<RateName, number>> {
  const input = share(usage.inputTokens)
  const output = share(usage.outputTokens)
  const written = count(usage.cacheWriteTokens)
  const forAnHour = Math.min(count(usage.cacheWriteHourTokens), written)
  return {
    cacheWriteHour: input.take(forAnHour),
    cacheWrite: input.take(written - forAnHour),
    audioInput: input.take(rates.audioInput === undefined ? 0 : count(usage.audioInputTokens)),
    imageInput: input.take(rates.imageInput === undefined ? 0 : count(usage.imageInputTokens)),
    cachedInput: input.take(count(usage.cachedInputTokens)),
    input: input.rest(),
    audioOutput: output.take(rates.audioOutput === undefined ? 0 : count(usage.audioOutputTokens)),
    imageOutput: output.take(rates.imageOutput === undefined ? 0 : count(usage.imageOutputTokens)),
    reasoning: output.take(count(usage.reasoningTokens)),
    output: output.rest(),
  }
}

function share(tokens: number): { take(wanted: number): number; rest(): number } {
  let left = count(tokens)
  return {
    take(wanted) {
      const taken = Math.min(wanted, left)
      left -= taken
      return taken
    },
    rest: () => left,
  }
}

interface Terms {
  readonly callNano: number
  /** What a discount leaves. */
  readonly keptMillionths: number
}

type Counts = Readonly<Record<RateName, number>>
type Sum = Omit<Cost, 'listNanoDollars'>

function sumUp(counts: Counts, effective: EffectiveRates, terms: Terms): Sum {
  if (effective.factorMillionths === wholeMillionths && terms.keptMillionths === wholeMillionths) {
    return sumOfNumbers(counts, effective, terms) ?? sumOfBigInts(counts, effective, terms)
  }
  return sumOfBigInts(counts, effective, terms)
}

/** The way of nearly every call; undefined where a number no longer holds the sum. */
function sumOfNumbers(counts: Counts, { rates }: EffectiveRates, { callNano }: Terms): Sum | undefined {
  const parts: Partial<Record<CostPart, number>> = {}
  let pico = 0
  let nanoDollars = 0
  const add = (part: CostPart, more: number): void => {
    pico += more
    const sum = Math.floor((pico + picoPerNano / 2) / picoPerNano)
    if (sum > nanoDollars) parts[part] = sum - nanoDollars
    nanoDollars = sum
  }
  for (const name of rateNames) {
    if (counts[name] > 0) add(name, counts[name] * plainRate(rates, name))
  }
  if (callNano > 0) add('call', callNano * picoPerNano)
  return pico < nanoDollarsMax - picoPerNano ? { nanoDollars, parts } : undefined
}

function sumOfBigInts(counts: Counts, effective: EffectiveRates, { callNano, keptMillionths }: Terms): Sum {
  const parts: Partial<Record<CostPart, number>> = {}
  let exact = 0n
  let nanoDollars = 0
  const add = (part: CostPart, more: bigint): void => {
    exact += more * BigInt(keptMillionths)
    const sum = saturated((exact + exactPerNano / 2n) / exactPerNano)
    if (sum > nanoDollars) parts[part] = sum - nanoDollars
    nanoDollars = sum
  }
  const factor = BigInt(effective.factorMillionths)
  for (const name of rateNames) {
    const rate = plainRate(effective.rates, name)
    if (counts[name] > 0) add(name, BigInt(counts[name]) * BigInt(rate) * factor)
  }
  if (callNano > 0) add('call', BigInt(callNano) * BigInt(picoPerNano) * BigInt(wholeMillionths))
  return { nanoDollars, parts }
}

/** Pico-dollars times a factor and a share, both in millionths. */
const exactPerNano = BigInt(picoPerNano) * BigInt(wholeMillionths) * BigInt(wholeMillionths)

function saturated(sum: bigint): number {
  return sum > BigInt(nanoDollarsMax) ? nanoDollarsMax : Number(sum)
}

function count(tokens: number | undefined): number {
  if (tokens === undefined || !(tokens > 0)) return 0
  return Math.min(Math.floor(tokens), Number.MAX_SAFE_INTEGER)
}
