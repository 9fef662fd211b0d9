// The provider's own count, honest or scripted to be wrong. What is written here also goes onto the bill, so
// that a checker can tell a wrong number that was sent from a right one that was changed on the way.
import type { UsageStyle } from './behaviour.ts'

export interface TokenCounts {
  readonly input: number
  readonly output: number
  readonly reasoning: number
  /** Of the input, what a prompt cache had. */
  readonly cached: number
}

/** As they stand in the answer; no numbers at all under `text`. */
export interface UsageSent {
  readonly prompt_tokens: number | string
  readonly completion_tokens: number | string
  readonly total_tokens: number | string
}

export function usageSent(counts: TokenCounts, style: UsageStyle): UsageSent {
  const { input, output } = counts
  if (style === 'negative') return numbers(-input - 1, -output - 1)
  if (style === 'huge') return numbers(9e15, 1e300)
  if (style === 'fractional') return numbers(input + 0.5, output + 0.25)
  if (style === 'text') return { prompt_tokens: 'many', completion_tokens: 'a few', total_tokens: '' }
  return numbers(input, output)
}

/** The JSON text of a `usage` member. */
export function usageJson(counts: TokenCounts, style: UsageStyle): string {
  return JSON.stringify({
    ...usageSent(counts, style),
    prompt_tokens_details: { cached_tokens: counts.cached, audio_tokens: 0 },
    completion_tokens_details: {
      reasoning_tokens: counts.reasoning,
      audio_tokens: 0,
      accepted_prediction_tokens: 0,
      rejected_prediction_tokens: 0,
    },
  })
}

function numbers(input: number, output: number): UsageSent {
  return { prompt_tokens: input, completion_tokens: output, total_tokens: input + output }
}
