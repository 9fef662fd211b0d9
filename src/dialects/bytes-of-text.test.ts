import { expect, test } from 'bun:test'
import fc from 'fast-check'
import { bytesOfText } from './bytes-of-text.ts'

test('pieces of any size stay as they were made', () => {
  fc.assert(
    fc.property(fc.array(fc.string({ unit: 'binary', maxLength: 1500 }), { maxLength: 60 }), (texts) => {
      const pieces = texts.map((text) => bytesOfText(text))
      expect(pieces.map((piece) => Buffer.from(piece).toString())).toEqual(
        texts.map((text) => Buffer.from(text).toString()),
      )
    }),
    { numRuns: 20 },
  )
})

test.each([0, 1, 1023, 1024, 1025])('a text of %p characters of three bytes each is whole', (length) => {
  const text = '–'.repeat(length)
  for (let turn = 0; turn < 10; turn += 1) {
    expect(Buffer.from(bytesOfText(text)).toString()).toBe(text)
  }
})

test('half a pair of surrogates becomes what it becomes anywhere', () => {
  expect(bytesOfText('a\ud800')).toEqual(Buffer.from('a\ud800'))
})
