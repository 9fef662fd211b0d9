// A provider's stream as our events: lines of JSON, the last of which says that it is done.
import type { StreamReader } from '../dialect.ts'
import { parseEvent } from '../parse-event.ts'
import { newReadState, readChunk } from './read-chunk.ts'

export function openReader(): StreamReader {
  const state = newReadState()
  return { read: (line) => (line.data.trim() === '' ? [] : readChunk(parseEvent(line.data), state)) }
}
