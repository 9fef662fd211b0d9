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
    expect([hash.equal('ab', 'ab'), hash.equal('ab', 'ac'), hash.equal('ab', 'abc'), hash.equal('', '')]).toEqual([
      true,
      false,
      false,
      true,
    ])
  })
})
