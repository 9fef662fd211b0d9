// Reads what has been added to a segment since it was last read, line by line. The rest after the last line feed is
// zeros, or is being written, or was torn by a crash; it is left alone.
import { closeSync, fstatSync, openSync, readSync } from 'node:fs'
import { unframe } from './framing.ts'

export interface Line {
  /** Undefined when the line is spoiled. */
  readonly text: string | undefined
  /** Where the next line begins. */
  readonly endOffset: number
}

/** The bytes `[from, to)` of a file. */
export interface ByteRange {
  readonly from: number
  readonly to: number
}

const chunkBytes = 1024 * 1024
const lineFeed = 0x0a

/** The whole lines in a part of a segment. Each is a text of its own: keeping one does not keep what was read with it. */
export function* readLines(path: string, { from, to }: ByteRange): Generator<Line, void, undefined> {
  const file = openSync(path, 'r')
  try {
    const size = Math.min(fstatSync(file).size, to)
    let position = from
    let wantedBytes = chunkBytes
    while (position < size) {
      const chunk = Buffer.allocUnsafe(Math.min(wantedBytes, size - position))
      const length = readSync(file, chunk, 0, chunk.length, position)
      const used = yield* linesOf(chunk.subarray(0, length), position)
      if (used === 0 && length < wantedBytes) return
      // A line longer than the chunk is read again with a larger one.
      wantedBytes = used === 0 ? wantedBytes * 2 : chunkBytes
      position += used
    }
  } finally {
    closeSync(file)
  }
}

/** Gives how many bytes the whole lines in the chunk take up. */
function* linesOf(chunk: Buffer, position: number): Generator<Line, number, undefined> {
  let start = 0
  for (let end = chunk.indexOf(lineFeed); end !== -1; end = chunk.indexOf(lineFeed, start)) {
    const text = unframe(chunk, start, end)
    start = end + 1
    yield { text, endOffset: position + start }
  }
  return start
}
