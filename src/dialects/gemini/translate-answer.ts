// A whole answer of a provider as our events: the same steps as for a stream, in one go.
import type { AnswerEvent } from '../../core/answer-event.ts'
import { MalformedAnswer } from '../dialect.ts'
import { newReadState, readChunk } from './read-chunk.ts'

/** Throws MalformedAnswer. */
export function readAnswer(body: unknown): readonly AnswerEvent[] {
  const state = newReadState()
  const events = readChunk(body, state)
  if (state.ended || events.some(({ kind }) => kind === 'error')) return events
  if (state.choices.size === 0) throw new MalformedAnswer('The answer has no candidates.')
  // A candidate without a reason has ended all the same: nothing follows a whole answer.
  const unfinished = [...state.choices.values()].filter(({ finished }) => !finished)
  const usage = events.findIndex(({ kind }) => kind === 'usage')
  const finishes = unfinished.map(({ index }): AnswerEvent => ({
    kind: 'finish',
    choice: index,
    reason: 'other',
    native: '',
  }))
  events.splice(usage === -1 ? events.length : usage, 0, ...finishes)
  events.push({ kind: 'end' })
  return events
}
