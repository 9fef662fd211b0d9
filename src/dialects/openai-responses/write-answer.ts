// A whole answer: the response object after all its events.
import type { AnswerEvent } from '../../core/answer-event.ts'
import type { AnswerFacts } from '../dialect.ts'
import { ResponseWriting } from './write-stream.ts'

/** The response that these events make. */
export function writeAnswer(events: readonly AnswerEvent[], facts: AnswerFacts): unknown {
  const writing = new ResponseWriting(facts, false)
  for (const event of events) writing.write(event)
  return writing.body()
}
