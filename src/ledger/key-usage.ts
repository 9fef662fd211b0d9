// What a key has used: the sums of its attempts, for each deployment and in all.
import type { AttemptRecord } from '../core/attempt.ts'

/** Sums. `inputTokens` includes the cached ones. */
export interface UsageSum {
  /** Calls, however many attempts they took. */
  readonly calls: number
  readonly failedAttempts: number
  readonly inputTokens: number
  readonly cachedInputTokens: number
  readonly outputTokens: number
  /** As far as the prices are known. */
  readonly costNanoDollars: number
  /** Attempts whose price is not known. */
  readonly unpriced: number
}

export interface KeyUsage {
  /** By `provider/model`, in the order of their first use. */
  readonly deployments: ReadonlyMap<string, UsageSum>
  readonly total: UsageSum
  /** Some counts are not the provider's own. */
  readonly isCounted: boolean
}

/** Sums up the attempts of a key. */
export function sumUsage(attempts: readonly AttemptRecord[]): KeyUsage {
  const places = Map.groupBy(attempts, ({ provider, providerModel }) => `${provider}/${providerModel}`)
  return {
    deployments: new Map([...places].map(([name, made]) => [name, sumOf(made)])),
    total: sumOf(attempts),
    isCounted: attempts.some(({ usageSource, outcome }) => usageSource !== 'final' && outcome === 'ok'),
  }
}

function sumOf(attempts: readonly AttemptRecord[]): UsageSum {
  const sum = (count: (attempt: AttemptRecord) => number): number =>
    attempts.reduce((soFar, attempt) => soFar + count(attempt), 0)
  return {
    calls: new Set(attempts.map(({ callId }) => callId)).size,
    failedAttempts: sum(({ outcome }) => (outcome === 'ok' ? 0 : 1)),
    inputTokens: sum(({ usage }) => usage.inputTokens),
    cachedInputTokens: sum(({ usage }) => usage.cachedInputTokens),
    outputTokens: sum(({ usage }) => usage.outputTokens),
    costNanoDollars: sum(({ costNanoDollars }) => costNanoDollars ?? 0),
    unpriced: sum(({ costNanoDollars }) => (costNanoDollars === null ? 1 : 0)),
  }
}
