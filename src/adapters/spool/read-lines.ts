// Reads what has been added to a segment since it was last read, line by line. The rest after the last line feed is
// either being written or was torn by a crash; it is left alone.
import { closeSync, fstatSync, openSync, readSync } from 'node:fs'
import { unframe } from './framing.ts'

export interface SegmentLine {
  /** Undefined when the line is spoiled. */
  readonly json: string | undefined
  /** Where the next line begins. */
  readonly endOffset: number
}

const chunkBytes = 1024 * 1024

/** The whole lines from `offset` on. */
export function* readLines(path: string, offset: number): Generator<SegmentLine> {
  const file = openSync(path, 'r')
  try {
    const { size } = fstatSync(file)
    let position = offset
    let wantedBytes = chunkBytes
    while (position < size) {
      const chunk = Buffer.allocUnsafe(Math.min(wantedBytes, size - position))
      const text = chunk.toString('latin1', 0, readSync(file, chunk, 0, chunk.length, position))
      const end = text.lastIndexOf('\n')
      // A line longer than the chunk is read again with a larger one.
      if (end < 0 && text.length < wantedBytes) return
      wantedBytes = end < 0 ? wantedBytes * 2 : chunkBytes
      for (const line of linesOf(text, end)) {
        position += line.length + 1
        yield { json: unframe(line), endOffset: position }
      }
    }
  } finally {
    closeSync(file)
  }
}

function linesOf(text: string, end: number): readonly string[] {
  return end < 0 ? [] : text.slice(0, end).split('\n')
}
