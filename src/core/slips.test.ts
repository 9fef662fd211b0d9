import { expect, test } from 'bun:test'
import fc from 'fast-check'
import { slipsBetween } from './slips.ts'

test.each([
  ['', '', 0],
  ['', 'abc', 3],
  ['port', 'port', 0],
  ['prot', 'port', 1],
  ['prt', 'port', 1],
  ['poort', 'port', 1],
  ['part', 'port', 1],
  ['kitten', 'sitting', 3],
  ['ca', 'abc', 3],
] as const)('between %p and %p there are %p slips', (one, other, slips) => {
  expect([slipsBetween(one, other, 9), slipsBetween(other, one, 9)]).toEqual([slips, slips])
})

test('more slips than are asked for are one more than that', () => {
  expect([1, 2, 3].map((most) => slipsBetween('kitten', 'sitting', most))).toEqual([2, 3, 3])
  expect(slipsBetween('a', 'b', 0)).toBe(1)
  expect(slipsBetween('a', 'a', -1)).toBe(0)
})

test('slips are counted as the plain definition counts them, whatever the words and the bound', () => {
  const word = fc.string({ unit: fc.constantFrom('a', 'b', 'c'), maxLength: 9 })
  fc.assert(
    fc.property(word, word, fc.nat(10), (one, other, most) => {
      expect(slipsBetween(one, other, most)).toBe(Math.min(most + 1, plainly(one, other)))
    }),
  )
})

test('long words are measured, too', () => {
  expect(slipsBetween('a'.repeat(700), 'b'.repeat(700), 1_000)).toBe(700)
})

/** By its recurrence: slow, and without a table to get wrong. */
function plainly(one: string, other: string): number {
  const known = new Map<string, number>()
  const slips = (row: number, column: number): number => {
    if (row === 0 || column === 0) return row + column
    const place = `${row} ${column}`
    const seen = known.get(place)
    if (seen !== undefined) return seen
    const isSame = one[row - 1] === other[column - 1]
    const isSwapped =
      row > 1 && column > 1 && one[row - 1] === other[column - 2] && one[row - 2] === other[column - 1]
    const least = Math.min(
      slips(row - 1, column) + 1,
      slips(row, column - 1) + 1,
      slips(row - 1, column - 1) + (isSame ? 0 : 1),
      isSwapped ? slips(row - 2, column - 2) + 1 : Infinity,
    )
    known.set(place, least)
    return least
  }
  return slips(one.length, other.length)
}
