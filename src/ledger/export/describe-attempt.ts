// An attempt as a line of a file: one flat record. Its names are a contract: they are added to and never changed.
import type { AttemptRecord } from '../../core/attempt.ts'
import type { CsvCell } from './csv.ts'

/** Lists and records are JSON. */
export type AttemptLine = Readonly<Record<string, CsvCell>>

/** What is not known is null. The order of its members is that of the columns. */
export function describeAttempt(attempt: AttemptRecord): AttemptLine {
  const { usage } = attempt
  return {
    attempt: attempt.attemptId,
    call: attempt.callId,
    started_at: new Date(attempt.startedAtMs).toISOString(),
    ...whose(attempt),
    endpoint: attempt.endpoint,
    model: attempt.model,
    provider: attempt.provider,
    provider_model: attempt.providerModel,
    reported_model: known(attempt.reportedModel),
    region: known(attempt.region),
    kind: attempt.kind,
    stream: attempt.stream,
    outcome: attempt.outcome,
    status: attempt.status === 0 ? null : attempt.status,
    first_token_ms: duration(attempt.firstTokenMs),
    total_ms: duration(attempt.totalMs),
    usage_source: attempt.usageSource,
    usage_suspect: attempt.usageSuspect,
    input_tokens: usage.inputTokens,
    cached_input_tokens: usage.cachedInputTokens,
    output_tokens: usage.outputTokens,
    reasoning_tokens: usage.reasoningTokens,
    cache_write_tokens: usage.cacheWriteTokens ?? 0,
    cache_write_hour_tokens: usage.cacheWriteHourTokens ?? 0,
    audio_input_tokens: usage.audioInputTokens ?? 0,
    image_input_tokens: usage.imageInputTokens ?? 0,
    audio_output_tokens: usage.audioOutputTokens ?? 0,
    image_output_tokens: usage.imageOutputTokens ?? 0,
    service_tier: known(usage.serviceTier),
    cost_nano_dollars: attempt.costNanoDollars,
    list_nano_dollars: attempt.listNanoDollars,
    charged_nano_dollars: attempt.chargedNanoDollars,
    price_version: known(attempt.priceVersion),
  }
}

function whose({ keyId, owner, inner }: AttemptRecord): AttemptLine {
  return {
    key: keyId,
    tenant: known(owner?.tenant),
    team: known(owner?.team),
    user: known(owner?.user),
    request_user: known(owner?.requestUser),
    tags: owner?.tags === undefined ? null : JSON.stringify(owner.tags),
    metadata: owner?.metadata === undefined ? null : JSON.stringify(owner.metadata),
    purpose: known(inner?.purpose),
    parent_call: known(inner?.parentId),
  }
}

function known(text: string | undefined): string | null {
  return text === undefined || text === '' ? null : text
}

function duration(durationMs: number): number | null {
  return durationMs < 0 ? null : Math.round(durationMs * 100) / 100
}
