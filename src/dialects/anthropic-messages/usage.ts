// Token counts on the wire and in our words. On the wire `input_tokens` leaves out what was read from the cache and
// written to it; in our words it holds all three.
import { isObject } from '../json-object.ts'
import type { JsonObject } from '../json-object.ts'
import type { Usage } from '../../core/usage.ts'
import { writeReportedTier } from './service-tier.ts'

/** Counts of the wire with those of a later report laid over them: reports are totals, and may leave out what stays. */
export function laterCounts(earlier: JsonObject, report: unknown): JsonObject {
  if (!isObject(report)) return earlier
  const counts: Record<string, unknown> = { ...earlier }
  for (const [name, value] of Object.entries(report)) {
    if (value !== null) counts[name] = value
  }
  return counts
}

export function readUsage(counts: JsonObject): Usage {
  const cached = count(counts['cache_read_input_tokens'])
  const written = count(counts['cache_creation_input_tokens'])
  const writes = counts['cache_creation']
  const forAnHour = isObject(writes) ? Math.min(count(writes['ephemeral_1h_input_tokens']), written) : 0
  const output = count(counts['output_tokens'])
  const details = counts['output_tokens_details']
  const thoughts = isObject(details) ? count(details['thinking_tokens']) : 0
  return {
    inputTokens: count(counts['input_tokens']) + cached + written,
    cachedInputTokens: cached,
    outputTokens: output,
    // A part that is more than the whole says nothing.
    reasoningTokens: thoughts > output ? 0 : thoughts,
    ...(written === 0 ? {} : { cacheWriteTokens: written }),
    ...(forAnHour === 0 ? {} : { cacheWriteHourTokens: forAnHour }),
  }
}

/** Members of a report that have no word of ours, for clients of this same dialect. */
export function otherCounts(counts: JsonObject): JsonObject {
  return Object.fromEntries(
    Object.entries(counts).filter(([name, value]) => !ours.has(name) && value !== null),
  )
}

const ours: ReadonlySet<string> = new Set([
  'input_tokens',
  'output_tokens',
  'cache_read_input_tokens',
  'cache_creation_input_tokens',
  'output_tokens_details',
  'service_tier',
])

/** The counts that both the whole answer and the last report of a stream hold. */
export function writeCounts(usage: Usage | undefined): Record<string, unknown> {
  const cached = usage?.cachedInputTokens ?? 0
  const written = usage?.cacheWriteTokens ?? 0
  const reasoning = usage?.reasoningTokens ?? 0
  return {
    input_tokens: Math.max((usage?.inputTokens ?? 0) - cached - written, 0),
    cache_creation_input_tokens: written,
    cache_read_input_tokens: cached,
    output_tokens: usage?.outputTokens ?? 0,
    output_tokens_details: reasoning === 0 ? null : { thinking_tokens: reasoning },
    server_tool_use: null,
  }
}

/** `usage` of a whole message. */
export function writeUsage(usage: Usage | undefined, tier: string | undefined): Record<string, unknown> {
  return {
    ...writeCounts(usage),
    cache_creation: null,
    inference_geo: null,
    service_tier: writeReportedTier(tier),
    speed: null,
  }
}

function count(value: unknown): number {
  return typeof value === 'number' && Number.isFinite(value) && value > 0 ? value : 0
}
