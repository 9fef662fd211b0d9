// The most that a call can cost, for what is held back before it is made. It is never less than what `priceOf` says
// later, whatever the hour, the cache and the service tier turn out to be, as long as the counts stay within the bound.
import { rateNames, wholeMillionths } from '../../core/price.ts'
import { isOutput, plainRate } from './effective-rates.ts'
import { nanoDollarsMax } from './price-of.ts'
import type { Price, PriceVariant, RateName, Rates } from '../../core/price.ts'

export interface CallBound {
  readonly inputTokens: number
  readonly outputTokens: number
  /** As the request asks for it; `auto` may become any. What it asks for may be refused, too. */
  readonly serviceTier?: string | undefined
}

/** Nano-dollars. */
export function upperBound(price: Price, bound: CallBound): number {
  if (price.hourNanoDollars !== undefined) return 0
  const { variants } = price
  const possible = variants.length === 0 ? variants : variants.filter((variant) => isPossible(variant, bound))
  const rates = highestRates(price, possible)
  const { input: inputRate, output: outputRate } = dearestOf(rates)
  const kept = wholeMillionths - price.discountMillionths
  const factor = variants.length === 0 ? wholeMillionths : highestFactor(possible)
  const [inputTokens, outputTokens] = [Math.ceil(bound.inputTokens), Math.ceil(bound.outputTokens)]
  const pico = inputTokens * inputRate + outputTokens * outputRate
  const isPlain = factor === wholeMillionths && kept === wholeMillionths
  if (isPlain && pico < Number.MAX_SAFE_INTEGER) {
    return Math.min(Math.ceil(pico / picoPerNano) + price.callNanoDollars, nanoDollarsMax)
  }
  const input = BigInt(inputTokens) * BigInt(inputRate)
  const output = BigInt(outputTokens) * BigInt(outputRate)
  const call = BigInt(price.callNanoDollars * picoPerNano) * BigInt(wholeMillionths)
  const exact = ((input + output) * BigInt(factor) + call) * BigInt(kept)
  const nano = (exact + exactPerNano - 1n) / exactPerNano
  return nano > BigInt(nanoDollarsMax) ? nanoDollarsMax : Number(nano)
}

const picoPerNano = 1_000
/** Pico-dollars times a factor and a share, both in millionths. */
const exactPerNano = BigInt(picoPerNano) * BigInt(wholeMillionths) * BigInt(wholeMillionths)

function isPossible({ aboveInputTokens, serviceTier }: PriceVariant, bound: CallBound): boolean {
  if (aboveInputTokens !== undefined && bound.inputTokens <= aboveInputTokens) return false
  return serviceTier === undefined || bound.serviceTier === 'auto' || serviceTier === bound.serviceTier
}

function highestFactor(variants: readonly PriceVariant[]): number {
  return variants.reduce(
    (most, { factorMillionths = wholeMillionths }) => Math.max(most, factorMillionths),
    wholeMillionths,
  )
}

/** The highest rate that each kind has under any of these variants: a variant may raise what others fall back to. */
function highestRates(price: Price, variants: readonly PriceVariant[]): Rates {
  if (variants.length === 0) return price.rates
  const rates: Partial<Record<RateName, number>> = { ...price.rates }
  for (const variant of variants) {
    for (const name of rateNames) {
      const rate = variant.rates[name]
      if (rate !== undefined) rates[name] = Math.max(rate, rates[name] ?? 0)
    }
  }
  return rates
}

interface Dearest {
  readonly input: number
  readonly output: number
}

/** Most prices have no conditions, and the same rates for every call. */
const dearest = new WeakMap<Rates, Dearest>()

/** What a token of input may cost, and one of output: nobody knows what is in them, or what a provider keeps of them. */
function dearestOf(rates: Rates): Dearest {
  const known = dearest.get(rates)
  if (known !== undefined) return known
  const found = { input: highest(rates, inputKinds), output: highest(rates, outputKinds) }
  dearest.set(rates, found)
  return found
}

function highest(rates: Rates, kinds: readonly RateName[]): number {
  let most = 0
  for (const kind of kinds) {
    const rate = plainRate(rates, kind)
    if (rate > most) most = rate
  }
  return most
}

const inputKinds = rateNames.filter((name) => !isOutput(name))
const outputKinds = rateNames.filter(isOutput)
