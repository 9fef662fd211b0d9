import { describe, expect, test } from 'bun:test'
import { candidate } from '../../../test/candidates.ts'
import { seededRandom } from '../../../test/seeded-random.ts'
import { chooseSplit, splitCandidates } from './split.ts'
import type { Split } from './split.ts'

const callers = 20_000

function split(name: string, percent: number): Split {
  return { name, percent, stickyBy: 'user', takes: { tag: name } }
}

/** The split of each caller. */
function placesOf(
  splits: readonly Split[],
  nameOf = (caller: number) => `user-${caller}`,
): readonly string[] {
  const random = seededRandom(1)
  return Array.from({ length: callers }, (_, caller) => {
    return chooseSplit(splits, () => nameOf(caller), random)?.name ?? 'rest'
  })
}

function percentOf(places: readonly string[], name: string): number {
  return (places.filter((place) => place === name).length / callers) * 100
}

describe('B7 a canary', () => {
  const five = placesOf([split('canary', 5)])

  test('of 5 % is 5 % ± 0.5 % of 20,000 callers, whatever they are called', () => {
    expect(Math.abs(percentOf(five, 'canary') - 5)).toBeLessThan(0.5)
    const random = seededRandom(5)
    for (const nameOf of [
      (caller: number) => `${caller}`,
      (caller: number) => `kunde-${caller}@büro.example`,
      () => Math.floor(random() * 2 ** 48).toString(16),
    ]) {
      expect(Math.abs(percentOf(placesOf([split('canary', 5)], nameOf), 'canary') - 5)).toBeLessThan(0.5)
    }
  })

  test('keeps its callers, whatever chance says', () => {
    const again = Array.from({ length: callers }, (_, caller) => {
      return chooseSplit([split('canary', 5)], () => `user-${caller}`, seededRandom(caller))?.name ?? 'rest'
    })
    expect(again).toEqual([...five])
  })

  test('that grows keeps who was in, up to everybody', () => {
    let before = five
    for (const percent of [5.5, 10, 33.3, 50, 99, 100]) {
      const after = placesOf([split('canary', percent)])
      expect(before.every((place, caller) => place === 'rest' || after[caller] === 'canary')).toBe(true)
      expect(Math.abs(percentOf(after, 'canary') - percent)).toBeLessThan(1.1)
      before = after
    }
    expect(new Set(before)).toEqual(new Set(['canary']))
  })

  test('of another name draws other callers', () => {
    const other = placesOf([split('another', 5)])
    const both = five.filter((place, caller) => place !== 'rest' && other[caller] !== 'rest').length
    // 0.25 % by chance alone.
    expect((both / callers) * 100).toBeLessThan(0.4)
  })

  test('of 0 % is nobody', () => {
    expect(percentOf(placesOf([split('canary', 0)]), 'canary')).toBe(0)
  })

  test('takes its part of calls whose caller is not known by chance', () => {
    expect(
      Math.abs(
        percentOf(
          placesOf([split('canary', 5)], () => ''),
          'canary',
        ) - 5,
      ),
    ).toBeLessThan(0.5)
  })

  test('asks for the caller as its config says', () => {
    const asked: string[] = []
    const byHeader = { ...split('canary', 5), stickyBy: 'header x-team' }
    chooseSplit(
      [byHeader, split('other', 5)],
      (stickyBy) => {
        asked.push(stickyBy)
        return 'nobody-2'
      },
      seededRandom(1),
    )
    expect(asked[0]).toBe('header x-team')
  })
})

describe('several splits', () => {
  test('each have their percent of all callers', () => {
    const places = placesOf([split('a', 20), split('b', 30), split('c', 50)])
    for (const [name, percent] of [
      ['a', 20],
      ['b', 30],
      ['c', 50],
      ['rest', 0],
    ] as const) {
      expect(Math.abs(percentOf(places, name) - percent)).toBeLessThan(1.1)
    }
  })

  test('that promise more than there is give the last what is left', () => {
    const places = placesOf([split('a', 80), split('b', 80), split('c', 10)])
    expect(Math.abs(percentOf(places, 'b') - 20)).toBeLessThan(1)
    expect(percentOf(places, 'c')).toBe(0)
  })

  test('do not move the callers of an earlier one when a later one grows', () => {
    const before = placesOf([split('a', 10), split('b', 10)])
    const after = placesOf([split('a', 10), split('b', 40)])
    expect(before.every((place, caller) => place === 'rest' || after[caller] === place)).toBe(true)
  })
})

describe('the deployments of a split', () => {
  const old = candidate('old')
  const fresh = candidate('fresh', { tags: ['canary'] })
  const named: Split = { ...split('b', 10), takes: { deployments: new Set(['old']) } }
  const tagged = split('canary', 5)

  test('are its callers’ first, and the others stand by', () => {
    expect(splitCandidates([old, fresh], [tagged], tagged)).toEqual({ first: [fresh], otherwise: [old] })
    expect(splitCandidates([old, fresh], [named], named)).toEqual({ first: [old], otherwise: [fresh] })
  })

  test('are no one else’s first', () => {
    expect(splitCandidates([old, fresh], [tagged], undefined)).toEqual({ first: [old], otherwise: [fresh] })
  })

  test('are all, untouched, when there is no split', () => {
    const all = [old, fresh]
    expect(splitCandidates(all, [], undefined).first).toBe(all)
  })
})
