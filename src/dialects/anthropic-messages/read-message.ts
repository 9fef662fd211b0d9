// What stands around the blocks of a message: who answered, the counts, and why it ended.
import { isObject } from '../json-object.ts'
import type { JsonObject } from '../json-object.ts'
import type { AnswerEvent } from '../../core/answer-event.ts'
import type { Native } from './native.ts'
import { readReportedTier } from './service-tier.ts'
import { readStopReason } from './stop-reasons.ts'
import { otherCounts, readUsage } from './usage.ts'

export function startEvent(message: JsonObject): AnswerEvent {
  const usage = message['usage']
  const serviceTier = readReportedTier(isObject(usage) ? usage['service_tier'] : undefined)
  return {
    kind: 'start',
    id: typeof message['id'] === 'string' ? message['id'] : undefined,
    model: typeof message['model'] === 'string' ? message['model'] : undefined,
    ...(serviceTier === undefined ? {} : { serviceTier }),
  }
}

/** The counts so far, those without a word of ours first. */
export function usageEvents(counts: JsonObject): readonly AnswerEvent[] {
  const serviceTier = readReportedTier(counts['service_tier'])
  const usage: AnswerEvent = {
    kind: 'usage',
    usage: readUsage(counts),
    ...(serviceTier === undefined ? {} : { serviceTier }),
  }
  const others = otherCounts(counts)
  return Object.keys(others).length === 0 ? [usage] : [foreign({ usage: others }), usage]
}

const placed: ReadonlySet<string> = new Set([
  'id',
  'type',
  'role',
  'model',
  'content',
  'stop_reason',
  'stop_sequence',
  'usage',
  'delta',
])

/** Members of a message (or of the event that ends it) that have no word of ours. */
export function otherMembers(members: JsonObject): readonly AnswerEvent[] {
  const others = Object.entries(members).filter(([name, value]) => !placed.has(name) && value !== null)
  return others.length === 0 ? [] : [foreign({ message: Object.fromEntries(others) })]
}

/** Why it ended. A refusal's explanation is the text of the refusal for clients of other dialects. */
export function endingEvents(members: JsonObject): readonly AnswerEvent[] {
  const native = members['stop_reason']
  if (typeof native !== 'string') return []
  const stopText = members['stop_sequence']
  const details = members['stop_details']
  const explanation = isObject(details) ? details['explanation'] : undefined
  const events: AnswerEvent[] = []
  if (typeof explanation === 'string' && explanation !== '') {
    events.push({ kind: 'refusal-delta', choice: 0, text: explanation })
  }
  events.push({
    kind: 'finish',
    choice: 0,
    reason: readStopReason(native),
    ...(typeof stopText === 'string' ? { stopText } : {}),
    native,
  })
  return events
}

/** For an answer that its provider ended without a reason. */
export const reasonless: AnswerEvent = { kind: 'finish', choice: 0, reason: 'other', native: '' }

export function foreign(value: Native): AnswerEvent {
  return { kind: 'foreign', from: 'anthropic-messages', value }
}
