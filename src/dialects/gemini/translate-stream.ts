// A provider's stream as our events. Every event is a response of its own; the last one of each candidate
// says why it ended, and that is all the end that Google's stream has.
import type { AnswerEvent } from '../../core/answer-event.ts'
import { MalformedAnswer } from '../dialect.ts'
import type { StreamReader, WireEvent } from '../dialect.ts'
import { newReadState, readChunk } from './read-chunk.ts'

export function openReader(): StreamReader {
  const state = newReadState()
  return { read: (event) => readEvent(event, () => readChunk(parsed(event), state)) }
}

/** Events with a name, and those without content, say nothing of the answer. */
function readEvent(
  { name, data: text }: WireEvent,
  read: () => readonly AnswerEvent[],
): readonly AnswerEvent[] {
  if (name !== '' && name !== 'message' && name !== 'error') {
    return [{ kind: 'foreign', from: 'gemini', value: { name, text } }]
  }
  return text.trim() === '' ? [] : read()
}

function parsed({ data: text }: WireEvent): unknown {
  try {
    return JSON.parse(text)
  } catch {
    throw new MalformedAnswer('An event of the stream is not JSON.')
  }
}
