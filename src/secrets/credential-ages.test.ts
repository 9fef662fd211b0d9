import { beforeEach, describe, expect, test } from 'bun:test'
import { VirtualClock } from '../../test/virtual-clock.ts'
import { CredentialAges } from './credential-ages.ts'
import type { UsedCredential } from './credential-ages.ts'

const dayMs = 86_400_000

let clock: VirtualClock
let seen: Readonly<Record<string, number>>
let due: string[]
let ages: CredentialAges

beforeEach(() => {
  clock = new VirtualClock()
  seen = {}
  due = []
  ages = newAges()
})

function newAges(): CredentialAges {
  return new CredentialAges({
    clock,
    firstSeen: {
      read: () => seen,
      write: (all) => {
        seen = all
      },
    },
    onDue: ({ account }) => due.push(account),
  })
}

function used(account: string, sinceMs?: number): UsedCredential {
  return { provider: 'sim', secret: 'env:KEY', account, sinceMs }
}

describe('the age of a credential', () => {
  test('is what its store says, or since when it is known here, over a restart too', () => {
    ages.use([used('a', clock.wallMs() - 3 * dayMs), used('b')], Infinity)
    clock.advance(dayMs)
    const next = newAges()
    next.use([used('b'), used('c')], Infinity)
    const days = (from: CredentialAges): object[] =>
      from.readings().map(({ account, ageMs, isDue }) => [account, ageMs / dayMs, isDue])
    expect([days(ages), days(next)]).toEqual([
      [
        ['a', 4, false],
        ['b', 1, false],
      ],
      [
        ['b', 1, false],
        ['c', 0, false],
      ],
    ])
  })

  test('is never below nothing when the clock is put back', () => {
    ages.use([used('a', clock.wallMs() + dayMs)], Infinity)
    expect(ages.readings()[0]?.ageMs).toBe(0)
  })

  test('that is over the bound is told when it falls due, and every day from then on', () => {
    ages.start()
    ages.use([used('a')], 2 * dayMs)
    clock.advance(2 * dayMs - 1)
    expect(due).toEqual([])
    clock.advance(600_000)
    expect(due).toEqual(['a'])
    clock.advance(dayMs)
    expect(due).toEqual(['a', 'a'])
    ages.use([used('b')], 2 * dayMs)
    clock.advance(dayMs)
    expect(due).toEqual(['a', 'a'])
    ages.stop()
    expect(clock.pending).toBe(0)
  })

  test('of an account that nobody uses any more is forgotten in the end', () => {
    ages.use([used('a')], dayMs)
    clock.advance(40 * dayMs)
    ages.use([used('b')], dayMs)
    expect(Object.keys(seen)).toEqual(['b'])
  })
})
