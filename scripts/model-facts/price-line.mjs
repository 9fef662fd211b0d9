// The prices of one model as a line of the snapshot: its name, and what it costs, from which day on where that changed.
// src/providers/model-facts/find-price.ts reads them.

/** Letters of the rates, dollars for a million tokens. */
const letters = {
  input_mtok: 'i',
  output_mtok: 'o',
  cache_read_mtok: 'c',
  cache_write_mtok: 'w',
  cache_write_1h_mtok: 'h',
  output_reasoning_mtok: 'r',
  input_audio_mtok: 'a',
  output_audio_mtok: 'b',
  input_image_mtok: 'm',
  output_image_mtok: 'n',
}

/** Costs that we do not count: searches come on top. What is billed by the hour or the page has no price in tokens. */
const besides = new Set([
  'web_searches_kcount',
  'storage_searches_kcount',
  'cache_audio_read_mtok',
  'cache_image_read_mtok',
])

/**
 * `gpt-x i2 o8 c0.5 >200000 i4 o12 @2026-03-13 i3 o15 ~60-240 i6`: rates, those of calls with more input tokens, from a
 * day on, and in certain minutes of the day (UTC). Undefined for what is not sold by the token.
 */
export function priceLine(id, prices) {
  const dated = Array.isArray(prices) ? prices : [{ prices }]
  const hours = dated.filter(({ constraint }) => constraint?.type === 'time_of_date').map(hoursText)
  const always = dated.filter(({ constraint }) => constraint?.type !== 'time_of_date').map(datedText)
  if (always.length === 0 || [...always, ...hours].includes(undefined)) return undefined
  // Hours came with the last of the dates.
  return [id, ...always, ...hours].join(' ')
}

function datedText({ constraint, prices }) {
  const rates = ratesText(prices)
  return rates === undefined || constraint === undefined ? rates : `@${constraint.start_date} ${rates}`
}

function hoursText({ constraint, prices }) {
  const rates = ratesText(prices)
  return rates && `~${minutes(constraint.start_time)}-${minutes(constraint.end_time)} ${rates}`
}

function minutes(time) {
  const [, hour, minute] = /^(\d\d):(\d\d):00Z$/.exec(time)
  return Number(hour) * 60 + Number(minute)
}

function ratesText(prices) {
  const names = Object.keys(prices).filter((name) => prices[name] !== undefined)
  if (!names.includes('input_mtok')) return undefined
  if (names.some((name) => letters[name] === undefined && !besides.has(name) && !name.includes('video')))
    return undefined
  const known = names.filter((name) => letters[name] !== undefined)
  const base = known.map((name) => `${letters[name]}${prices[name].base ?? prices[name]}`)
  // Embeddings have no answer.
  if (!known.includes('output_mtok')) base.push('o0')
  const starts = [...new Set(known.flatMap((name) => (prices[name].tiers ?? []).map(({ start }) => start)))]
  const tiers = starts
    .sort((one, other) => one - other)
    .map((start) => `>${start} ${known.flatMap((name) => tierText(name, prices[name], start)).join(' ')}`)
  return [...base, ...tiers].join(' ')
}

function tierText(name, { tiers }, start) {
  const tier = tiers?.find((each) => each.start === start)
  return tier === undefined ? [] : [`${letters[name]}${tier.price}`]
}
