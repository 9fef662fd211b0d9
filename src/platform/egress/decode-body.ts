// Answers that are compressed although identity was asked for: undone piece by piece, with a limit on what may come
// of a little. zlib is loaded when the first of them comes, because loading it would cost every start 8 ms.
import type { Transform } from 'node:stream'
import type * as Zlib from 'node:zlib'
import { ZstdFrames } from './zstd-frames.ts'

export interface Decoder {
  /** False when it has enough for now; `ready` follows. */
  push(bytes: Buffer): boolean
  /** The compressed bytes have ended. */
  finish(): void
  /** Hands out nothing until `resume`. */
  pause(): void
  resume(): void
  /** Nobody wants the rest: none of the events comes any more. */
  stop(): void
}

export interface DecodedEvents {
  data(bytes: Buffer): void
  /** It takes more, after `push` said that it has enough. */
  ready(): void
  end(): void
  fail(code: 'malformed' | 'too_large', message: string): void
}

type Make = (zlib: typeof Zlib, first: Buffer) => Transform

/** More than this, decoded, is no answer of a model. */
const decodedBytesMax = 256 * 1024 * 1024
/** From here on, an answer that has grown more than `growthMax` times is a bomb. */
const suspiciousBytes = 16 * 1024 * 1024
const growthMax = 200

/** Does this header stand for a coding that must be undone? */
export function isCoded(contentEncoding: string | undefined): contentEncoding is string {
  if (contentEncoding === undefined) return false
  const coding = contentEncoding.trim().toLowerCase()
  return coding !== '' && coding !== 'identity'
}

/** A decoder for one coding; undefined for an unknown one, or for several. */
export function decoderFor(contentEncoding: string, events: DecodedEvents): Decoder | undefined {
  const coding = contentEncoding.trim().toLowerCase()
  const make = makers.get(coding)
  return make && new StreamDecoder(make, events, coding === 'zstd' ? new ZstdFrames() : undefined)
}

class StreamDecoder implements Decoder {
  readonly #make: Make
  readonly #events: DecodedEvents
  readonly #frames: ZstdFrames | undefined
  #stream: Transform | undefined
  /** What has come while zlib was being loaded. */
  readonly #early: Buffer[] = []
  #codedBytes = 0
  #decodedBytes = 0
  #isPaused = false
  #isFinished = false
  /** The coding has said that it is over; what follows it is nobody's. */
  #isComplete = false
  #isStopped = false

  constructor(make: Make, events: DecodedEvents, frames: ZstdFrames | undefined) {
    this.#make = make
    this.#frames = frames
    this.#events = events
  }

  push(bytes: Buffer): boolean {
    if (this.#isComplete || this.#isStopped) return true
    this.#codedBytes += bytes.length
    this.#frames?.push(bytes)
    if (this.#stream !== undefined) return this.#stream.write(bytes)
    this.#early.push(bytes)
    if (this.#early.length === 1) void import('node:zlib').then((zlib) => this.#open(zlib, bytes))
    return false
  }

  finish(): void {
    this.#isFinished = true
    // An empty body is no broken one.
    if (this.#codedBytes === 0 || this.#isComplete) this.#end()
    else this.#stream?.end()
  }

  pause(): void {
    this.#isPaused = true
    this.#stream?.pause()
  }

  resume(): void {
    this.#isPaused = false
    this.#stream?.resume()
  }

  stop(): void {
    this.#isStopped = true
    this.#stream?.destroy()
  }

  #open(zlib: typeof Zlib, first: Buffer): void {
    if (this.#isStopped) return
    const stream = this.#make(zlib, first)
    this.#stream = stream
    stream.on('data', (bytes: Buffer) => this.#decoded(bytes))
    stream.on('drain', () => this.#events.ready())
    stream.on('end', () => {
      this.#isComplete = true
      if (this.#isFinished) this.#end()
    })
    stream.on('error', () => this.#fail('malformed', 'its compressed answer is broken'))
    if (this.#isPaused) stream.pause()
    let takesMore = true
    for (const bytes of this.#early) takesMore = stream.write(bytes)
    if (this.#isFinished) stream.end()
    else if (takesMore) this.#events.ready()
  }

  #decoded(bytes: Buffer): void {
    if (this.#isStopped) return
    this.#decodedBytes += bytes.length
    const isBomb = this.#decodedBytes > suspiciousBytes && this.#decodedBytes > this.#codedBytes * growthMax
    if (!isBomb && this.#decodedBytes <= decodedBytesMax) return this.#events.data(bytes)
    this.#fail('too_large', `its answer grows to more than ${this.#decodedBytes} bytes when decompressed`)
  }

  #end(): void {
    if (this.#isStopped) return
    if (this.#codedBytes > 0 && this.#frames?.isWhole === false) {
      return this.#fail('malformed', 'its compressed answer stops short')
    }
    this.#isStopped = true
    this.#events.end()
  }

  #fail(code: 'malformed' | 'too_large', message: string): void {
    if (this.#isStopped) return
    this.stop()
    this.#events.fail(code, message)
  }
}

const makers: ReadonlyMap<string, Make> = new Map<string, Make>([
  ['gzip', (zlib) => zlib.createGunzip()],
  ['x-gzip', (zlib) => zlib.createGunzip()],
  // Some servers mean the bare format by "deflate". A zlib header has 8 in the low half of its first byte.
  [
    'deflate',
    (zlib, first) => ((Number(first[0]) & 15) === 8 ? zlib.createInflate() : zlib.createInflateRaw()),
  ],
  ['br', (zlib) => zlib.createBrotliDecompress()],
  ['zstd', (zlib) => zlib.createZstdDecompress()],
])
