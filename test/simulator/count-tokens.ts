// The simulator's arithmetic of tokens: simple enough to do by hand, so that a test can know every number.
import { mediaPartsOf, textOf } from './chat-question.ts'
import type { ChatQuestion } from './chat-question.ts'

const tokensPerMediaPart = 85

/** White-space separated words. */
export function countWords(text: string): number {
  return text.match(/\S+/gu)?.length ?? 0
}

/** Words of all messages, plus 85 for each part that is not text. */
export function inputTokensOf(question: Pick<ChatQuestion, 'messages'>): number {
  return countWords(textOf(question.messages)) + tokensPerMediaPart * mediaPartsOf(question.messages)
}
