import { describe, expect, test } from 'bun:test'
import type { Availability } from '../core/health.ts'
import { seededRandom } from '../../test/seeded-random.ts'
import { chooseKey, keyedName } from './choose-key.ts'
import type { ChoosableKey, KeyChoosing } from './choose-key.ts'

interface Kind {
  readonly weight?: number
  readonly stands?: Availability
  readonly isLastResort?: boolean
}

/** Of a key only what a choice looks at. */
function key(
  credential: string,
  { weight = 1, stands = 'free', isLastResort = false }: Kind = {},
): ChoosableKey {
  const health: ChoosableKey['health'] = {
    availability: () => stands,
    lastResort: () => isLastResort,
    share: () => 1,
  }
  return { name: 'sim/m', credential, keyWeight: weight, health }
}

function choosing(changes: Partial<KeyChoosing> = {}): KeyChoosing {
  return {
    nowMs: 0,
    random: seededRandom(7),
    excluded: new Set(),
    mayProbe: false,
    stickyTo: '',
    preferred: undefined,
    ...changes,
  }
}

function drawn(
  keys: readonly ChoosableKey[],
  times: number,
  how = choosing(),
): Map<string | undefined, number> {
  const counts = new Map<string | undefined, number>()
  for (let time = 0; time < times; time += 1) {
    const chosen = chooseKey(keys, how)?.credential
    counts.set(chosen, (counts.get(chosen) ?? 0) + 1)
  }
  return counts
}

describe('a key', () => {
  test('is drawn as often as its weight says, and without weight not at all', () => {
    const counts = drawn([key('a', { weight: 3 }), key('b'), key('c', { weight: 0 })], 4_000)
    expect((counts.get('a') ?? 0) / 4_000).toBeCloseTo(0.75, 1)
    expect(counts.get('c')).toBeUndefined()
  })

  test('without weight is taken when no other works', () => {
    const keys = [key('a', { stands: 'ejected' }), key('c', { weight: 0 })]
    expect(chooseKey(keys, choosing())?.credential).toBe('c')
  })

  test('is the same for calls that belong together, whatever fell out besides', () => {
    const keys = ['a', 'b', 'c', 'd'].map((name) => key(name))
    for (const stickyTo of ['one', 'two', 'three']) {
      const how = choosing({ stickyTo })
      const chosen = chooseKey(keys, how)?.credential
      expect(drawn(keys, 20, how).size).toBe(1)
      const fewer = keys.filter(({ credential }) => credential === chosen || credential === 'b')
      expect(chooseKey(fewer, how)?.credential).toBe(chosen)
    }
  })

  test('that has what is referred to comes first, if it works', () => {
    expect(drawn([key('a'), key('b')], 20, choosing({ preferred: 'b' }))).toEqual(new Map([['b', 20]]))
    const keys = [key('a'), key('b', { stands: 'ejected' })]
    expect(chooseKey(keys, choosing({ preferred: 'b' }))?.credential).toBe('a')
  })

  test('that was out is tried out where another can still take the call', () => {
    const keys = [key('a'), key('b', { stands: 'probe' })]
    expect(chooseKey(keys, choosing({ mayProbe: true }))?.credential).toBe('b')
    expect(chooseKey(keys, choosing())?.credential).toBe('a')
    expect(chooseKey([key('b', { stands: 'probe' })], choosing())?.credential).toBe('b')
  })

  test('that was tried for this call is not taken again', () => {
    const keys = [key('a'), key('b')]
    const excluded = new Set(keys.map(keyedName))
    expect(drawn(keys, 20, choosing({ excluded: new Set([keyedName(key('a'))]) }))).toEqual(
      new Map([['b', 20]]),
    )
    expect(chooseKey(keys, choosing({ excluded }))).toBeUndefined()
  })

  test('is none when none can be used, unless one may serve as the last resort', () => {
    const keys = [key('a', { stands: 'open' }), key('b', { stands: 'open', isLastResort: true })]
    expect(chooseKey(keys, choosing())?.credential).toBe('b')
    expect(chooseKey([key('a', { stands: 'open' })], choosing())).toBeUndefined()
  })
})
