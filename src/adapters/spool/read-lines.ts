// Reads what has been added to a segment since it was last read, line by line. The rest after the last line feed is
// zeros, or is being written, or was torn by a crash; it is left alone.
import { closeSync, fstatSync, openSync, readSync } from 'node:fs'
import { unframe } from './framing.ts'

export interface SegmentLine {
  /** Undefined when the line is spoiled. */
  readonly text: string | undefined
  /** Where the next line begins. */
  readonly endOffset: number
}

const chunkBytes = 1024 * 1024
const lineFeed = 0x0a

/** The whole lines in `[from, to)`. Each is a text of its own, so that keeping one does not keep what was read with it. */
export function* readLines(path: string, from: number, to = Infinity): Generator<SegmentLine> {
  const file = openSync(path, 'r')
  try {
    const size = Math.min(fstatSync(file).size, to)
    let position = from
    let wantedBytes = chunkBytes
    while (position < size) {
      const chunk = Buffer.allocUnsafe(Math.min(wantedBytes, size - position))
      const length = readSync(file, chunk, 0, chunk.length, position)
      const usedBefore = position
      let start = 0
      for (
        let end = chunk.indexOf(lineFeed);
        end !== -1 && end < length;
        end = chunk.indexOf(lineFeed, start)
      ) {
        const line = chunk.toString('latin1', start, end)
        start = end + 1
        position = usedBefore + start
        yield { text: unframe(line), endOffset: position }
      }
      if (start === 0 && length < wantedBytes) return
      // A line longer than the chunk is read again with a larger one.
      wantedBytes = start === 0 ? wantedBytes * 2 : chunkBytes
    }
  } finally {
    closeSync(file)
  }
}
