// Ways to cut bytes into socket writes. Pure, and the random one is seeded: a failure can be run again.
import type { Wire } from './behaviour.ts'

type Slicer = (bytes: Uint8Array) => Iterable<Uint8Array>

/** Undefined when nothing is to be cut. */
export function slicer(style: Wire['sliceBytes']): Slicer | undefined {
  if (style === undefined) return undefined
  if (style === 'inside-characters') return insideCharacters
  if (typeof style === 'number') return (bytes) => cut(bytes, () => style)
  const random = randomFrom(style.seed)
  return (bytes) => cut(bytes, () => 1 + Math.floor(random() * style.bytesMax))
}

function* cut(bytes: Uint8Array, nextLength: () => number): Generator<Uint8Array> {
  for (let at = 0; at < bytes.byteLength;) {
    const length = Math.max(1, nextLength())
    yield bytes.subarray(at, at + length)
    at += length
  }
}

/** Cuts before every continuation byte of UTF-8. */
function* insideCharacters(bytes: Uint8Array): Generator<Uint8Array> {
  let from = 0
  for (let at = 1; at < bytes.byteLength; at += 1) {
    const isContinuation = ((bytes[at] ?? 0) & 0xc0) === 0x80
    if (!isContinuation) continue
    yield bytes.subarray(from, at)
    from = at
  }
  yield bytes.subarray(from)
}

/** mulberry32. */
function randomFrom(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296
  }
}
