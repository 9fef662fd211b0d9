// Reads one HTTP/1.1 response after the other from bytes split anywhere (RFC 9112). Strict where a lenient reading
// could take the end of one answer for another: what does not add up is `malformed`, and a body that stops short is
// never taken for a whole one.
import { readHead } from './response-head.ts'
import type { ResponseHead } from './response-head.ts'

export interface ResponseEvents {
  head(head: ResponseHead): void
  /** A piece of the body with the transfer coding undone: `[from, to)` of the bytes that were fed. */
  body(bytes: Buffer, from: number, to: number): void
}

export type ParseFault = 'malformed' | 'too_large'

const headBytesMax = 64 * 1024
/** As bytes: to look for a text in bytes takes seven times as long. */
const emptyLine = Buffer.from('\r\n\r\n')
const chunkLineBytesMax = 4096
const informationalMax = 20

type State = 'head' | 'length' | 'close' | 'size' | 'chunk' | 'chunk-end' | 'trailer' | 'done'
/** Where in the line of a chunk's size: after the digits come blanks, then perhaps extensions. */
type SizePart = 'digits' | 'blank' | 'extension'

export class ResponseParser {
  #state: State = 'head'
  #carry: Buffer | undefined
  /** Bytes still to come of the body or of the chunk. */
  #left = 0
  #lineBytes = 0
  #digits = 0
  #sizePart: SizePart = 'digits'
  #sawReturn = false
  #sawColon = false
  #keepAlive = true
  #informational = 0
  /** Bytes of an answer have come. */
  hasBegun = false
  fault: ParseFault | undefined

  /** Ready for the next answer. */
  begin(): void {
    this.#state = 'head'
    this.#carry = undefined
    this.#keepAlive = true
    this.#informational = 0
    this.hasBegun = false
  }

  /** Reads no more: nobody wants the rest of what is being fed. */
  stop(): void {
    this.#state = 'done'
    this.#carry = undefined
    this.#keepAlive = false
  }

  /** The answer is whole. */
  get isDone(): boolean {
    return this.#state === 'done'
  }

  /** The head is not whole yet. */
  get isInHead(): boolean {
    return this.#state === 'head'
  }

  /** The connection may carry another exchange. */
  get mayKeep(): boolean {
    return this.#state === 'done' && this.#keepAlive && this.fault === undefined
  }

  /** Feeds bytes. Returns how many belong to this answer; the rest came unasked. Sets `fault` instead of throwing. */
  feed(bytes: Buffer, events: ResponseEvents): number {
    let at = 0
    this.hasBegun = true
    while (at < bytes.length && this.fault === undefined && this.#state !== 'done') {
      at = this.#step(bytes, at, events)
    }
    return at
  }

  /** The peer has ended its side. True when that is the proper end of an answer without a length. */
  close(): boolean {
    if (this.#state !== 'close') return false
    this.#state = 'done'
    return true
  }

  #step(bytes: Buffer, at: number, events: ResponseEvents): number {
    switch (this.#state) {
      case 'head':
        return this.#readHead(bytes, at, events)
      case 'length':
      case 'chunk':
        return this.#readCounted(bytes, at, events)
      case 'close':
        events.body(bytes, at, bytes.length)
        return bytes.length
      case 'size':
        return this.#readSize(bytes, at)
      case 'chunk-end':
        return this.#readChunkEnd(bytes, at)
      case 'trailer':
        return this.#readTrailer(bytes, at)
      case 'done':
        return at
    }
  }

