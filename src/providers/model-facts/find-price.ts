// What is publicly known of a model's price, from a snapshot that was made by hand (scripts/snapshot-prices.mjs). A
// price that is not known is undefined, never nothing: what costs nothing says so.
import { prices } from './prices.gen.ts'
import { linesOf, undated } from './model-lines.ts'
import type { DatedPrice, PriceVariant, RateName, Rates } from '../../core/price.ts'

/** The prices of a model under a provider of the snapshot, the oldest first; undefined for what is not known. */
export function findPrice(factsName: string, model: string): readonly DatedPrice[] | undefined {
  const lines = linesOf(prices, factsName)
  const line = lines.get(model) ?? lines.get(undated(model))
  return line === undefined ? undefined : datedPrices(line)
}

const rateLetters: Readonly<Record<string, RateName>> = {
  i: 'input',
  o: 'output',
  c: 'cachedInput',
  w: 'cacheWrite',
  h: 'cacheWriteHour',
  r: 'reasoning',
  a: 'audioInput',
  b: 'audioOutput',
  m: 'imageInput',
  n: 'imageOutput',
}

/** `i3 o15 >200000 i6 @2026-03-13 i3 o15 ~60-240 i6`: the words of the script that writes them. */
function datedPrices(line: string): readonly DatedPrice[] {
  return line.split(/ ?@/).flatMap((text, at) => {
    const [day = '', rest = ''] = at === 0 ? ['', text] : cut(text)
    return rest === '' ? [] : [{ fromMs: at === 0 ? -Infinity : Date.parse(day), price: priceOf(rest) }]
  })
}

function priceOf(text: string): DatedPrice['price'] {
  const [first = '', ...others] = text.split(/ (?=[>~])/)
  return {
    rates: { input: 0, output: 0, ...ratesOf(first.split(' ')) },
    variants: others.map(variantOf),
    callNanoDollars: 0,
    discountMillionths: 0,
  }
}

function variantOf(text: string): PriceVariant {
  const [condition = '', ...words] = text.split(' ')
  const rates = ratesOf(words)
  if (condition.startsWith('>')) return { aboveInputTokens: Number(condition.slice(1)), rates }
  const [fromMinute = 0, untilMinute = 0] = condition.slice(1).split('-').map(Number)
  return { hours: { fromMinute, untilMinute }, rates }
}

/** Dollars for a million tokens are, times a million, pico-dollars a token. */
function ratesOf(words: readonly string[]): Rates {
  const rates: Partial<Record<RateName, number>> = {}
  for (const word of words) {
    const name = rateLetters[word.slice(0, 1)]
    if (name !== undefined) rates[name] = Math.round(Number(word.slice(1)) * 1e6)
  }
  return rates
}

function cut(text: string): readonly string[] {
  const at = text.indexOf(' ')
  return [text.slice(0, at), text.slice(at + 1)]
}
