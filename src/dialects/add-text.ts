// Text as bytes, many small pieces in one allocation: a buffer for each event of a stream costs more, in making it and
// in clearing it away, than writing the event. What is made from a block is never written again.
import type { ReadyBytes } from './ready-bytes.ts'

/** A piece that somebody keeps keeps its block: small enough for that, and enough for sixty events. */
const blockBytes = 8192
/** A longer text gets bytes of its own. */
const pieceCharsMax = 1024
const bytesPerUnitMax = 3

let block = Buffer.allocUnsafeSlow(blockBytes)
let usedBytes = 0

/** Lets the text pass as UTF-8. */
export function addText(text: string, ready: ReadyBytes): void {
  if (text.length > pieceCharsMax) {
    const bytes = Buffer.from(text)
    return ready.add(bytes, 0, bytes.byteLength)
  }
  if (usedBytes + text.length * bytesPerUnitMax > blockBytes) {
    block = Buffer.allocUnsafeSlow(blockBytes)
    usedBytes = 0
  }
  const start = usedBytes
  usedBytes += block.write(text, start)
  ready.add(block, start, usedBytes)
}