  #bad(fault: ParseFault = 'malformed'): number {
    this.fault = fault
    return Number.MAX_SAFE_INTEGER
  }

  #refuse(): false {
    this.fault = 'malformed'
    return false
  }

  #readHead(bytes: Buffer, at: number, events: ResponseEvents): number {
    const carried = this.#carry?.length ?? 0
    const piece = at === 0 ? bytes : bytes.subarray(at)
    const whole = this.#carry === undefined ? piece : Buffer.concat([this.#carry, piece])
    const end = whole.indexOf(emptyLine, Math.max(0, carried - 3))
    if (end === -1 || end > headBytesMax) {
      if (whole.length > headBytesMax) return this.#bad('too_large')
      // Lines that end without a return never make a head: better said now than after a time limit.
      if (!couldBeHttp(whole) || whole.includes('\n\n')) return this.#bad()
      this.#carry = this.#carry === undefined ? Buffer.from(whole) : whole
      return bytes.length
    }
    this.#carry = undefined
    this.#takeHead(whole.toString('latin1', 0, end), events)
    return at + end + 4 - carried
  }

  #takeHead(text: string, events: ResponseEvents): void {
    const head = readHead(text)
    if (head === undefined) {
      this.#bad()
      return
    }
    if (head.status < 200) {
      // An informational answer comes before the real one; a change of protocol was never asked for.
      this.#informational += 1
      if (head.status === 101 || this.#informational > informationalMax) this.#bad()
      return
    }
    this.#keepAlive = keepsAlive(head)
    if (!this.#frame(head)) return
    events.head(head)
    if (this.#state === 'length' && this.#left === 0) this.#state = 'done'
  }

  /** How long is the body? Two answers to that question are none. */
  #frame(head: ResponseHead): boolean {
    const length = head.header('content-length')
    const coding = head.header('transfer-encoding')
    if (coding !== undefined && (length !== undefined || !head.isHttp11)) return this.#refuse()
    if (length !== undefined && !/^\d{1,15}$/.test(length)) return this.#refuse()
    if (coding !== undefined && coding.toLowerCase() !== 'chunked') return this.#refuse()
    if (head.status === 204 || head.status === 304) {
      this.#left = 0
      this.#state = 'length'
    } else if (coding !== undefined) this.#beginSize()
    else if (length !== undefined) {
      this.#left = Number(length)
      this.#state = 'length'
    } else {
      this.#keepAlive = false
      this.#state = 'close'
    }
    return true
  }

  #readCounted(bytes: Buffer, at: number, events: ResponseEvents): number {
    const end = Math.min(bytes.length, at + this.#left)
    events.body(bytes, at, end)
    this.#left -= end - at
    if (this.#left === 0) {
      if (this.#state === 'length') this.#state = 'done'
      else if (this.#state === 'chunk') this.#state = 'chunk-end'
    }
    return end
  }

  #beginSize(): void {
    this.#state = 'size'
    this.#left = 0
    this.#lineBytes = 0
    this.#digits = 0
    this.#sizePart = 'digits'
    this.#sawReturn = false
  }

  /** `1a;name=value CRLF`: hexadecimal digits, then perhaps extensions, which nobody reads. */
  #readSize(bytes: Buffer, from: number): number {
    for (let at = from; at < bytes.length; at += 1) {
      const byte = Number(bytes[at])
      this.#lineBytes += 1
      if (this.#lineBytes > chunkLineBytesMax) return this.#bad()
      if (this.#sawReturn) {
        if (byte !== 10 || this.#digits === 0) return this.#bad()
        this.#afterSize()
        return at + 1
      }
      if (byte === 13) this.#sawReturn = true
      else if (!this.#sizeByte(byte)) return this.#bad()
    }
    return bytes.length
  }

  #sizeByte(byte: number): boolean {
    if (this.#sizePart === 'extension') return isPrintable(byte)
    if (byte === 59) this.#sizePart = 'extension'
    else if (byte === 32 || byte === 9) this.#sizePart = 'blank'
    else return this.#sizePart === 'digits' && this.#digit(byte)
    return true
  }

  #digit(byte: number): boolean {
    const value = hexValue(byte)
    this.#digits += 1
    if (value === -1 || this.#digits > 12) return false
    this.#left = this.#left * 16 + value
    return true
  }

  #afterSize(): void {
    this.#sawReturn = false
    this.#lineBytes = 0
    this.#sawColon = false
    this.#state = this.#left === 0 ? 'trailer' : 'chunk'
  }

  #readChunkEnd(bytes: Buffer, at: number): number {
    const expected = this.#sawReturn ? 10 : 13
    if (bytes[at] !== expected) return this.#bad()
    if (this.#sawReturn) this.#beginSize()
    else this.#sawReturn = true
    return at + 1
  }

  /** Trailers are passed over up to the empty line. `lineBytes` counts the line, `digits` all of them. */
  #readTrailer(bytes: Buffer, from: number): number {
    for (let at = from; at < bytes.length; at += 1) {
      const byte = Number(bytes[at])
      this.#digits += 1
      if (this.#digits > headBytesMax) return this.#bad('too_large')
      if (this.#sawReturn) {
        if (byte !== 10 || (this.#lineBytes > 0 && !this.#sawColon)) return this.#bad()
        if (this.#lineBytes === 0) {
          this.#state = 'done'
          return at + 1
        }
        this.#sawReturn = false
        this.#sawColon = false
        this.#lineBytes = 0
      } else if (byte === 13) this.#sawReturn = true
      else {
        if (!isPrintable(byte)) return this.#bad()
        // A line needs a name before its colon: what follows an end must not be read as more of it.
        if (byte === 58 && this.#lineBytes > 0) this.#sawColon = true
        this.#lineBytes += 1
      }
    }
    return bytes.length
  }
}

function couldBeHttp(bytes: Buffer): boolean {
  return 'HTTP/1.'.startsWith(bytes.toString('latin1', 0, Math.min(7, bytes.length)))
}

function keepsAlive(head: ResponseHead): boolean {
  const connection = head.header('connection')?.toLowerCase()
  if (connection === undefined) return head.isHttp11
  return head.isHttp11 ? !connection.includes('close') : connection.includes('keep-alive')
}

function isPrintable(byte: number): boolean {
  return (byte >= 32 && byte !== 127) || byte === 9
}

function hexValue(byte: number): number {
  if (byte >= 48 && byte <= 57) return byte - 48
  const lower = byte | 32
  return lower >= 97 && lower <= 102 ? lower - 87 : -1
}
