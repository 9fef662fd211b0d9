// Going on with an answer that broke off: a request whose last turn is the assistant's own, or asks it to write the rest
// of it. The simulator knows what it would have answered, so it can go on exactly there, or badly on purpose.
import type { AnswerScript } from './behaviour.ts'
import { isRecord, textOf } from './chat-question.ts'
import type { ChatQuestion } from './chat-question.ts'

/** What a request wants to be gone on with. */
export interface Unfinished {
  /** The question that the broken answer was given to. */
  readonly question: ChatQuestion
  readonly said: string
}

export const apology = 'Sorry, I was interrupted. Here is the rest:\n\n'

/** Who asks in words quotes at least so many of the last characters. */
const quotedChars = 8

/** The answer that a request wants to be gone on with; undefined for an ordinary question. */
export function unfinishedOf(question: ChatQuestion): Unfinished | undefined {
  const { messages } = question
  const last = messages.at(-1)
  if (isOf(last, 'assistant')) return unfinished(question, messages.slice(0, -1), last)
  const asked = messages.at(-2)
  if (!isOf(last, 'user') || !isOf(asked, 'assistant')) return undefined
  const quoted = textOf([asked]).trimEnd().slice(-quotedChars)
  return textOf([last]).includes(quoted) ? unfinished(question, messages.slice(0, -2), asked) : undefined
}

function unfinished(question: ChatQuestion, before: readonly unknown[], answer: unknown): Unfinished {
  return { question: { ...question, messages: before }, said: textOf([answer]) }
}

function isOf(message: unknown, role: string): boolean {
  return isRecord(message) && message['role'] === role
}

/** What is said instead of these tokens, which are the whole answer. One that began otherwise is given anew. */
export function tokensOfRest(
  whole: readonly string[],
  said: string,
  { repeats = 0, apologises = false }: AnswerScript,
): readonly string[] {
  const begins = whole.join('').startsWith(said)
  const from = begins && repeats !== 'all' ? Math.max(said.length - repeats, 0) : 0
  const rest: string[] = []
  let at = 0
  for (const token of whole) {
    const piece = token.slice(Math.max(from - at, 0))
    if (piece !== '') rest.push(piece)
    at += token.length
  }
  return apologises ? [apology, ...rest] : rest
}
