import { expect, test } from 'bun:test'
import fc from 'fast-check'
import { addText } from './add-text.ts'
import { ReadyBytes } from './ready-bytes.ts'

function madeOf(text: string): Uint8Array {
  const ready = new ReadyBytes()
  const pieces: Uint8Array[] = []
  addText(text, ready)
  ready.handTo({ append: (bytes) => pieces.push(bytes) < 0 })
  expect(pieces).toHaveLength(1)
  return pieces[0] ?? Buffer.alloc(0)
}

test('pieces of any size stay as they were made', () => {
  fc.assert(
    fc.property(fc.array(fc.string({ unit: 'binary', maxLength: 1500 }), { maxLength: 60 }), (texts) => {
      const pieces = texts.map((text) => madeOf(text))
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
    expect(Buffer.from(madeOf(text)).toString()).toBe(text)
  }
})

test('half a pair of surrogates becomes what it becomes anywhere', () => {
  expect(madeOf('a\ud800')).toEqual(Buffer.from('a\ud800'))
})
