// Token counts of this dialect, both ways. Input includes what came from the cache and what was written to it; output
// includes reasoning.
import { given, isObject } from '../json-object.ts'
import type { Usage } from '../../core/usage.ts'

/** Reads a `usage` object. Undefined when it is missing or no count at all. */
export function readUsage(usage: unknown): Usage | undefined {
  if (!isObject(usage)) return undefined
  const inputTokens = count(usage['input_tokens'])
  const outputTokens = count(usage['output_tokens'])
  if (inputTokens === undefined || outputTokens === undefined) return undefined
  const input = usage['input_tokens_details']
  const output = usage['output_tokens_details']
  return given<Usage>({
    inputTokens,
    cachedInputTokens: detail(input, 'cached_tokens', inputTokens) ?? 0,
    outputTokens,
    reasoningTokens: detail(output, 'reasoning_tokens', outputTokens) ?? 0,
    cacheWriteTokens: detail(input, 'cache_write_tokens', inputTokens) || undefined,
    audioInputTokens: detail(input, 'audio_tokens', inputTokens) || undefined,
    audioOutputTokens: detail(output, 'audio_tokens', outputTokens) || undefined,
  })
}

/** The counts as a client of this dialect reads them. */
export function writeUsage(usage: Usage): Record<string, unknown> {
  return {
    input_tokens: usage.inputTokens,
    input_tokens_details: given<Record<string, unknown>>({
      cached_tokens: usage.cachedInputTokens,
      cache_write_tokens: usage.cacheWriteTokens ?? 0,
      audio_tokens: usage.audioInputTokens,
    }),
    output_tokens: usage.outputTokens,
    output_tokens_details: given<Record<string, unknown>>({
      reasoning_tokens: usage.reasoningTokens,
      audio_tokens: usage.audioOutputTokens,
    }),
    total_tokens: usage.inputTokens + usage.outputTokens,
  }
}

function count(value: unknown): number | undefined {
  return Number.isSafeInteger(value) && Number(value) >= 0 ? Number(value) : undefined
}

function detail(details: unknown, name: string, max: number): number | undefined {
  const value = isObject(details) ? count(details[name]) : undefined
  return value === undefined || value > max ? undefined : value
}
