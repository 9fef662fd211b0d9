import { describe, expect, test } from 'bun:test'
import fc from 'fast-check'
import { inThousandths } from './duration-text.ts'

describe('a duration as text', () => {
  test('is the number rounded to thousandths, as the language would print it', () => {
    fc.assert(
      fc.property(fc.double({ min: 0, max: 1e7, noNaN: true }), (value) => {
        expect(inThousandths(value)).toBe(String(Math.round(value * 1000) / 1000))
      }),
      { examples: [[0], [0.0004], [0.9996], [1], [1.5], [12.034], [999.9999], [7]] },
    )
  })
})
