import { describe, expect, test } from 'bun:test'
import { createSecretHash } from './hmac.ts'

describe('createSecretHash', () => {
  test('is HMAC-SHA-256 (RFC 4231, cases 1 and 2)', () => {
    const first = createSecretHash(new Uint8Array(20).fill(0x0b))
    expect(first.of('Hi There')).toBe('b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7')
    const second = createSecretHash(Buffer.from('Jefe'))
    expect(second.of('what do ya want for nothing?')).toBe(
      '5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843',
    )
  })

  test('gives the same hash each time, and another under another key', () => {
    const hash = createSecretHash(new Uint8Array(32))
    expect(hash.of('a')).toBe(hash.of('a'))
    expect(hash.of('a')).not.toBe(hash.of('b'))
    expect(hash.of('a')).not.toBe(createSecretHash(new Uint8Array(32).fill(1)).of('a'))
  })

  test('compares whole hashes', () => {
    const hash = createSecretHash(new Uint8Array(32))
    const [one, other] = [hash.of('a'), hash.of('b')]
    expect([hash.equal(one, hash.of('a')), hash.equal(one, other), hash.equal(other, one)]).toEqual([
      true,
      false,
      false,
    ])
    const changed = (at: number): string => `${one.slice(0, at)}x${one.slice(at + 1)}`
    expect(
      [changed(0), changed(63), one.slice(1), `${one}0`, ''].filter((wrong) => hash.equal(wrong, one)),
    ).toEqual([])
  })
})
