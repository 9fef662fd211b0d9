// Why an answer ended, both ways. OpenAI knows five words; its dialect's other servers have more.
import type { FinishReason } from '../../core/answer-event.ts'

const reasons: ReadonlyMap<string, FinishReason> = new Map([
  ['stop', 'stop'],
  ['length', 'length'],
  ['tool_calls', 'tool-calls'],
  ['function_call', 'tool-calls'],
  ['content_filter', 'content-filter'],
  // Mistral: the context is full (https://docs.mistral.ai/api, 2026-11).
  ['model_length', 'context-full'],
  ['error', 'error'],
  // DeepSeek (https://api-docs.deepseek.com/api/create-chat-completion, 2026-11).
  ['insufficient_system_resource', 'error'],
  ['refusal', 'refusal'],
])

/** What a choice held before it ended. */
export interface ChoiceContent {
  readonly calls: boolean
  readonly refusal: boolean
  /** The stop text that ended it, where the server names it. */
  readonly stopText: string | undefined
}

/**
 * `stop` alone does not say enough: it also ends an answer to a forced tool, a refusal, and an answer at a stop text.
 */
export function readFinish(word: string, content: ChoiceContent): FinishReason {
  const reason = reasons.get(word) ?? 'other'
  if (reason !== 'stop') return reason
  if (content.calls) return 'tool-calls'
  if (content.refusal) return 'refusal'
  return content.stopText === undefined ? 'stop' : 'stop-text'
}

const words: Readonly<Record<FinishReason, string>> = {
  stop: 'stop',
  'stop-text': 'stop',
  length: 'length',
  'tool-calls': 'tool_calls',
  'content-filter': 'content_filter',
  refusal: 'content_filter',
  // Neither is finished; `stop` would say that it is.
  pause: 'length',
  'context-full': 'length',
  // Not one of OpenAI's, but none of them would be true.
  error: 'error',
  other: 'stop',
}

/** A refusal in words is an answer that ends like any other. */
export function writeFinish(reason: FinishReason, refused: boolean): string {
  return reason === 'refusal' && refused ? 'stop' : words[reason]
}
