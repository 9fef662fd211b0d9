// An attempt as it is stored, for tests that care about some of its members.
import type { AttemptRecord } from '../src/core/attempt.ts'

let made = 0

/** Answered, with a hundred tokens in and ten out for a thousand nano-dollars; each has an id of its own. */
export function attemptRecord(own: Partial<AttemptRecord> = {}): AttemptRecord {
  made += 1
  return {
    attemptId: `att_${made}`,
    callId: `call_${made}`,
    keyId: 'k1',
    endpoint: 'chat',
    model: 'fast',
    provider: 'sim',
    providerModel: 'm',
    kind: 'first',
    stream: false,
    startedAtMs: Date.UTC(2026, 10, 3, 4, 5),
    estimatedInputTokens: 100,
    generation: 1,
    priceVersion: 'p',
    outcome: 'ok',
    status: 200,
    connectMs: 1,
    firstTokenMs: 2,
    totalMs: 3,
    reportedModel: 'm',
    usage: { inputTokens: 100, cachedInputTokens: 20, outputTokens: 10, reasoningTokens: 5 },
    usageSource: 'final',
    usageSuspect: false,
    costNanoDollars: 1_000,
    listNanoDollars: 2_000,
    chargedNanoDollars: 900,
    ...own,
  }
}
