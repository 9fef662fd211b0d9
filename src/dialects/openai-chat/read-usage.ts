// The token counts of the OpenAI chat dialect, and whether a count can be believed.
import { isObject } from '../json-object.ts'
import type { Usage } from '../../core/usage.ts'

/**
 * Reads a `usage` object. Undefined when it is missing, incomplete or no count at all (negative, not a number).
 * Source: https://platform.openai.com/docs/api-reference/chat/object (usage), 2026-11.
 */
export function readUsage(usage: unknown): Usage | undefined {
  if (!isObject(usage)) return undefined
  const inputTokens = count(usage['prompt_tokens'])
  // Embeddings have no completion.
  const outputTokens = usage['completion_tokens'] === undefined ? 0 : count(usage['completion_tokens'])
  if (inputTokens === undefined || outputTokens === undefined) return undefined
  const reasoning = detail(usage['completion_tokens_details'], 'reasoning_tokens', Infinity)
  // xAI counts reasoning beside the completion instead of in it; only the total gives it away.
  const isBeside = reasoning > 0 && usage['total_tokens'] === inputTokens + outputTokens + reasoning
  return {
    inputTokens,
    outputTokens: isBeside ? outputTokens + reasoning : outputTokens,
    cachedInputTokens:
      detail(usage['prompt_tokens_details'], 'cached_tokens', inputTokens) ||
      // DeepSeek counts what its cache knew under a name of its own (https://api-docs.deepseek.com, 2026-11).
      detail(usage, 'prompt_cache_hit_tokens', inputTokens),
    reasoningTokens: isBeside || reasoning <= outputTokens ? reasoning : 0,
  }
}

function count(value: unknown): number | undefined {
  return Number.isSafeInteger(value) && Number(value) >= 0 ? Number(value) : undefined
}

function detail(details: unknown, name: string, max: number): number {
  const value = isObject(details) ? count(details[name]) : undefined
  return value === undefined || value > max ? 0 : value
}
