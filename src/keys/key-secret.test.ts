import { describe, expect, test } from 'bun:test'
import fc from 'fast-check'
import { isWellFormed, makeSecret } from './key-secret.ts'

const zeros = (count: number): Uint8Array => new Uint8Array(count)
const ones = (count: number): Uint8Array => new Uint8Array(count).fill(255)
const bytes = (byte: number) => (count: number) =>
  Uint8Array.from({ length: count }, (_, at) => byte + at * 37)

describe('makeSecret', () => {
  test('has the form that the guide shows, at both ends of chance', () => {
    const form = /^sp_[0-9a-z]{8}_[0-9A-Za-z]{49}$/
    for (const random of [zeros, ones]) {
      const { id, secret } = makeSecret(random)
      expect(secret).toMatch(form)
      expect(secret.slice(3, 11)).toBe(id)
      expect(isWellFormed(secret)).toBe(true)
    }
  })

  // The checksums were computed with Python's zlib.
  test('keeps its form from release to release', () => {
    expect(makeSecret(zeros)).toEqual({
      id: '00000000',
      secret: 'sp_00000000_00000000000000000000000000000000000000000000m0ceJ',
    })
    expect(makeSecret(ones).secret).toBe('sp_33333333_yhjskwdA6OZ1AL1YmHWZWm8LLG7HjnuCA2j5rOw8Xp148P8PV')
  })

  test('uses all of its random bytes', () => {
    const secretOf = (changed: number): string => {
      const random = (count: number): Uint8Array => {
        return Uint8Array.from({ length: count }, (_, at) => (at === changed && count === 32 ? 1 : 0))
      }
      return makeSecret(random).secret
    }
    expect(new Set(Array.from({ length: 33 }, (_, changed) => secretOf(changed))).size).toBe(33)
  })
})

describe('isWellFormed', () => {
  const { secret } = makeSecret(bytes(9))

  test('finds any one mistyped character', () => {
    const letters = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz_- '
    fc.assert(
      fc.property(fc.nat(secret.length - 1), fc.constantFrom(...letters.split('')), (at, letter) => {
        const typed = secret.slice(0, at) + letter + secret.slice(at + 1)
        expect(isWellFormed(typed)).toBe(typed === secret)
      }),
    )
  })

  test('finds two characters that changed places', () => {
    for (let at = 0; at < secret.length - 1; at += 1) {
      const typed = secret.slice(0, at) + secret[at + 1] + secret[at] + secret.slice(at + 2)
      expect(isWellFormed(typed)).toBe(typed === secret)
    }
  })

  test('refuses whatever else comes, without falling over', () => {
    const odd = ['', 'sp_', secret.slice(1), `${secret}\n`, ` ${secret}`, `${secret}${secret}`, 'sk-abc']
    expect(odd.filter(isWellFormed)).toEqual([])
    fc.assert(fc.property(fc.string({ maxLength: 80 }), (text) => !isWellFormed(text)))
    expect(isWellFormed('x'.repeat(1_000_000))).toBe(false)
  })
})
