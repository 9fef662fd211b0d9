import { describe, expect, test } from 'bun:test'
import fc from 'fast-check'
import { TextArgument } from './text-argument.ts'

function textOf(pieces: readonly string[]): string {
  const argument = new TextArgument()
  return pieces.map((piece) => argument.push(piece)).join('') + argument.rest()
}

/** Cut at these places. */
function cut(text: string, places: readonly number[]): readonly string[] {
  const ends = [...new Set(places.map((place) => place % (text.length + 1)))].toSorted((a, b) => a - b)
  return [...ends, text.length].map((end, index) => text.slice(ends[index - 1] ?? 0, end))
}

describe('the text of a call', () => {
  test('is what the model wrote, however it is cut and escaped', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: 'binary' }),
        fc.array(fc.nat()),
        fc.boolean(),
        (text, places, escaped) => {
          const json = JSON.stringify({ input: text })
          const ascii = json.replace(
            /[^ -~]/g,
            (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`,
          )
          expect(textOf(cut(escaped ? ascii : json, places))).toBe(text)
        },
      ),
    )
  })

  test('is said while it arrives, without half a character', () => {
    const argument = new TextArgument()
    const pieces = ['{"in', 'put": "a', 'b\\', 'n\\ud83d', '\\ude00', '"', '}', ' {}']
    expect(pieces.map((piece) => argument.push(piece))).toEqual(['', 'a', 'b', '\n', '😀', '', '', ''])
    expect(argument.rest()).toBe('')
  })

  test.each([
    ['its only text under another name', '{"patch":"*** Begin"}', '*** Begin'],
    ['its text after another member', '{"why":"so","input":"*** Begin"}', '*** Begin'],
    ['all of it where it is no JSON', '*** Begin Patch', '*** Begin Patch'],
    ['all of it where two members could be meant', '{"a":"b","c":"d"}', '{"a":"b","c":"d"}'],
    ['all of it where there is no text', '{"input":5}', '{"input":5}'],
    ['nothing of nothing', '', ''],
    ['what came of a text that breaks off', '{"input":"ab\\u00', 'ab'],
    ['an escape that is none', '{"input":"\\q\\uzzzz"}', 'q\\uzzzz'],
    ['a raw line break', '{"input":"a\nb"}', 'a\nb'],
  ])('is %s', (_, written, text) => {
    expect(textOf([written])).toBe(text)
    expect(textOf(written.split(''))).toBe(text)
  })

  test('is held back where it cannot be known, also when it is long', () => {
    const long = `{"patch": "${'x'.repeat(100)}"}`
    const argument = new TextArgument()
    expect(
      long
        .split('')
        .map((character) => argument.push(character))
        .join(''),
    ).toBe('')
    expect(argument.rest()).toBe('x'.repeat(100))
  })
})
