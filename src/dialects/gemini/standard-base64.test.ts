import { describe, expect, test } from 'bun:test'
import fc from 'fast-check'
import { standardBase64 } from './standard-base64.ts'

describe('base64 of a Gemini client', () => {
  test('becomes the standard form, whichever form it had', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 1, maxLength: 40 }), (bytes) => {
        const standard = Buffer.from(bytes).toString('base64')
        const unpadded = standard.replaceAll('=', '')
        const ofUrls = standard.replaceAll('+', '-').replaceAll('/', '_')
        for (const form of [standard, unpadded, ofUrls, Buffer.from(bytes).toString('base64url')]) {
          expect(standardBase64(form, 'data')).toBe(standard)
        }
      }),
    )
  })

  test.each(['', 'a', 'ab=', 'abc==', 'ab==c', 'a b=', '=', '====', 'abcde', 'äbcd', 'ab\n='])(
    'is not %j',
    (text) => {
      expect(() => standardBase64(text, 'data')).toThrow(/data/)
    },
  )
})
