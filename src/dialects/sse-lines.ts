// The lines of a server-sent event stream that comes in pieces split anywhere, ended by LF, CRLF or CR
// (https://html.spec.whatwg.org/multipage/server-sent-events.html). In the usual case a piece holds whole events and
// is looked at where it lies; only the rest of a broken one is copied, into a buffer that doubles.

import type { ReadyBytes } from './ready-bytes.ts'

const lineFeed = 10
const carriageReturn = 13
/** A single event may be this long; a longer one is no token of an answer. */
export const eventBytesMax = 1024 * 1024

/** From here on, what lies behind a piece in the same memory costs more to search than a view of the piece. */
const narrowBytesMin = 1024

const noBytes = Buffer.alloc(0)

export class SseLines {
  /** The piece as it came, or the gathered rest with the piece behind it. */
  #buffer: Buffer = noBytes
  /** What has come stands in `[from, #to)` of the buffer. */
  from = 0
  #to = 0
  /** Start of the line to be read next, and how far it has been searched for its end. */
  #next = 0
  #searched = 0
  #hasReturns = false
  /** `#buffer` is our own and will be written to again, so that pieces of it must be copied. */
  #gathered = false
  #rest: Buffer | undefined

  /** The line that `next` found: its text is `[start, end)`, the following line begins at `after`. */
  start = 0
  end = 0
  after = 0
  /** What is kept has grown over the limit. */
  overflow = false
  readonly #bytesMax: number

  /** `bytesMax` is how long an event may be. */
  constructor(bytesMax = eventBytesMax) {
    this.#bytesMax = bytesMax
  }

  /**
   * Adds a piece, `[from, to)` of the chunk or all of it, and returns the buffer that positions refer to until the next
   * `feed`.
   */
  feed(chunk: Uint8Array, from = 0, to = chunk.byteLength): Buffer {
    const piece = to - from
    if (this.#rest !== undefined) {
      const searchFrom = this.#to
      this.#gather(this.#rest, bufferOf(chunk, from, to))
      this.#noteReturns(searchFrom)
      return this.#buffer
    }
    // What follows the piece would be searched for things that are not in it.
    const isWide = chunk.byteLength - to > narrowBytesMin
    this.#buffer = isWide || !(chunk instanceof Buffer) ? bufferOf(chunk, from, to) : chunk
    this.from = this.#next = this.#searched = this.#buffer === chunk ? from : 0
    this.#to = this.from + piece
    this.#gathered = false
    this.#noteReturns(this.from)
    return this.#buffer
  }

  /** Finds the next line; false when what is there has no line end yet. */
  next(): boolean {
    const end = this.#lineEnd(Math.max(this.#next, this.#searched))
    if (end === -1) return false
    const isPair = this.#buffer[end] === carriageReturn && this.#buffer[end + 1] === lineFeed
    this.start = this.#next
    this.end = end
    this.after = this.#next = end + (isPair ? 2 : 1)
    return true
  }

  /** Lets a piece of the buffer pass. */
  pass(from: number, to: number, ready: ReadyBytes): void {
    if (this.#gathered) ready.add(Buffer.from(this.#buffer.subarray(from, to)), 0, to - from)
    else ready.add(this.#buffer, from, to)
  }

  /** Ends the reading of this buffer: the bytes from `from` on belong to an unfinished event and are kept. */
  keepFrom(from: number): void {
    const restLength = this.#to - from
    if (restLength === 0) {
      this.#rest = undefined
      this.#buffer = noBytes
      this.from = this.#to = this.#next = this.#searched = 0
      return
    }
    if (this.#gathered) {
      if (from > 0) this.#buffer.copyWithin(0, from, this.#to)
    } else {
      const rest = Buffer.allocUnsafe(Math.max(1024, restLength * 2))
      this.#buffer.copy(rest, 0, from, this.#to)
      this.#buffer = rest
    }
    this.#rest = this.#buffer
    this.from = 0
    this.#to = restLength
    this.#next -= from
    // The last byte is looked at again: it may be a CR whose LF comes next.
    this.#searched = restLength - 1
    this.overflow = restLength > this.#bytesMax
  }

  hasRest(): boolean {
    return this.#rest !== undefined
  }

  #gather(rest: Buffer, piece: Buffer): void {
    const length = this.#to + piece.byteLength
    let buffer = rest
    if (length > rest.length) {
      buffer = Buffer.allocUnsafe(length * 2)
      rest.copy(buffer, 0, 0, this.#to)
    }
    buffer.set(piece, this.#to)
    this.#buffer = buffer
    this.#to = length
    this.#gathered = true
  }

  #noteReturns(from: number): void {
    this.#hasReturns ||= this.#indexOf(carriageReturn, from) !== -1
  }

  #lineEnd(from: number): number {
    const feed = this.#indexOf(lineFeed, from)
    if (!this.#hasReturns) return feed
    const back = this.#indexOf(carriageReturn, from)
    if (back === -1 || (feed !== -1 && feed < back)) return feed
    // A CR at the very end may be half of a CRLF: wait for the next byte.
    return back + 1 === this.#to ? -1 : back
  }

  #indexOf(byte: number, from: number): number {
    const at = this.#buffer.indexOf(byte, from)
    return at < this.#to ? at : -1
  }
}

function bufferOf(chunk: Uint8Array, from: number, to: number): Buffer {
  return Buffer.from(chunk.buffer, chunk.byteOffset + from, to - from)
}
