// Token counts of this dialect, both ways, with the details that a bill needs.
import { isObject } from '../json-object.ts'
import type { Usage } from '../../core/usage.ts'
import { readUsage } from './read-usage.ts'

/** Reads a `usage` object. Undefined when it is none. */
export function readFullUsage(wire: unknown): Usage | undefined {
  const usage = readUsage(wire)
  if (usage === undefined || !isObject(wire)) return undefined
  const input = detailsOf(wire, 'prompt_tokens_details')
  const output = detailsOf(wire, 'completion_tokens_details')
  return {
    ...usage,
    ...some('cacheWriteTokens', countOf(input['cache_write_tokens'], usage.inputTokens)),
    ...some('audioInputTokens', countOf(input['audio_tokens'], usage.inputTokens)),
    ...some('rejectedTokens', countOf(output['rejected_prediction_tokens'], usage.outputTokens)),
    ...some('audioOutputTokens', countOf(output['audio_tokens'], usage.outputTokens)),
  }
}

/** The counts as a client of this dialect reads them. */
export function writeUsage(usage: Usage): Record<string, unknown> {
  return {
    prompt_tokens: usage.inputTokens,
    completion_tokens: usage.outputTokens,
    total_tokens: usage.inputTokens + usage.outputTokens,
    prompt_tokens_details: {
      cached_tokens: usage.cachedInputTokens,
      audio_tokens: usage.audioInputTokens ?? 0,
      ...(usage.cacheWriteTokens !== undefined && { cache_write_tokens: usage.cacheWriteTokens }),
    },
    completion_tokens_details: {
      reasoning_tokens: usage.reasoningTokens,
      audio_tokens: usage.audioOutputTokens ?? 0,
      accepted_prediction_tokens: 0,
      rejected_prediction_tokens: usage.rejectedTokens ?? 0,
    },
  }
}

function detailsOf(wire: Readonly<Record<string, unknown>>, name: string): Readonly<Record<string, unknown>> {
  const details = wire[name]
  return isObject(details) ? details : {}
}

function countOf(value: unknown, max: number): number {
  return Number.isSafeInteger(value) && Number(value) > 0 && Number(value) <= max ? Number(value) : 0
}

function some<Name extends string>(name: Name, count: number): { [key in Name]?: number } | undefined {
  return count === 0 ? undefined : ({ [name]: count } as { [key in Name]?: number })
}
