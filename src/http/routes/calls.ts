// GET /v1/calls/{id}: what is known of a call at its end, for the key that made it.
import type { AttemptMoney, AttemptRecord } from '../../core/attempt.ts'
import { CallNotFound } from '../../core/errors.ts'
import type { Usage } from '../../core/usage.ts'
import type { Route } from '../router.ts'

/** Where the records of a key's call are had; empty for another key's call or none. */
export type FindAttempts = (callId: string, keyId: string) => Promise<readonly AttemptRecord[]>

/** The endpoint, over the ledger. */
export function calls(find: FindAttempts): Route {
  return {
    method: 'GET',
    path: '/v1/calls/*',
    access: { scope: 'calls' },
    answer: async ({ rest, caller }) => {
      const attempts = callId.test(rest) ? await find(rest, caller?.keyId ?? '') : []
      const last = attempts.at(-1)
      if (last === undefined) throw new CallNotFound(rest)
      return Response.json(described(last, attempts))
    },
  }
}

const callId = /^call_[\w-]{10,40}$/

function described(last: AttemptRecord, attempts: readonly AttemptRecord[]): object {
  return {
    id: last.callId,
    object: 'call',
    created: Math.floor(Number(attempts[0]?.startedAtMs) / 1000),
    endpoint: last.endpoint,
    model: last.model,
    stream: last.stream,
    config_generation: last.generation,
    outcome: last.outcome,
    ...moneyOf(attempts.reduce(sumOf, noMoney)),
    attempts: attempts.map((attempt) => ({
      id: attempt.attemptId,
      kind: attempt.kind,
      provider: attempt.provider,
      provider_model: attempt.providerModel,
      reported_model: attempt.reportedModel === '' ? null : attempt.reportedModel,
      outcome: attempt.outcome,
      status: attempt.status === 0 ? null : attempt.status,
      started_at: new Date(attempt.startedAtMs).toISOString(),
      connect_ms: known(attempt.connectMs),
      first_token_ms: known(attempt.firstTokenMs),
      total_ms: known(attempt.totalMs),
      usage: {
        source: attempt.usageSource,
        input_tokens: attempt.usage.inputTokens,
        cached_input_tokens: attempt.usage.cachedInputTokens,
        output_tokens: attempt.usage.outputTokens,
        reasoning_tokens: attempt.usage.reasoningTokens,
        ...rareCountsOf(attempt.usage),
        ...(attempt.usageSuspect && { suspect: true }),
      },
      ...moneyOf(attempt),
      price_version: attempt.priceVersion === '' ? null : attempt.priceVersion,
    })),
  }
}

const noMoney: AttemptMoney = { costNanoDollars: 0, listNanoDollars: 0, chargedNanoDollars: 0 }

/** One unknown price makes the sum unknown. */
function sumOf(sum: AttemptMoney, more: AttemptMoney): AttemptMoney {
  const together = (one: number | null, other: number | null): number | null =>
    one === null || other === null ? null : one + other
  return {
    costNanoDollars: together(sum.costNanoDollars, more.costNanoDollars),
    listNanoDollars: together(sum.listNanoDollars, more.listNanoDollars),
    chargedNanoDollars: together(sum.chargedNanoDollars, more.chargedNanoDollars),
  }
}

function moneyOf({ costNanoDollars, listNanoDollars, chargedNanoDollars }: AttemptMoney): object {
  return {
    cost_nano_dollars: costNanoDollars,
    list_nano_dollars: listNanoDollars,
    charged_nano_dollars: chargedNanoDollars,
  }
}

/** What was told apart, and only that. */
function rareCountsOf(usage: Usage): object {
  return {
    cache_write_tokens: usage.cacheWriteTokens,
    cache_write_hour_tokens: usage.cacheWriteHourTokens,
    audio_input_tokens: usage.audioInputTokens,
    image_input_tokens: usage.imageInputTokens,
    audio_output_tokens: usage.audioOutputTokens,
    image_output_tokens: usage.imageOutputTokens,
    service_tier: usage.serviceTier,
  }
}

function known(durationMs: number): number | null {
  return durationMs < 0 ? null : Math.round(durationMs * 100) / 100
}
