// Pieces of a stream as a tap is given them, and as a reader that keeps them takes them: places in more memory than they
// take.
import type { StreamTap } from '../src/dialects/stream-tap.ts'

/** What a piece may stand between in the memory it came in: nothing, a chunk's frame, what must not be read, and much. */
const frames = ['', '\r\n1a\r\n', '\n\n"error":{}\n\ndata: ', '\r\n'.repeat(1_000)]

/** Pushes a piece into a tap, framed by its index. */
export function push(tap: StreamTap, piece: Uint8Array, index: number): void {
  const frame = Buffer.from(frames[index % frames.length] ?? '')
  if (frame.length === 0) return tap.push(piece)
  tap.push(Buffer.concat([frame, piece, frame]), frame.length, frame.length + piece.byteLength)
}

/** The pieces that are ready; the tap forgets them. */
export function takenFrom(tap: StreamTap): readonly Uint8Array[] {
  const pieces: Uint8Array[] = []
  tap.ready.handTo({ append: (bytes) => pieces.push(bytes) < 0 })
  return pieces
}
