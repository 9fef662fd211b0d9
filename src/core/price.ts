// What a deployment costs, as data. Rates are whole pico-dollars a token (0.003625 $ for a million tokens is 3,625), so
// that every rate that is published is an integer; sums of money are whole nano-dollars, exact to nine million dollars.

/** The kinds of tokens that may be billed apart. Where a price names no rate for one, the plain one holds. */
export const rateNames = [
  'input',
  'cachedInput',
  'cacheWrite',
  'cacheWriteHour',
  'audioInput',
  'imageInput',
  'output',
  'reasoning',
  'audioOutput',
  'imageOutput',
] as const
export type RateName = (typeof rateNames)[number]

/** Whole pico-dollars a token. */
export type Rates = Readonly<Partial<Record<RateName, number>>>

/** A million millionths: a factor or a share that changes nothing. */
export const wholeMillionths = 1_000_000

export interface Price {
  readonly rates: Rates & { readonly input: number; readonly output: number }
  /** What a call costs besides its tokens. */
  readonly callNanoDollars: number
  /** Other rates under conditions. Those that hold are laid over one another; a later one has the last word. */
  readonly variants: readonly PriceVariant[]
  /** What an agreement takes off everything: 150,000 is fifteen percent. */
  readonly discountMillionths: number
  /** Paid by the hour, whatever flows (provisioned throughput, committed use): its calls cost nothing more. */
  readonly hourNanoDollars?: number
}

export interface PriceVariant {
  /** More input tokens than this: long contexts are dearer, and then all of the call is. */
  readonly aboveInputTokens?: number
  /** The service tier as the provider reports it: `flex`, `priority`; `batch` for what went in a batch. */
  readonly serviceTier?: string
  /** Minutes of the day (UTC) from, and until before; over midnight where the second is not the larger. */
  readonly hours?: { readonly fromMinute: number; readonly untilMinute: number }
  readonly rates: Rates
  /** Times this, for every token: 500,000 halves. It replaces the factor of an earlier variant. */
  readonly factorMillionths?: number
}

/** A price from a certain time on. */
export interface DatedPrice {
  /** Wall clock; `-Infinity` for what has always been so. */
  readonly fromMs: number
  readonly price: Price
}

/** Who says so: the operator, or what is publicly known. */
export type PriceSource = 'config' | 'public'

export interface PriceVersion {
  /** `price_` and 24 hexadecimal digits of the hash of `text`. */
  readonly id: string
  readonly price: Price
  /** The price in one certain spelling; `readPrice` reads it back. */
  readonly text: string
  /** No call costs anything by it. */
  readonly isFree: boolean
}

/** The prices of one deployment over time. */
export interface PriceSchedule {
  readonly source: PriceSource
  /** The price at a time of the wall clock. Undefined where none is known: that is not the same as free. */
  at(wallMs: number): PriceVersion | undefined
}
