// A streamed answer of this dialect in our events: unnamed events that each hold a chunk, and `[DONE]`.
import type { AnswerEvent } from '../../core/answer-event.ts'
import { parseEvent } from '../parse-event.ts'
import type { StreamReader, WireEvent } from '../dialect.ts'
import { ChunkReader } from './read-chunk.ts'

/** Reads one stream. Nothing comes after an error or the end. */
export function openReader(): StreamReader {
  const chunks = new ChunkReader()
  let isOver = false
  return {
    read({ data: text }: WireEvent): readonly AnswerEvent[] {
      if (isOver || text === '') return []
      if (text === '[DONE]') {
        isOver = true
        return [{ kind: 'end' }]
      }
      const events = chunks.read(parseEvent(text))
      isOver = events.some((event) => event.kind === 'error')
      return events
    },
  }
}
