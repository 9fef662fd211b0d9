// A streamed answer of this dialect in our events: unnamed events that each hold a chunk, and `[DONE]`.
import { isObject } from '../json-object.ts'
import type { AnswerEvent } from '../../core/answer-event.ts'
import { MalformedAnswer } from '../dialect.ts'
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
      const events = chunks.read(parse(text))
      isOver = events.some((event) => event.kind === 'error')
      return events
    },
  }
}

function parse(text: string): Record<string, unknown> {
  const chunk = parsed(text)
  if (!isObject(chunk)) throw new MalformedAnswer('its stream holds an event that is not a JSON object')
  return chunk
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    // The parser's own words would quote the answer.
    return undefined
  }
}
