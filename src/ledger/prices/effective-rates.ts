// Which rates hold for a call: those of the price, and over them the variants whose conditions are met.
import { wholeMillionths } from '../../core/price.ts'
import type { Price, PriceVariant, RateName, Rates } from '../../core/price.ts'

/** What else a price may depend on. */
export interface PriceFacts {
  /** When the call was made, wall clock. */
  readonly wallMs: number
  /** As the provider reported it; `batch` for what went in a batch. */
  readonly serviceTier?: string | undefined
  /** Requests that were billed; one where it is left out. */
  readonly calls?: number
}

export interface EffectiveRates {
  readonly rates: Rates
  /** Of every token. */
  readonly factorMillionths: number
}

/** The rates for a call with so many input tokens, the cached ones among them. */
export function effectiveRates(price: Price, facts: PriceFacts, inputTokens: number): EffectiveRates {
  if (price.variants.length === 0) return { rates: price.rates, factorMillionths: wholeMillionths }
  const rates: Partial<Record<RateName, number>> = { ...price.rates }
  let factorMillionths = wholeMillionths
  for (const variant of price.variants) {
    if (!holds(variant, facts, inputTokens)) continue
    Object.assign(rates, variant.rates)
    factorMillionths = variant.factorMillionths ?? factorMillionths
  }
  return { rates, factorMillionths }
}

/** The rate of a kind of tokens, or of the plainer kind that it belongs to. */
export function plainRate(rates: Rates, name: RateName): number {
  return rates[name] ?? rates[plainer[name]] ?? rates[isOutput(name) ? 'output' : 'input'] ?? 0
}

/** Whether it is of the answer, and not of what was asked. */
export function isOutput(name: RateName): boolean {
  return name in outputs
}

const plainer: Readonly<Record<RateName, RateName>> = {
  input: 'input',
  cachedInput: 'input',
  cacheWrite: 'input',
  cacheWriteHour: 'cacheWrite',
  audioInput: 'input',
  imageInput: 'input',
  output: 'output',
  reasoning: 'output',
  audioOutput: 'output',
  imageOutput: 'output',
}
const outputs = { output: true, reasoning: true, audioOutput: true, imageOutput: true }

function holds(variant: PriceVariant, { serviceTier, wallMs }: PriceFacts, inputTokens: number): boolean {
  const { aboveInputTokens, serviceTier: tier, hours } = variant
  if (aboveInputTokens !== undefined && inputTokens <= aboveInputTokens) return false
  if (tier !== undefined && tier !== serviceTier) return false
  return hours === undefined || isWithin(hours, wallMs)
}

function isWithin({ fromMinute, untilMinute }: NonNullable<PriceVariant['hours']>, wallMs: number): boolean {
  const minute = Math.floor((((wallMs % dayMs) + dayMs) % dayMs) / minuteMs)
  return fromMinute < untilMinute
    ? minute >= fromMinute && minute < untilMinute
    : minute >= fromMinute || minute < untilMinute
}

const minuteMs = 60_000
const dayMs = 86_400_000
