// What was spent, as sums: of which attempts they are told apart by what, and what is added up. The same names for the
// roll-ups that are kept, the questions that are asked and the answers that are given.
import type { AttemptRecord } from '../../core/attempt.ts'
import { unchargedTokensOf } from '../attempt-money.ts'

/** What the attempts of a roll-up have in common. The order is that of their columns, and is part of their hash. */
export const groupNames = [
  'tenant',
  'team',
  'key_id',
  'key_user',
  'endpoint',
  'model',
  'provider',
  'provider_model',
  'region',
  'tags',
  'outcome',
  'purpose',
] as const
export type GroupName = (typeof groupNames)[number]

/** Values in the order of `groupNames`. Empty where it is not known; tags are a JSON list. */
export type SpendGroup = readonly string[]

export function groupOf(attempt: AttemptRecord): SpendGroup {
  const { owner, region, inner } = attempt
  const tags = owner?.tags
  return [
    owner?.tenant ?? '',
    owner?.team ?? '',
    attempt.keyId,
    owner?.user ?? '',
    attempt.endpoint,
    attempt.model,
    attempt.provider,
    attempt.providerModel,
    region ?? '',
    tags === undefined || tags.length === 0 ? '' : JSON.stringify([...new Set(tags)].toSorted()),
    attempt.outcome,
    inner?.purpose ?? '',
  ]
}

/** Whether two attempts are surely of one group; false where that is not seen at a glance. */
export function areOfOneGroup(one: AttemptRecord, other: AttemptRecord): boolean {
  return (
    one.model === other.model &&
    one.keyId === other.keyId &&
    one.provider === other.provider &&
    one.providerModel === other.providerModel &&
    one.endpoint === other.endpoint &&
    one.outcome === other.outcome &&
    one.owner === other.owner &&
    one.region === other.region &&
    one.inner?.purpose === other.inner?.purpose
  )
}

/**
 * What is added up. `calls` are first attempts; `estimated` are attempts whose tokens the provider did not count, and
 * `unpriced` those whose price nobody knows: they add nothing to the money.
 */
const summedNames = [
  'calls',
  'attempts',
  'estimated',
  'unpriced',
  'input_tokens',
  'cached_input_tokens',
  'output_tokens',
  'reasoning_tokens',
  'cache_write_tokens',
  'cache_write_hour_tokens',
  'audio_input_tokens',
  'image_input_tokens',
  'audio_output_tokens',
  'image_output_tokens',
  'cost_nano_dollars',
  'list_nano_dollars',
  'charged_nano_dollars',
] as const
/**
 * What is kept. Tokens that are not the clients', and not those that are: where an older version, which knows nothing of this
 * column, adds to the same sums, all its tokens are charged.
 */
export const keptSumNames = [...summedNames, 'uncharged_tokens'] as const
/** What is answered. */
export const sumNames = [...summedNames, 'charged_tokens'] as const
export type SumName = (typeof sumNames)[number]

export type SpendSums = Readonly<Record<SumName, number>>

/** Each of the sums, by its name. */
export function eachSum(of: (name: SumName) => number): SpendSums {
  return Object.fromEntries(sumNames.map((name) => [name, of(name)])) as SpendSums
}

export const noSums = eachSum(() => 0)

/** What one attempt adds, in the order of `keptSumNames`. */
export function sumsOf(attempt: AttemptRecord): readonly number[] {
  const { usage } = attempt
  return [
    attempt.kind === 'first' ? 1 : 0,
    1,
    attempt.usageSource === 'final' ? 0 : 1,
    attempt.costNanoDollars === null ? 1 : 0,
    usage.inputTokens,
    usage.cachedInputTokens,
    usage.outputTokens,
    usage.reasoningTokens,
    usage.cacheWriteTokens ?? 0,
    usage.cacheWriteHourTokens ?? 0,
    usage.audioInputTokens ?? 0,
    usage.imageInputTokens ?? 0,
    usage.audioOutputTokens ?? 0,
    usage.imageOutputTokens ?? 0,
    attempt.costNanoDollars ?? 0,
    attempt.listNanoDollars ?? 0,
    attempt.chargedNanoDollars ?? 0,
    unchargedTokensOf(attempt, attempt.kind),
  ]
}

/** What sums may be told apart by. A call with several tags is in the sums of each. */
export const dimensions = [
  'tenant',
  'team',
  'key',
  'user',
  'endpoint',
  'model',
  'provider',
  'deployment',
  'region',
  'tag',
  'outcome',
  'purpose',
] as const
/** `tags`: all of a call's together, as a JSON list; nobody asks for it, but sums by it can be added up. */
export type Dimension = (typeof dimensions)[number] | 'tags'

const everyDimension: readonly Dimension[] = [...dimensions, 'tags']

/** Attempts of which a dimension is one of these. */
export interface SpendCondition {
  readonly dimension: Dimension
  readonly wanted: readonly string[]
}

/** What has to be true of attempts, one after the other. */
export function conditionsIn(where: SpendQuestion['where']): readonly SpendCondition[] {
  return everyDimension.flatMap((dimension) => {
    const wanted = where[dimension]
    return wanted === undefined ? [] : { dimension, wanted }
  })
}

export const intervals = ['hour', 'day'] as const
export type Interval = (typeof intervals)[number]

export const hourMs = 3_600_000
export const dayMs = 24 * hourMs

/** What roll-ups are kept of: hours, days, and months of the calendar, whatever their length. UTC. */
export const spans = [1, 24, 720] as const
export type SpanHours = (typeof spans)[number]

/** When the hour, day or month began that a time lies in. */
export function spanStartMs(spanHours: SpanHours, timeMs: number): number {
  if (spanHours !== 720) return Math.floor(timeMs / (spanHours * hourMs)) * spanHours * hourMs
  const time = new Date(timeMs)
  return Date.UTC(time.getUTCFullYear(), time.getUTCMonth())
}

/** When the first month began that begins not before a time. */
export function nextMonthMs(timeMs: number): number {
  const startMs = spanStartMs(720, timeMs)
  if (startMs === timeMs) return timeMs
  const start = new Date(startMs)
  return Date.UTC(start.getUTCFullYear(), start.getUTCMonth() + 1)
}

export interface SpendQuestion {
  /** Empty for one sum of everything. */
  readonly by: readonly Dimension[]
  /** Undefined for one sum of the whole window. */
  readonly interval: Interval | undefined
  /** Wall clock, whole hours in UTC: from the first to before the other. */
  readonly fromMs: number
  readonly toMs: number
  /** Only attempts of which this is true; any of the values of a dimension. */
  readonly where: Readonly<Partial<Record<Dimension, readonly string[]>>>
  readonly limit: number
  /** The last row of the page before. */
  readonly after?: SpendPlace | undefined
}

/** Where a row stands among all of an answer: they are in the order of their times and then of their names. */
export interface SpendPlace {
  /** When its hour or day began; 0 without an interval. */
  readonly startMs: number
  /** One for each dimension that was asked by, in that order. */
  readonly names: readonly string[]
}

export interface SpendRow extends SpendPlace {
  readonly sums: SpendSums
}
