// Token counts of one attempt, and how sure we are of them.

/**
 * `final`: the provider's own count. `observed`: counted by us from what was relayed, with what the provider had counted
 * until then, because its last count never came or was not plausible. `estimated`: the process died or the answer was lost; derived from
 * the last mark.
 */
export type UsageSource = 'final' | 'observed' | 'estimated'

/**
 * Tokens. `inputTokens` includes all that are told apart of the request, `outputTokens` all of the answer. What a
 * provider does not tell apart is left out.
 */
export interface Usage {
  readonly inputTokens: number
  readonly cachedInputTokens: number
  readonly outputTokens: number
  readonly reasoningTokens: number
  /** Input tokens that were written to the provider's prompt cache. */
  readonly cacheWriteTokens?: number
  /** Those of them that it keeps for an hour. */
  readonly cacheWriteHourTokens?: number
  readonly audioInputTokens?: number
  readonly imageInputTokens?: number
  readonly audioOutputTokens?: number
  readonly imageOutputTokens?: number
  /** Output tokens that are billed and never seen: of a prediction in the request that came out otherwise. */
  readonly rejectedTokens?: number
  /** What they are billed as, where the provider told: a price may depend on it. */
  readonly serviceTier?: string
}

/** The counts that most answers do not tell. */
export const rareCounts = [
  'cacheWriteTokens',
  'cacheWriteHourTokens',
  'audioInputTokens',
  'imageInputTokens',
  'audioOutputTokens',
  'imageOutputTokens',
] as const

export const noUsage: Usage = { inputTokens: 0, cachedInputTokens: 0, outputTokens: 0, reasoningTokens: 0 }

/** The same counts, billed as what the provider said of its answer; unchanged where it said nothing. */
export function billedAs<Counts extends Usage | undefined>(usage: Counts, tier: unknown): Counts {
  if (usage === undefined || typeof tier !== 'string' || tier === '' || tier.length > tierCharsMax)
    return usage
  return { ...usage, serviceTier: tier }
}

const tierCharsMax = 64
