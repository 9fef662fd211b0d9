import { describe, expect, test } from 'bun:test'
import { constants, zstdCompressSync } from 'node:zlib'
import fc from 'fast-check'
import { ZstdFrames } from './zstd-frames.ts'

function isWhole(bytes: Uint8Array, pieceBytes = bytes.length): boolean {
  const frames = new ZstdFrames()
  for (let at = 0; at < bytes.length; at += pieceBytes) frames.push(bytes.subarray(at, at + pieceBytes))
  return frames.isWhole
}

const skippable = Buffer.from([0x53, 0x2a, 0x4d, 0x18, 3, 0, 0, 0, 1, 2, 3])

describe('a zstd stream', () => {
  const body = fc.oneof(
    fc.uint8Array({ maxLength: 2_000 }),
    fc.nat(400_000).map((count) => Buffer.alloc(count, 'ab')),
  )

  test('is whole at its end and nowhere before, in pieces of any size', () => {
    fc.assert(
      fc.property(body, fc.boolean(), fc.integer({ min: 1, max: 50 }), (flat, checksum, pieceBytes) => {
        const coded = zstdCompressSync(flat, {
          params: { [constants.ZSTD_c_checksumFlag]: checksum ? 1 : 0 },
        })
        expect(isWhole(coded, pieceBytes)).toBe(true)
        for (let at = 0; at < coded.length; at += 1 + (at >> 5))
          expect(isWhole(coded.subarray(0, at))).toBe(false)
      }),
      { numRuns: 60 },
    )
  })

  test('may have several frames, and some to be skipped', () => {
    const one = zstdCompressSync(Buffer.from('hello'))
    expect(isWhole(Buffer.concat([one, skippable, one]))).toBe(true)
    expect(isWhole(Buffer.concat([one, skippable.subarray(0, -1)]))).toBe(false)
    expect(isWhole(Buffer.concat([one, one.subarray(0, 3)]))).toBe(false)
  })

  test('is never whole when it is something else', () => {
    expect(isWhole(Buffer.from('hello, this is no zstd at all'))).toBe(false)
    fc.assert(
      fc.property(fc.uint8Array(), fc.integer({ min: 1, max: 9 }), (bytes, size) => !isWhole(bytes, size)),
    )
  })
})
