import { describe, expect, test } from 'bun:test'
import fc from 'fast-check'
import { scanJson } from './scan-json.ts'

const limits = { depthMax: 64, keysMax: 1000 }

function isJson(text: string): boolean {
  try {
    JSON.parse(text)
    return true
  } catch {
    return false
  }
}

function accepts(text: string): boolean {
  const { kind } = scanJson(text, limits)
  return kind === 'object' || kind === 'other'
}

describe('the scan of a body', () => {
  test('notes where the members of the top level stand, white space aside', () => {
    const text = ' { "a" : [1, {"b":2}] , "c":"x\\"y" }'
    const scan = scanJson(text, limits)
    if (scan.kind !== 'object') throw new Error(scan.kind)
    expect(scan.members.map(({ name, start, end }) => [name, text.slice(start, end)])).toEqual([
      ['a', '[1, {"b":2}]'],
      ['c', '"x\\"y"'],
    ])
    expect(text.slice(scan.close)).toBe('}')
  })

  test('reads a name that hides behind escapes', () => {
    expect(scanJson('{"mod\\u0065l":1}', limits)).toMatchObject({ members: [{ name: 'model' }] })
  })

  test('accepts every value that JSON.stringify prints', () => {
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 6 }), fc.nat(2), (value, indent) => {
        expect(accepts(JSON.stringify(value, null, indent))).toBe(true)
      }),
    )
  })

  test('agrees with JSON.parse on texts that are nearly JSON', () => {
    const document = '{"a":[1,2.5e3,-0,{"b":null,"c":true}],"d":"x\\n\\u00e9","e":{}}'
    const edits = fc.array(
      fc.record({
        at: fc.nat(document.length - 1),
        text: fc.constantFrom(
          '',
          '{',
          '}',
          '[',
          ']',
          '"',
          ':',
          ',',
          '0',
          '1',
          '-',
          '.',
          'e',
          'tru',
          '\\',
          ' ',
          'u',
        ),
        cut: fc.nat(2),
      }),
      { minLength: 1, maxLength: 3 },
    )
    fc.assert(
      fc.property(edits, (changes) => {
        let text = document
        for (const { at, text: added, cut } of changes)
          text = text.slice(0, at) + added + text.slice(at + cut)
        expect([text, accepts(text)]).toEqual([text, isJson(text)])
      }),
      { numRuns: 2000 },
    )
  })

  test.each([
    ['at the limit of depth', '['.repeat(64) + ']'.repeat(64), 'other'],
    ['above the limit of depth', '['.repeat(65) + ']'.repeat(65), 'too-complex'],
    ['deeper than any stack', '['.repeat(1_000_000), 'too-complex'],
  ])('a text %s is told', (_name, text, kind) => {
    expect<string>(scanJson(text, limits).kind).toBe(kind)
  })

  test('members are counted, at every depth', () => {
    const members = (count: number): string =>
      `{${Array.from({ length: count }, (_, index) => `"k${index}":{"x":1}`).join(',')}}`
    expect(scanJson(members(500), limits).kind).toBe('object')
    expect(scanJson(members(501), limits)).toEqual({ kind: 'too-complex', what: 'keys' })
  })
})
