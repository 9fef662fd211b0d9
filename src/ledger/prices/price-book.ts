// The price book: every price that was ever used, under an id that is its own hash. A price never changes; a new one is
// a new version, and a record that names its version can be reckoned again to the nano-dollar years later.
import { rateNames } from '../../core/price.ts'
import type {
  DatedPrice,
  Price,
  PriceSchedule,
  PriceSource,
  PriceVariant,
  PriceVersion,
  Rates,
} from '../../core/price.ts'
import { upperBound } from './upper-bound.ts'

export interface PriceBookParts {
  /** SHA-256 of a text, in hexadecimal digits. */
  hash(text: string): string
  /** Called once for each version that is new to this process, before anything is charged by it. */
  keep(version: PriceVersion): void
}

export class PriceBook {
  readonly #parts: PriceBookParts
  readonly #versions = new Map<string, PriceVersion>()

  constructor(parts: PriceBookParts) {
    this.#parts = parts
  }

  /** The version of a price: the same for two prices that say the same. */
  versionOf(price: Price): PriceVersion {
    const text = priceText(price)
    const id = `price_${this.#parts.hash(text).slice(0, idDigits)}`
    const known = this.#versions.get(id)
    if (known !== undefined) return known
    const version = { id, text, price, isFree: upperBound(price, millionOfEach) === 0 }
    this.#parts.keep(version)
    this.#versions.set(id, version)
    return version
  }

  /** A version that this process has used; older ones are in the store. */
  byId(id: string): PriceVersion | undefined {
    return this.#versions.get(id)
  }

  /** The prices of a deployment. Their versions are made when they are first asked for. */
  schedule(prices: readonly DatedPrice[], source: PriceSource): PriceSchedule {
    const dated = prices.toSorted((one, other) => one.fromMs - other.fromMs)
    let latest: { readonly price: Price; readonly version: PriceVersion } | undefined
    return {
      source,
      at: (wallMs) => {
        const price = dated.findLast(({ fromMs }) => fromMs <= wallMs)?.price
        if (price === undefined) return undefined
        if (latest?.price !== price) latest = { price, version: this.versionOf(price) }
        return latest.version
      },
    }
  }
}

const idDigits = 24
const millionOfEach = { inputTokens: 1_000_000, outputTokens: 1_000_000, serviceTier: 'auto' }

/** A price in one certain spelling: what means the same is written the same. */
export function priceText({ rates, variants, ...rest }: Price): string {
  return JSON.stringify({
    call: rest.callNanoDollars,
    discount: rest.discountMillionths,
    hour: rest.hourNanoDollars,
    rates: ordered(rates),
    variants: variants.map((variant) => ({
      above: variant.aboveInputTokens,
      tier: variant.serviceTier,
      from: variant.hours?.fromMinute,
      until: variant.hours?.untilMinute,
      factor: variant.factorMillionths,
      rates: ordered(variant.rates),
    })),
  })
}

interface WrittenPrice {
  readonly call: number
  readonly discount: number
  readonly hour?: number
  readonly rates: Price['rates']
  readonly variants: readonly WrittenVariant[]
}

interface WrittenVariant {
  readonly above?: number
  readonly tier?: string
  readonly from?: number
  readonly until?: number
  readonly factor?: number
  readonly rates: Rates
}

/** Reads what `priceText` wrote. */
export function readPrice(text: string): Price {
  const { call, discount, hour, rates, variants } = JSON.parse(text) as WrittenPrice
  return {
    rates,
    callNanoDollars: call,
    variants: variants.map(readVariant),
    discountMillionths: discount,
    ...(hour === undefined ? {} : { hourNanoDollars: hour }),
  }
}

function readVariant({ above, tier, from, until, factor, rates }: WrittenVariant): PriceVariant {
  return {
    rates,
    ...(above === undefined ? {} : { aboveInputTokens: above }),
    ...(tier === undefined ? {} : { serviceTier: tier }),
    ...(from === undefined || until === undefined ? {} : { hours: { fromMinute: from, untilMinute: until } }),
    ...(factor === undefined ? {} : { factorMillionths: factor }),
  }
}

function ordered(rates: Rates): Rates {
  return Object.fromEntries(
    rateNames.filter((name) => rates[name] !== undefined).map((name) => [name, rates[name]]),
  )
}
