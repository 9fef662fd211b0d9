// A page of somebody outside, through the one way out: asked for with a deadline, had whole or not at all.
import { askText } from './ask-text.ts'
import type { AskParts, Asked } from './ask-text.ts'

export type Question = Pick<Asked, 'destination' | 'path' | 'headers' | 'timeoutMs'>

/** Lists of models are long. */
const answerBytesMax = 16 * 1024 * 1024

/** The status and text of a GET; undefined when there was no whole answer in time. Never rejects. */
export async function getText(
  question: Question,
  parts: AskParts,
): Promise<{ readonly status: number; readonly text: string } | undefined> {
  const answer = await askText({ ...question, method: 'GET', answerBytesMax }, parts)
  return answer.ok ? answer : undefined
}
