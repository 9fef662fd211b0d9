// What an entry says of its deployment besides where it is: how much it may be asked for, what it costs, what it can do.
// LiteLLM has these in `litellm_params`, beside it or in `model_info`; the first place that has one counts.
import type { SettingPath } from '../../config/problem.ts'
import { amountFor, countFor } from './numbers.ts'
import type { WrittenNumber } from './numbers.ts'
import { numberOf } from './source.ts'
import type { Group, Source } from './source.ts'

/** As it stands in a deployment of a config. */
export interface OwnFacts {
  readonly max_concurrency?: number
  readonly limits?: Readonly<Record<string, string>>
  readonly price?: Readonly<Record<string, number>>
  readonly capabilities?: Readonly<Record<string, 'on' | 'off' | number>>
}

/** What calls are spread by, when there are several deployments. */
export interface Shares {
  readonly weight: number | undefined
  readonly rpm: number | undefined
  readonly tpm: number | undefined
}

export interface FactPlace {
  readonly path: SettingPath
  readonly group: Group
}

export interface OwnReading {
  readonly facts: OwnFacts
  readonly shares: Shares
  /** How often it is tried again. */
  readonly retries: number | undefined
}

type Find = (name: string) => WrittenNumber | undefined

const limitOf = { rpm: 'requests', tpm: 'tokens' } as const
/** Dollars for a token there, for a million here. */
const priceOf: ReadonlyMap<string, string> = new Map([
  ['input_cost_per_token', 'input'],
  ['output_cost_per_token', 'output'],
  ['cache_read_input_token_cost', 'cached_input'],
  ['cache_creation_input_token_cost', 'cache_write'],
  ['cache_creation_input_token_cost_above_1hr', 'cache_write_hour'],
  ['input_cost_per_audio_token', 'audio_input'],
  ['output_cost_per_audio_token', 'audio_output'],
  ['output_cost_per_reasoning_token', 'reasoning'],
])
const capabilityOf: ReadonlyMap<string, string> = new Map([
  ['supports_function_calling', 'tools'],
  ['supports_vision', 'vision'],
  ['supports_pdf_input', 'files'],
  ['supports_audio_input', 'audio'],
  ['supports_response_schema', 'json_schema'],
  ['supports_reasoning', 'reasoning'],
])
const longestAnswer = 'max_output_tokens'
const places = 'max_parallel_requests'
const retryNames = ['num_retries', 'max_retries'] as const

/** Names that are read here, wherever in an entry they stand. */
export const ownNames: ReadonlySet<string> = new Set([
  ...Object.keys(limitOf),
  ...priceOf.keys(),
  ...capabilityOf.keys(),
  ...retryNames,
  longestAnswer,
  places,
  'weight',
])

const perMinuteMax = 100_000_000_000
const concurrencyMax = 100_000
const weightMax = 1_000_000
const rateMax = 100_000
const tokensMax = 1_000_000_000
const retriesMax = 100

/** Reads them. `concurrency` holds for deployments that say nothing of their own. */
export function readOwnFacts(
  from: readonly FactPlace[],
  concurrency: number | undefined,
  source: Source,
): OwnReading {
  const find: Find = (name) => {
    const place = from.find(({ group }) => (group[name] ?? '') !== '')
    return place && { value: place.group[name], path: [...place.path, name] }
  }
  const count = (name: string, max: number): number | undefined => {
    const written = find(name)
    return written && countFor(written, max, source)
  }
  const rpm = count('rpm', perMinuteMax)
  const tpm = count('tpm', perMinuteMax)
  const written = find('weight')
  const weight = written && amountFor(written, weightMax, source)
  const atATime = count(places, concurrencyMax) ?? concurrency
  const limits = perMinute({ rpm, tpm })
  const price = readPrice(find, source)
  const capabilities = readCapabilities(find, source)
  const retries = retryNames.map(find).find((found) => found !== undefined)
  return {
    facts: {
      ...(atATime !== undefined && { max_concurrency: atATime }),
      ...(limits && { limits }),
      ...(price && { price }),
      ...(Object.keys(capabilities).length > 0 && { capabilities }),
    },
    shares: { weight, rpm, tpm },
    retries: retries && retriesFor(retries, source),
  }
}

/** Requests and tokens in a minute, as limits are written. */
export function perMinute({
  rpm,
  tpm,
}: Omit<Shares, 'weight'>): Readonly<Record<string, string>> | undefined {
  if (rpm === undefined && tpm === undefined) return undefined
  return {
    ...(rpm !== undefined && { [limitOf.rpm]: `${rpm}/m` }),
    ...(tpm !== undefined && { [limitOf.tpm]: `${tpm}/m` }),
  }
}

/** How often a call is tried again, which may be never. */
export function retriesFor({ value, path }: WrittenNumber, source: Source): number | undefined {
  const retries = numberOf(value, path, source)
  if (retries !== undefined && retries >= 0) return Math.min(retriesMax, Math.floor(retries))
  return source.notes.lost(path, 'is no number from 0 on')
}

function readPrice(find: Find, source: Source): OwnFacts['price'] {
  const found = [...priceOf].flatMap(([name, ours]) => {
    const written = find(name)
    return written === undefined ? [] : [{ ours, ...written }]
  })
  const has = (kind: string): boolean => found.some(({ ours }) => ours === kind)
  if (found.length > 0 && !(has('input') && has('output'))) {
    for (const { path } of found) {
      source.notes.lost(path, 'a price needs both input_cost_per_token and output_cost_per_token')
    }
    return undefined
  }
  const rates = found.flatMap(({ ours, value, path }) => {
    const perToken = numberOf(value, path, source)
    const rate = amountFor({ value: (perToken ?? Number.NaN) * 1e6, path }, rateMax, source)
    return rate === undefined ? [] : [[ours, rate] as const]
  })
  const price = Object.fromEntries(rates)
  return 'input' in price && 'output' in price ? price : undefined
}

function readCapabilities(find: Find, source: Source): Record<string, 'on' | 'off' | number> {
  const capabilities: Record<string, 'on' | 'off' | number> = {}
  for (const [name, ours] of capabilityOf) {
    const written = find(name)
    if (written === undefined) continue
    if (typeof written.value === 'boolean') capabilities[ours] = written.value ? 'on' : 'off'
    else source.notes.lost(written.path, `is neither true nor false; write capabilities.${ours}`)
  }
  const longest = find(longestAnswer)
  const output = longest && countFor(longest, tokensMax, source)
  if (output !== undefined) capabilities['output'] = output
  return capabilities
}
