// Token counts of one attempt, and how sure we are of them.

/**
 * `final`: the provider's own count. `observed`: counted by us from what was relayed, because the provider's
 * count never came or was not plausible. `estimated`: the process died or the answer was lost; derived from
 * the last mark.
 */
export type UsageSource = 'final' | 'observed' | 'estimated'

/** Tokens. `inputTokens` includes `cachedInputTokens`; `outputTokens` includes `reasoningTokens`. */
export interface Usage {
  readonly inputTokens: number
  readonly cachedInputTokens: number
  readonly outputTokens: number
  readonly reasoningTokens: number
}

export const noUsage: Usage = { inputTokens: 0, cachedInputTokens: 0, outputTokens: 0, reasoningTokens: 0 }
