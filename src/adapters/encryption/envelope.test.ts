import { describe, expect, test } from 'bun:test'
import { CannotOpen, isSealed, sealedParts, sealedText } from '../../store/sealing.ts'
import type { SealPlace } from '../../store/sealing.ts'
import { masterKeyProblem } from '../../core/master-key.ts'
import { createEnvelope, masterKeyOf } from './envelope.ts'

/** Each another 32 bytes, as good as random ones. */
const one = masterKeyOf('7d1fTqWn8mXKQ0kkKf0m2bq1eJm0m3Zr6o3V0b8o3Hs=')
const two = masterKeyOf('c2a7b5f0d3918e6c4b2fa01877de93c5106fb49e3ad8527cc1be09f46d2e8a37')
const place: SealPlace = { table: 'responses', row: 'resp_1', tenant: 'acme' }
const text = `{"said":"Grüße 🦜 ${'x'.repeat(5_000)}"}`

describe('a sealed text', () => {
  test('is opened again by whoever has the key, and never twice the same', () => {
    const envelope = createEnvelope(one, [])
    const [first, second] = [envelope.seal(text, place), envelope.seal(text, place)]
    expect([isSealed(first), isSealed(text), first === second]).toEqual([true, false, false])
    expect([envelope.open(first, place), envelope.open(second, place)]).toEqual([text, text])
    expect(first).not.toContain('xxxxxxxxxx')
    expect(envelope.open(envelope.seal('', place), place)).toBe('')
  })

  test.each([
    ['in another row', { row: 'resp_2' }],
    ['of another tenant', { tenant: 'other' }],
    ['in another table', { table: 'bodies' }],
    ['where names are cut elsewhere', { row: 'resp_1","acme', tenant: '' }],
  ] satisfies [string, Partial<SealPlace>][])('is no text %s', (_, elsewhere) => {
    const envelope = createEnvelope(one, [])
    const sealed = envelope.seal(text, place)
    expect(() => envelope.open(sealed, { ...place, ...elsewhere })).toThrow(CannotOpen)
  })

  test('is no text when any part of it was changed, cut or taken from another', () => {
    const envelope = createEnvelope(one, [])
    const parts = sealedParts(envelope.seal(text, place))
    const other = sealedParts(envelope.seal('other', place))
    const turned = (part: string, at: number): string =>
      part.slice(0, at) + (part[at] === 'A' ? 'B' : 'A') + part.slice(at + 1)
    const bad = [
      { ...parts, content: turned(parts.content, 3) },
      { ...parts, content: turned(parts.content, 40) },
      { ...parts, content: parts.content.slice(0, -4) },
      { ...parts, content: parts.content.slice(0, 10) },
      { ...parts, wrapped: turned(parts.wrapped, 20) },
      { ...parts, wrapped: other.wrapped },
      { ...parts, content: other.content },
      { ...parts, keyId: two.id },
    ]
    for (const changed of bad) expect(() => envelope.open(sealedText(changed), place)).toThrow(CannotOpen)
    expect(() => envelope.open('sealed:1:', place)).toThrow(CannotOpen)
  })

  test('needs its key, which may be one from before', () => {
    const sealed = createEnvelope(one, []).seal(text, place)
    expect(() => createEnvelope(two, []).open(sealed, place)).toThrow(one.id)
    expect(createEnvelope(two, [one]).open(sealed, place)).toBe(text)
    expect(createEnvelope(undefined, [one]).open(sealed, place)).toBe(text)
  })

  test('is brought under another key without being sealed anew', () => {
    const sealed = createEnvelope(one, []).seal(text, place)
    const moved = createEnvelope(two, [one]).rewrap(sealed, place) ?? ''
    expect(createEnvelope(two, []).open(moved, place)).toBe(text)
    expect(sealedParts(moved).content).toBe(sealedParts(sealed).content)
    expect(createEnvelope(two, [one]).rewrap(moved, place)).toBeUndefined()
    expect(() => createEnvelope(two, [one]).rewrap(sealed, { ...place, tenant: 'other' })).toThrow(CannotOpen)
  })
})

describe("an operator's key", () => {
  test.each([
    ['short', 'c2hvcnQ='],
    ['a password', 'correct horse battery staple'],
    ['all alike', 'A'.repeat(43) + '='],
    ['counting', Buffer.from(Array.from({ length: 32 }, (_, index) => index)).toString('base64')],
    ['counting in hexadecimal', '000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f'],
    ['repeating', 'deadbeef'.repeat(8)],
    ['words', Buffer.from('please-change-me-before-going-li').toString('base64')],
    ['one digit short', 'c2a7b5f0d3918e6c4b2fa01877de93c5106fb49e3ad8527cc1be09f46d2e8a3'],
  ])('that is %s is refused, without being repeated', (_, written) => {
    const problem = masterKeyProblem(written) ?? ''
    expect(problem).toContain('openssl rand -base64 32')
    expect(problem).not.toContain(written)
  })

  test('of 32 random bytes is taken, however it is written', () => {
    for (let count = 0; count < 200; count += 1) {
      const bytes = Buffer.from(crypto.getRandomValues(new Uint8Array(32)))
      const written = [bytes.toString('base64'), bytes.toString('base64url'), bytes.toString('hex')]
      expect(written.map(masterKeyProblem)).toEqual([undefined, undefined, undefined])
      expect(new Set(written.map((each) => masterKeyOf(each).id)).size).toBe(1)
    }
  })

  test('is not to be had from its id', () => {
    expect(one.id).toMatch(/^[0-9a-f]{8}$/)
    expect(one.id).not.toBe(two.id)
  })
})
