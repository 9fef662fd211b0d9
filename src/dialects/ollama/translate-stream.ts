// A provider's stream as our events: lines of JSON, the last of which says that it is done.
import { MalformedAnswer } from '../dialect.ts'
import type { StreamReader, WireEvent } from '../dialect.ts'
import { newReadState, readChunk } from './read-chunk.ts'

export function openReader(): StreamReader {
  const state = newReadState()
  return { read: (line) => (line.data.trim() === '' ? [] : readChunk(parsed(line), state)) }
}

function parsed({ data: text }: WireEvent): unknown {
  try {
    return JSON.parse(text)
  } catch {
    throw new MalformedAnswer('A line of the stream is not JSON.')
  }
}
