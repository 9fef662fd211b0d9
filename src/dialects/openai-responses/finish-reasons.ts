// Why an answer ended, both ways. Here it is a status of the whole response, with a reason when it is incomplete.
import type { FinishReason } from '../../core/answer-event.ts'

/** What an answer held before it ended. */
export interface AnswerContent {
  readonly calls: boolean
  readonly text: boolean
  readonly refusal: boolean
}

const incompleteReasons: ReadonlyMap<string, FinishReason> = new Map([
  ['max_output_tokens', 'length'],
  ['max_messages', 'length'],
  ['content_filter', 'content-filter'],
])

/** `completed` alone does not say enough: it also ends calls of tools and refusals. */
export function readFinish(status: string, reason: string, content: AnswerContent): FinishReason {
  if (status === 'incomplete') return incompleteReasons.get(reason) ?? 'other'
  if (status !== 'completed') return 'other'
  if (content.calls) return 'tool-calls'
  return content.refusal && !content.text ? 'refusal' : 'stop'
}

export interface WireStatus {
  readonly status: 'completed' | 'incomplete' | 'failed'
  readonly incompleteReason?: 'max_output_tokens' | 'content_filter'
}

const cut: WireStatus = { status: 'incomplete', incompleteReason: 'max_output_tokens' }
const filtered: WireStatus = { status: 'incomplete', incompleteReason: 'content_filter' }
const completed: WireStatus = { status: 'completed' }

const statuses: Readonly<Record<FinishReason, WireStatus>> = {
  stop: completed,
  'stop-text': completed,
  'tool-calls': completed,
  other: completed,
  length: cut,
  // Neither is finished; `completed` would say that it is.
  pause: cut,
  'context-full': cut,
  'content-filter': filtered,
  refusal: filtered,
  error: { status: 'failed' },
}

/** A refusal in words is an answer that is complete. */
export function writeFinish(reason: FinishReason, refused: boolean): WireStatus {
  return reason === 'refusal' && refused ? completed : statuses[reason]
}
