// Why an answer ended, in Google's words and ours.
import type { AnswerEvent, FinishReason } from '../../core/answer-event.ts'

type Finish = AnswerEvent & { readonly kind: 'finish' }

const reasons: ReadonlyMap<string, FinishReason> = new Map([
  ['STOP', 'stop'],
  ['MAX_TOKENS', 'length'],
  ['SAFETY', 'content-filter'],
  ['RECITATION', 'content-filter'],
  ['BLOCKLIST', 'content-filter'],
  ['PROHIBITED_CONTENT', 'content-filter'],
  ['SPII', 'content-filter'],
  ['MODEL_ARMOR', 'content-filter'],
  ['IMAGE_SAFETY', 'content-filter'],
  ['IMAGE_PROHIBITED_CONTENT', 'content-filter'],
  ['IMAGE_RECITATION', 'content-filter'],
  ['LANGUAGE', 'other'],
  ['OTHER', 'other'],
  ['NO_IMAGE', 'other'],
  ['IMAGE_OTHER', 'other'],
  ['MALFORMED_FUNCTION_CALL', 'error'],
  ['UNEXPECTED_TOOL_CALL', 'error'],
  ['TOO_MANY_TOOL_CALLS', 'error'],
  ['MALFORMED_RESPONSE', 'error'],
  ['CONTINUATION', 'pause'],
])

const words: Readonly<Record<FinishReason, string>> = {
  stop: 'STOP',
  'stop-text': 'STOP',
  'tool-calls': 'STOP',
  length: 'MAX_TOKENS',
  'context-full': 'MAX_TOKENS',
  'content-filter': 'SAFETY',
  refusal: 'SAFETY',
  pause: 'OTHER',
  error: 'OTHER',
  other: 'OTHER',
}

/**
 * Google says STOP for calls too, so whether there were any must be known. Servers that imitate it have words of their
 * own (FUNCTION_CALL): what nobody knows must not keep a client from its tools either.
 */
export function readFinishReason(word: string, hasCalls: boolean): FinishReason {
  const reason = reasons.get(word)
  return hasCalls && (reason === undefined || reason === 'stop') ? 'tool-calls' : (reason ?? 'other')
}

/** The provider's own word where it is Google's. */
export function writeFinishReason({ reason, native }: Pick<Finish, 'reason' | 'native'>): string {
  return reasons.get(native) === reason ? native : words[reason]
}
