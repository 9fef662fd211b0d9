import { describe, expect, test } from 'bun:test'
import fc from 'fast-check'
import { withoutSpans } from './json-body.ts'
import { elementSpans, indexesHolding, memberSpans, pickedMembers, valueAt } from './json-spans.ts'

/** As bodies are read: one character for each byte. */
function latin1(json: string): string {
  return Buffer.from(json).toString('latin1')
}

const spaces = fc.constantFrom(undefined, 1, '\t')

describe('places in JSON text', () => {
  test('are those of the elements, whatever they are', () => {
    fc.assert(
      fc.property(fc.array(fc.jsonValue()), spaces, (values, indent) => {
        const text = latin1(JSON.stringify(values, undefined, indent))
        const found = elementSpans(text, 0).map((span) => valueAt(text, span))
        expect(found).toEqual(JSON.parse(JSON.stringify(values)))
      }),
      { numRuns: 50 },
    )
  })

  test('are those of the members, whatever they are', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.jsonValue()), spaces, (value, indent) => {
        const text = latin1(JSON.stringify(value, undefined, indent))
        const members = memberSpans(text, 0)
        expect(members.map((member) => valueAt(text, member))).toEqual(
          Object.values(JSON.parse(JSON.stringify(value)) as object),
        )
      }),
      { numRuns: 50 },
    )
  })

  test('are none where something else begins', () => {
    expect(elementSpans('{"a":[1]}', 0)).toEqual([])
    expect(memberSpans('[{"a":1}]', 0)).toEqual([])
    expect(memberSpans('"text"', 0)).toEqual([])
    expect(elementSpans('[ ]', 0)).toEqual([])
    expect(memberSpans('{ }', 0)).toEqual([])
  })

  test('are found below others, and behind escapes', () => {
    const text = String.raw`{"a":"\\\"[{","b\u0065":[{"x":1},[2,{}],"]",null] }`
    const [first, second] = memberSpans(text, 0)
    expect([first?.name, second?.name]).toEqual(['a', 'be'])
    expect(elementSpans(text, second?.start ?? 0)).toHaveLength(4)
  })

  test('hold only the members that are asked for', () => {
    const text = latin1('{"big":[1,2,3],"name":"Zoë","last":{"n":1}}')
    expect(pickedMembers(text, 0, new Set(['name', 'last', 'none']))).toEqual({ name: 'Zoë', last: { n: 1 } })
  })

  test('of those that hold a text are all that do', () => {
    const text = '["a mark", "b", "c mark mark", "d", "mark"]'
    expect(indexesHolding(text, elementSpans(text, 0), 'mark')).toEqual([0, 2, 4])
    expect(indexesHolding(text, elementSpans(text, 0), 'gone')).toEqual([])
    expect(indexesHolding(text, [], 'mark')).toEqual([])
  })
})

describe('taking elements out', () => {
  test('leaves the others, whichever they are', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.jsonValue(), fc.boolean())), spaces, (entries, indent) => {
        const values = entries.map(([value]) => value)
        const text = latin1(JSON.stringify(values, undefined, indent))
        const splices = withoutSpans(elementSpans(text, 0), (index) => entries[index]?.[1] === true)
        let left = text
        for (const { start, end } of splices.toReversed()) left = left.slice(0, start) + left.slice(end)
        const kept = entries.filter(([, isOut]) => !isOut).map(([value]) => value)
        expect(JSON.parse(Buffer.from(left, 'latin1').toString())).toEqual(JSON.parse(JSON.stringify(kept)))
      }),
      { numRuns: 50 },
    )
  })
})
