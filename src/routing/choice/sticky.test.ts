import { describe, expect, test } from 'bun:test'
import { candidate, context, tally } from '../../../test/candidates.ts'
import { choose } from './choose.ts'
import type { Candidate } from './candidate.ts'

const callers = 20_000

function placeOf(candidates: readonly Candidate[], caller: number): string {
  const choice = choose(candidates, 'weighted', context({ stickyTo: `user-${caller}` }))
  return choice.kind === 'one' ? choice.candidate.name : choice.kind
}

function placesOf(candidates: readonly Candidate[]): readonly string[] {
  return Array.from({ length: callers }, (_, caller) => placeOf(candidates, caller))
}

/** Moves from one place to another, as "from>to". */
function moves(before: readonly string[], after: readonly string[]): ReadonlySet<string> {
  return new Set(
    before.flatMap((from, caller) => (from === after[caller] ? [] : [`${from}>${after[caller]}`])),
  )
}

const a = candidate('a', { weight: 1 })
const b = candidate('b', { weight: 2 })
const c = candidate('c', { weight: 5 })

describe('a caller that sticks', () => {
  const before = placesOf([a, b, c])

  test('is where it was, in whatever order the list is and whatever the policy', () => {
    expect(placesOf([c, a, b])).toEqual(before)
    const choice = choose([a, b, c], 'least_cost', context({ stickyTo: 'user-7' }))
    expect(choice).toMatchObject({ candidate: { name: before[7] }, because: 'sticky' })
  })

  test('is spread with the others by weight', () => {
    const counts = tally(callers, (caller) =>
      choose([a, b, c], 'weighted', context({ stickyTo: `user-${caller}` })),
    )
    let chiSquare = 0
    for (const { name, weight } of [a, b, c]) {
      const expected = (callers * weight) / 8
      chiSquare += ((counts.get(name) ?? 0) - expected) ** 2 / expected
    }
    // 2 degrees of freedom: 13.8 is passed by chance once in a thousand.
    expect(chiSquare).toBeLessThan(13.8)
  })

  test('moves only off a deployment that is gone, and back when it is there again', () => {
    const after = placesOf([a, b, candidate('c', { weight: 5, is: 'cooling' })])
    expect([...moves(before, after)].toSorted()).toEqual(['c>a', 'c>b'])
    expect(placesOf([a, b, c])).toEqual(before)
  })

  test('moves only onto a deployment that is new', () => {
    const after = placesOf([a, b, c, candidate('d', { weight: 2 })])
    expect([...moves(before, after)].toSorted()).toEqual(['a>d', 'b>d', 'c>d'])
    const moved = after.filter((place) => place === 'd').length
    expect(Math.abs(moved - callers * 0.2)).toBeLessThan(3 * Math.sqrt(callers * 0.2 * 0.8))
  })

  test('moves only onto the one whose weight grows', () => {
    const after = placesOf([candidate('a', { weight: 2 }), b, c])
    expect([...moves(before, after)].toSorted()).toEqual(['b>a', 'c>a'])
  })

  test('comes back caller by caller to one that starts slowly, and then stays', () => {
    const at = (share: number) => placesOf([candidate('a', { share }), b, c])
    const early = at(0.1)
    const late = at(0.6)
    const back = (places: readonly string[]) =>
      places.flatMap((place, caller) => (place === 'a' ? [caller] : []))
    const stayed = new Set(back(late))
    expect(back(early).every((caller) => stayed.has(caller))).toBe(true)
    expect(back(early).length).toBeLessThan(back(late).length / 4)
  })

  test('goes by the same order after a failed attempt', () => {
    for (let caller = 0; caller < 200; caller++) {
      const stickyTo = `user-${caller}`
      const first = before[caller] ?? ''
      const next = choose([a, b, c], 'weighted', context({ stickyTo, excluded: new Set([first]) }))
      const without = choose(
        [a, b, c].filter(({ name }) => name !== first),
        'weighted',
        context({ stickyTo }),
      )
      expect(next).toEqual(without)
    }
  })

  test('does not go to one of weight 0 while there are others', () => {
    expect(new Set(placesOf([a, candidate('z', { weight: 0 })]))).toEqual(new Set(['a']))
    expect(placeOf([candidate('z', { weight: 0 }), candidate('y', { weight: 0 })], 1)).toMatch(/^[yz]$/)
  })
})
