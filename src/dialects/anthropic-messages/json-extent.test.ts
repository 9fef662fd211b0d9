import { describe, expect, test } from 'bun:test'
import fc from 'fast-check'
import { openJsonExtent } from './json-extent.ts'

describe('JSON text in pieces', () => {
  test('is whole exactly when its last brace has come, however it is cut', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.jsonValue()), fc.nat(20), (value, size) => {
        const text = JSON.stringify(value)
        const extent = openJsonExtent()
        for (let at = 0; at < text.length; at += size + 1) {
          expect(extent.isWhole()).toBe(false)
          extent.push(text.slice(at, at + size + 1))
        }
        expect(extent.isWhole()).toBe(true)
      }),
      { numRuns: 100 },
    )
  })

  test('that is no object is never whole', () => {
    const extent = openJsonExtent()
    extent.push('"a" 5 {"b": "}')
    expect(extent.isWhole()).toBe(false)
  })
})
