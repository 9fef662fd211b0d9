import { describe, expect, test } from 'bun:test'
import { seededRandom } from '../../../test/seeded-random.ts'
import { maskNames } from './mask-names.ts'
import { masked } from './masked.ts'

const all = (text: string): string => masked(text, maskNames, text.length)

describe('D8 masks', () => {
  test('hide API keys of many makers', () => {
    expect(all('use sk-proj-abcDEF123456_789-xyz now')).toBe('use [key] now')
    expect(all('sp_pb96e0fg_0123456789abcdefghij')).toBe('[key]')
    expect(all('key=AKIAIOSFODNN7EXAMPLE;')).toBe('key=[key];')
    expect(all('AIzaSyA1234567890abcdefghijklmnopqrstuv ghp_abcdefghij0123456789ABCDEFGHIJ012345')).toBe(
      '[key] [key]',
    )
    expect(all('postgres://app:hunter2hunter2@db/x')).toBe('postgres://app:[key]@db/x')
    expect(all('-----BEGIN RSA PRIVATE KEY-----\nMIIE\n-----END RSA PRIVATE KEY-----\nbye')).toBe(
      '[key]\nbye',
    )
    expect(all('-----BEGIN PRIVATE KEY-----\nMIIE and no end')).toBe('[key]')
  })

  test('hide bearer tokens', () => {
    expect(all('authorization: Bearer abc.def-ghi123==')).toBe('authorization: Bearer [token]')
    expect(all('eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0In0.c2lnbmF0dXJl')).toBe('[token]')
  })

  test('hide e-mail addresses, and not the end of the sentence', () => {
    expect(all('Write to jürgen.o+x@mail.example.de. Or to a@b.co, soon.')).toBe(
      'Write to [email]. Or to [email], soon.',
    )
    expect(all('@you a@b @ x@.de me@host.')).toBe('@you a@b @ x@.de me@host.')
  })

  test('hide card numbers whose check digit is right, in any groups, also beside other numbers', () => {
    expect(all('4111 1111 1111 1111')).toBe('[card]')
    expect(all('4111-1111-1111-1111, 378282246310005.')).toBe('[card], [card].')
    expect(all('order 12 4111 1111 1111 1111 12/27')).toBe('order 12 [card] 12/27')
    expect(all('4111 1111 1111 1112 and 1700000000000')).toBe('4111 1111 1111 1112 and 1700000000000')
  })

  test('hide IBANs whose check digits are right', () => {
    expect(all('DE89 3704 0044 0532 0130 00 by Friday')).toBe('[iban] by Friday')
    expect(all('to GB82WEST12345698765432.')).toBe('to [iban].')
    expect(all('no93 8601 1117 947 x')).toBe('[iban] x')
    const wrong = 'DE89 3704 0044 0532 0130 01'
    expect(masked(wrong, ['iban'], wrong.length)).toBe(wrong)
  })

  test('leave ordinary words alone', () => {
    const text = 'A task-management-system of 2026-11-21, v1.2.3, 555-0100, ask-me-anything-you-like-now.'
    expect(all(text)).toBe(text)
  })

  test('that are not wanted are not there', () => {
    expect(masked('a@b.de 4111111111111111', ['email'], 100)).toBe('[email] 4111111111111111')
    expect(masked('a@b.de', [], 100)).toBe('a@b.de')
  })

  test('hide what lies over the cut', () => {
    for (let cut = 1; cut < 24; cut += 1) {
      const text = masked('card 4111111111111111 end', maskNames, cut)
      expect(text).not.toContain('4')
      expect(text.length).toBeLessThanOrEqual(cut + '[card]'.length)
    }
    expect(masked('ab😀', maskNames, 3)).toBe('ab')
  })

  test('take time in proportion to the text, whatever it is made of', () => {
    const random = seededRandom(7)
    const bits = [
      'sk-',
      'eyJ',
      'a',
      '@',
      '.',
      '4',
      '1 ',
      'DE89',
      '-----BEGIN PRIVATE KEY-----',
      'bearer ',
      '://a:',
      '\u00a0',
    ]
    const hard = [
      'sk-'.repeat(30_000),
      'eyJ'.repeat(30_000),
      'a@'.repeat(50_000),
      `${'a'.repeat(100_000)}@`,
      '4 '.repeat(50_000),
      '4'.repeat(100_000),
      'DE89 '.repeat(20_000),
      '-----BEGIN PRIVATE KEY-----'.repeat(4_000),
      '://a:'.repeat(20_000),
      'bearer '.repeat(15_000),
      Array.from({ length: 40_000 }, () => bits[Math.floor(random() * bits.length)]).join(''),
    ]
    for (const text of hard) {
      const began = performance.now()
      all(text)
      // A tenth of a megabyte; what backtracks takes seconds, and grows with the square.
      expect(performance.now() - began).toBeLessThan(1_000)
    }
  })
})
