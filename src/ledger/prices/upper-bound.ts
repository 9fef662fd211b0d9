// The most that a call can cost, for what is held back before it is made. It is never less than what `priceOf` says
// later, whatever the hour, the cache and the service tier turn out to be, as long as the counts stay within the bound.
import { wholeMillionths } from '../../core/price.ts'
import { plainRate } from './effective-rates.ts'
import { nanoDollarsMax } from './price-of.ts'
import type { Price, PriceVariant, RateName } from '../../core/price.ts'

export interface CallBound {
  readonly inputTokens: number
  readonly outputTokens: number
  /** As the request asks for it; `auto` may become any. What it asks for may be refused, too. */
  readonly serviceTier?: string | undefined
  /** Whether its input may be written to the provider's cache: with some it is dearer than the rest. */
  readonly cacheWrites: boolean
  /** Whether there may be recordings or images in it, or in its answer. */
  readonly media: boolean
}

/** Nano-dollars. */
export function upperBound(price: Price, bound: CallBound): number {
  if (price.hourNanoDollars !== undefined) return 0
  const variants = price.variants.filter((variant) => isPossible(variant, bound))
  const factor = Math.max(wholeMillionths, ...variants.map(factorOf))
  const token = BigInt(bound.inputTokens) * BigInt(highest(price, variants, inputKinds(bound)))
  const answer = BigInt(bound.outputTokens) * BigInt(highest(price, variants, outputKinds(bound)))
  const tokens = (token + answer) * BigInt(factor)
  const call = BigInt(price.callNanoDollars) * picoPerNano * BigInt(wholeMillionths)
  const kept = BigInt(wholeMillionths - price.discountMillionths)
  const nano = ((tokens + call) * kept + perNano - 1n) / perNano
  return nano > BigInt(nanoDollarsMax) ? nanoDollarsMax : Number(nano)
}

const picoPerNano = 1_000n
const perNano = picoPerNano * BigInt(wholeMillionths) * BigInt(wholeMillionths)

function isPossible({ aboveInputTokens, serviceTier }: PriceVariant, bound: CallBound): boolean {
  if (aboveInputTokens !== undefined && bound.inputTokens <= aboveInputTokens) return false
  return serviceTier === undefined || bound.serviceTier === 'auto' || serviceTier === bound.serviceTier
}

function factorOf({ factorMillionths }: PriceVariant): number {
  return factorMillionths ?? wholeMillionths
}

/** The highest rate that any of these kinds can have, under any of these variants. */
function highest(price: Price, variants: readonly PriceVariant[], kinds: readonly RateName[]): number {
  // A variant may raise the plain rate that others fall back to: the highest of each kind is laid together first.
  const rates: Partial<Record<RateName, number>> = { ...price.rates }
  for (const variant of variants) {
    for (const [name, rate] of Object.entries(variant.rates) as [RateName, number][]) {
      rates[name] = Math.max(rates[name] ?? 0, rate)
    }
  }
  return Math.max(...kinds.map((kind) => plainRate(rates, kind)))
}

function inputKinds({ cacheWrites, media }: CallBound): readonly RateName[] {
  const kinds: RateName[] = ['input', 'cachedInput']
  if (cacheWrites) kinds.push('cacheWrite', 'cacheWriteHour')
  if (media) kinds.push('audioInput', 'imageInput')
  return kinds
}

function outputKinds({ media }: CallBound): readonly RateName[] {
  return media ? ['output', 'reasoning', 'audioOutput', 'imageOutput'] : ['output', 'reasoning']
}
