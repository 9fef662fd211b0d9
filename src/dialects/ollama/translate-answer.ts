// A whole answer of a provider as our events: a stream of one line.
import type { AnswerEvent } from '../../core/answer-event.ts'
import { MalformedAnswer } from '../dialect.ts'
import { newReadState, readChunk } from './read-chunk.ts'

/** Throws MalformedAnswer. */
export function readAnswer(body: unknown): readonly AnswerEvent[] {
  const state = newReadState()
  const events = readChunk(body, state)
  if (state.ended || events.some(({ kind }) => kind === 'error')) return events
  throw new MalformedAnswer('The answer says that it is not done.')
}
