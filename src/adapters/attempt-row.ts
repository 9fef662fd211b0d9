// An attempt as a row of a table: the columns, and both ways between them and the record. The same in every database.
import type { AttemptKind, AttemptOutcome, AttemptRecord } from '../core/attempt.ts'
import type { CallOwner, InnerPurpose } from '../core/call-owner.ts'
import { rareCounts } from '../core/usage.ts'
import type { Usage, UsageSource } from '../core/usage.ts'

/** All of them, the one that finds an attempt first. */
export const attemptColumns = [
  'attempt_id',
  'call_id',
  'key_id',
  'endpoint',
  'model',
  'provider',
  'provider_model',
  'kind',
  'stream',
  'started_at_ms',
  'estimated_input_tokens',
  'generation',
  'outcome',
  'status',
  'connect_ms',
  'first_token_ms',
  'total_ms',
  'reported_model',
  'input_tokens',
  'cached_input_tokens',
  'output_tokens',
  'reasoning_tokens',
  'usage_source',
  'cost_nano_dollars',
  'list_nano_dollars',
  'charged_nano_dollars',
  'price_version',
  'service_tier',
  'usage_suspect',
  'cache_write_tokens',
  'cache_write_hour_tokens',
  'audio_input_tokens',
  'image_input_tokens',
  'audio_output_tokens',
  'image_output_tokens',
  'tenant',
  'team',
  'key_user',
  'request_user',
  'tags',
  'metadata',
  'region',
  'purpose',
  'parent_call_id',
] as const

export type AttemptRow = Readonly<Record<(typeof attemptColumns)[number], unknown>>

/** In the order of `attemptColumns`. */
export function attemptValues(record: AttemptRecord): (string | number | null)[] {
  const { usage, owner, inner } = record
  return [
    record.attemptId,
    record.callId,
    record.keyId,
    record.endpoint,
    record.model,
    record.provider,
    record.providerModel,
    record.kind,
    record.stream ? 1 : 0,
    record.startedAtMs,
    record.estimatedInputTokens,
    record.generation,
    record.outcome,
    record.status,
    record.connectMs,
    record.firstTokenMs,
    record.totalMs,
    record.reportedModel,
    usage.inputTokens,
    usage.cachedInputTokens,
    usage.outputTokens,
    usage.reasoningTokens,
    record.usageSource,
    record.costNanoDollars,
    record.listNanoDollars,
    record.chargedNanoDollars,
    record.priceVersion,
    usage.serviceTier ?? '',
    record.usageSuspect ? 1 : 0,
    usage.cacheWriteTokens ?? 0,
    usage.cacheWriteHourTokens ?? 0,
    usage.audioInputTokens ?? 0,
    usage.imageInputTokens ?? 0,
    usage.audioOutputTokens ?? 0,
    usage.imageOutputTokens ?? 0,
    owner?.tenant ?? '',
    owner?.team ?? '',
    owner?.user ?? '',
    owner?.requestUser ?? '',
    jsonOf(owner?.tags),
    jsonOf(owner?.metadata),
    record.region ?? '',
    inner?.purpose ?? '',
    inner?.parentId ?? '',
  ]
}

/** Attempts of one owner have these in common. */
const jsonTexts = new WeakMap<object, string>()

function jsonOf(value: object | undefined): string {
  if (value === undefined) return ''
  const known = jsonTexts.get(value)
  if (known !== undefined) return known
  const text = JSON.stringify(value)
  jsonTexts.set(value, text)
  return text
}

/** The record of a row. */
export function recordOf(row: AttemptRow): AttemptRecord {
  return {
    attemptId: String(row.attempt_id),
    callId: String(row.call_id),
    keyId: String(row.key_id),
    endpoint: String(row.endpoint),
    model: String(row.model),
    provider: String(row.provider),
    providerModel: String(row.provider_model),
    kind: String(row.kind) as AttemptKind,
    stream: row.stream === 1,
    startedAtMs: Number(row.started_at_ms),
    estimatedInputTokens: Number(row.estimated_input_tokens),
    generation: Number(row.generation),
    outcome: String(row.outcome) as AttemptOutcome,
    status: Number(row.status),
    connectMs: Number(row.connect_ms),
    firstTokenMs: Number(row.first_token_ms),
    totalMs: Number(row.total_ms),
    reportedModel: String(row.reported_model),
    usage: {
      inputTokens: Number(row.input_tokens),
      cachedInputTokens: Number(row.cached_input_tokens),
      outputTokens: Number(row.output_tokens),
      reasoningTokens: Number(row.reasoning_tokens),
      ...rareOf(row),
    },
    usageSource: String(row.usage_source) as UsageSource,
    costNanoDollars: moneyOf(row.cost_nano_dollars),
    listNanoDollars: moneyOf(row.list_nano_dollars),
    chargedNanoDollars: moneyOf(row.charged_nano_dollars),
    priceVersion: String(row.price_version),
    usageSuspect: row.usage_suspect === 1,
    ...whoseOf(row),
  }
}

/** What is not known is left out. */
function whoseOf(row: AttemptRow): Pick<AttemptRecord, 'owner' | 'region' | 'inner'> {
  const owner: CallOwner = {
    ...(row.tenant !== '' && { tenant: String(row.tenant) }),
    ...(row.team !== '' && { team: String(row.team) }),
    ...(row.key_user !== '' && { user: String(row.key_user) }),
    ...(row.request_user !== '' && { requestUser: String(row.request_user) }),
    ...(row.tags !== '' && { tags: JSON.parse(String(row.tags)) as readonly string[] }),
    ...(row.metadata !== '' && { metadata: JSON.parse(String(row.metadata)) as Record<string, string> }),
  }
  const purpose = String(row.purpose) as InnerPurpose
  return {
    ...(Object.keys(owner).length > 0 && { owner }),
    ...(row.region !== '' && { region: String(row.region) }),
    ...(row.purpose !== '' && { inner: { purpose, parentId: String(row.parent_call_id) } }),
  }
}

/** What most answers do not tell is left out, as it was before. */
function rareOf(row: AttemptRow): Partial<Usage> {
  const counts = Object.fromEntries(
    rareCounts.flatMap((name) => {
      const tokens = Number(row[rareColumns[name]])
      return tokens > 0 ? [[name, tokens]] : []
    }),
  )
  return row.service_tier === '' ? counts : { ...counts, serviceTier: String(row.service_tier) }
}

const rareColumns: Readonly<Record<(typeof rareCounts)[number], keyof AttemptRow>> = {
  cacheWriteTokens: 'cache_write_tokens',
  cacheWriteHourTokens: 'cache_write_hour_tokens',
  audioInputTokens: 'audio_input_tokens',
  imageInputTokens: 'image_input_tokens',
  audioOutputTokens: 'audio_output_tokens',
  imageOutputTokens: 'image_output_tokens',
}

function moneyOf(column: unknown): number | null {
  return column === null ? null : Number(column)
}
