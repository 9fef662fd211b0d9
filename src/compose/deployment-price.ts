// The price that the config gives a deployment, as the ledger counts: whole pico-dollars a token. It takes the place of
// what is publicly known; nothing of the two is mixed.
import type { Price, PriceVariant, Rates } from '../core/price.ts'
import { PriceBook } from '../ledger/prices/price-book.ts'
import { sha256 } from '../platform/hmac.ts'
import type { PriceSettings } from '../routing/price/settings.ts'

const picoPerDollarAMillion = 1e6
const nanoPerDollar = 1e9
const millionths = 1e6
const millionthsPerPercent = 1e4

/** For those who look and charge nobody. */
export function unkeptPrices(): PriceBook {
  return new PriceBook({ hash: sha256, keep: () => {} })
}

/** Reads the price of a deployment. Later conditions have the last word: long requests, hours, then service tiers. */
export function priceFrom(settings: PriceSettings): Price {
  const {
    input,
    output,
    call = 0,
    discount = 0,
    hourly,
    above = [],
    hours = [],
    service_tiers: tiers,
  } = settings
  const long = above.toSorted((one, other) => one.input_tokens - other.input_tokens)
  return {
    rates: { ...ratesOf(settings), input: rateOf(input), output: rateOf(output) },
    callNanoDollars: Math.round(call * nanoPerDollar),
    variants: [
      ...long.map((tier): PriceVariant => ({ aboveInputTokens: tier.input_tokens, rates: ratesOf(tier) })),
      ...hours.map(({ from, until, ...tier }) => ({
        ...variantOf(tier),
        hours: { fromMinute: from, untilMinute: until },
      })),
      ...[...(tiers ?? [])].map(([serviceTier, tier]) => ({ ...variantOf(tier), serviceTier })),
    ],
    discountMillionths: Math.round(discount * millionthsPerPercent),
    ...(hourly === undefined ? {} : { hourNanoDollars: Math.round(hourly * nanoPerDollar) }),
  }
}

type Written = Exclude<
  keyof PriceSettings,
  'call' | 'discount' | 'hourly' | 'above' | 'hours' | 'service_tiers'
>
type RateSettings = { readonly [Kind in Written]?: number | undefined }

function variantOf({
  factor,
  ...rates
}: RateSettings & { readonly factor?: number | undefined }): PriceVariant {
  const other = { rates: ratesOf(rates) }
  return factor === undefined ? other : { ...other, factorMillionths: Math.round(factor * millionths) }
}

function ratesOf(written: RateSettings): Rates {
  const rates = {
    input: written.input,
    cachedInput: written.cached_input,
    cacheWrite: written.cache_write,
    cacheWriteHour: written.cache_write_hour,
    audioInput: written.audio_input,
    imageInput: written.image_input,
    output: written.output,
    reasoning: written.reasoning,
    audioOutput: written.audio_output,
    imageOutput: written.image_output,
  }
  return Object.fromEntries(
    Object.entries(rates).flatMap(([name, dollars]) =>
      dollars === undefined ? [] : [[name, rateOf(dollars)]],
    ),
  )
}

function rateOf(dollars: number): number {
  return Math.round(dollars * picoPerDollarAMillion)
}
