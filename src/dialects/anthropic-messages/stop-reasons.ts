// Why an answer ended, on the wire and in our words.
import type { FinishReason } from '../../core/answer-event.ts'

const reasons: ReadonlyMap<string, FinishReason> = new Map<string, FinishReason>([
  ['end_turn', 'stop'],
  ['stop_sequence', 'stop-text'],
  ['max_tokens', 'length'],
  ['tool_use', 'tool-calls'],
  ['pause_turn', 'pause'],
  ['refusal', 'refusal'],
  ['model_context_window_exceeded', 'context-full'],
  // A beta of 2026: the conversation was summed up, and nothing more was said.
  ['compaction', 'other'],
])

const wire: Readonly<Record<FinishReason, string>> = {
  stop: 'end_turn',
  'stop-text': 'stop_sequence',
  length: 'max_tokens',
  'tool-calls': 'tool_use',
  'content-filter': 'refusal',
  refusal: 'refusal',
  pause: 'pause_turn',
  'context-full': 'model_context_window_exceeded',
  // The only reason here that tells a client not to rely on what came.
  error: 'refusal',
  other: 'end_turn',
}

export function readStopReason(native: string): FinishReason {
  return reasons.get(native) ?? 'other'
}

/** How an answer ended, as far as the events told. */
export interface Ending {
  readonly reason: FinishReason
  readonly native: string
  readonly stopText?: string
}

/** What was in the answer, for providers that say `stop` whatever it held. */
export interface Held {
  readonly calls: boolean
  readonly refusal: boolean
}

/** `stop_reason` and what goes with it. */
export function writeEnding(ending: Ending, held: Held): Record<string, unknown> {
  const reason = stopReason(ending, held)
  return {
    stop_reason: reason,
    stop_sequence: ending.stopText ?? null,
    stop_details: reason === 'refusal' ? refusalDetails(ending) : null,
  }
}

function stopReason({ reason, native }: Ending, held: Held): string {
  if (reason === 'other' && reasons.has(native)) return native
  if (reason === 'stop' && held.calls) return 'tool_use'
  if (reason === 'stop' && held.refusal) return 'refusal'
  return wire[reason]
}

function refusalDetails({ reason, native }: Ending): Record<string, unknown> {
  const explanation =
    reason === 'error' ? `The provider ended its answer with the error "${plain(native)}".` : null
  return { type: 'refusal', category: null, explanation }
}

function plain(native: string): string {
  return native.slice(0, 60).replace(/[^\w. -]/g, '?')
}
