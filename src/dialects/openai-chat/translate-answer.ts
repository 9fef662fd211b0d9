// A whole answer of this dialect in our events: one piece that holds everything.
import { isObject } from '../json-object.ts'
import type { AnswerEvent } from '../../core/answer-event.ts'
import { MalformedAnswer } from '../dialect.ts'
import { ChunkReader } from './read-chunk.ts'

/** Reads a whole answer. Throws MalformedAnswer. */
export function readAnswer(body: unknown): readonly AnswerEvent[] {
  if (!isObject(body)) throw new MalformedAnswer('its answer is not a JSON object')
  const isError = body['error'] !== undefined && body['error'] !== null
  const choices = body['choices']
  if (!isError && (!Array.isArray(choices) || choices.length === 0)) {
    throw new MalformedAnswer('its answer has no "choices"')
  }
  const events = new ChunkReader().read(body)
  return isError ? events : [...events, { kind: 'end' }]
}
