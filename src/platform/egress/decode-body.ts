// Answers that are compressed although identity was asked for: undone piece by piece, with a limit on what may come
// of a little.
import { createBrotliDecompress, createGunzip, createInflate, createZstdDecompress } from 'node:zlib'
import type { Transform } from 'node:stream'

export interface Decoder {
  push(bytes: Buffer): void
  /** The compressed bytes have ended. */
  finish(): void
}

export interface DecodedEvents {
  data(bytes: Buffer): void
  end(): void
  fail(code: 'malformed' | 'too_large', message: string): void
}

/** More than this, decoded, is no answer of a model. */
const decodedBytesMax = 256 * 1024 * 1024

/** Does this header stand for a coding that must be undone? */
export function isCoded(contentEncoding: string | undefined): contentEncoding is string {
  return contentEncoding !== undefined && contentEncoding !== '' && contentEncoding.toLowerCase() !== 'identity'
}

/** A decoder for one coding; undefined for an unknown one, or for several. */
export function decoderFor(contentEncoding: string, events: DecodedEvents): Decoder | undefined {
  const make = makers.get(contentEncoding.trim().toLowerCase())
  if (make === undefined) return undefined
  const stream = make()
  let decodedBytes = 0
  stream.on('data', (bytes: Buffer) => {
    decodedBytes += bytes.length
    if (decodedBytes <= decodedBytesMax) return events.data(bytes)
    stream.destroy()
    events.fail('too_large', `its answer is larger than ${decodedBytesMax} bytes when decompressed`)
  })
  stream.on('end', () => events.end())
  stream.on('error', () => events.fail('malformed', 'its compressed answer is broken'))
  return { push: (bytes) => void stream.write(bytes), finish: () => void stream.end() }
}

const makers: ReadonlyMap<string, () => Transform> = new Map<string, () => Transform>([
  ['gzip', createGunzip],
  ['x-gzip', createGunzip],
  ['deflate', createInflate],
  ['br', createBrotliDecompress],
  ['zstd', createZstdDecompress],
])
