// GET /v1/calls/{id}: what is known of a call at its end, for the key that made it.
import type { AttemptRecord } from '../../core/attempt.ts'
import { CallNotFound } from '../../core/errors.ts'
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
      },
      cost_nano_dollars: attempt.costNanoDollars,
    })),
  }
}

function known(durationMs: number): number | null {
  return durationMs < 0 ? null : Math.round(durationMs * 100) / 100
}
