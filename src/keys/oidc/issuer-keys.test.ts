import { beforeEach, describe, expect, test } from 'bun:test'
import { VirtualClock } from '../../../test/virtual-clock.ts'
import { IssuerKeys } from './issuer-keys.ts'
import type { Renewal } from './issuer-keys.ts'

const minuteMs = 60_000
const dayMs = 24 * 60 * minuteMs

let clock: VirtualClock
let published: string | undefined
let asked: number
let told: Renewal[]
let keys: IssuerKeys<string>

beforeEach(() => {
  clock = new VirtualClock()
  published = 'one'
  asked = 0
  told = []
  const source = {
    fetch: () => {
      asked += 1
      return Promise.resolve(published)
    },
    read: (text: string) => (text === 'none' ? undefined : text),
  }
  keys = new IssuerKeys(source, clock, (renewal) => told.push(renewal))
})

/** Lets what was begun beside come to its end. */
const settled = (): Promise<void> => Bun.sleep(0)

describe('IssuerKeys', () => {
  test('are asked for when they are needed, by many at once only once', async () => {
    expect([keys.isBelieved(), asked]).toEqual([false, 0])
    expect(await Promise.all([keys.keys(), keys.keys(), keys.keys()])).toEqual(['one', 'one', 'one'])
    expect([keys.isBelieved(), asked, told]).toEqual([true, 1, ['changed']])
  })

  test('are renewed at most once a minute, whatever names of keys come', async () => {
    await keys.keys()
    published = 'two'
    expect([await keys.renew(), asked]).toEqual(['current', 1])
    clock.advance(minuteMs)
    expect([await keys.renew(), await keys.renew(), asked]).toEqual(['changed', 'current', 2])
    expect(await keys.keys()).toBe('two')
  })

  test('are renewed beside a call when they are ten minutes old', async () => {
    await keys.keys()
    clock.advance(10 * minuteMs)
    published = 'two'
    expect([await keys.keys(), asked]).toEqual(['one', 2])
    await settled()
    expect(await keys.keys()).toBe('two')
  })

  test('are gone by for a day while the issuer is away, and not longer', async () => {
    await keys.keys()
    published = undefined
    clock.advance(dayMs - 1)
    expect(await keys.keys()).toBe('one')
    await settled()
    clock.advance(1)
    expect([await keys.keys(), keys.isBelieved()]).toEqual([undefined, false])
    published = 'one'
    clock.advance(5_000)
    expect(await keys.keys()).toBe('one')
    expect(told).toEqual(['changed', 'away', 'current'])
  })

  test('that never came are asked for again after five seconds', async () => {
    published = undefined
    expect([await keys.keys(), await keys.renew(), asked]).toEqual([undefined, 'away', 1])
    clock.advance(5_000)
    published = 'one'
    expect([await keys.keys(), asked]).toEqual(['one', 2])
  })

  test('are not replaced by an answer without any', async () => {
    await keys.keys()
    published = 'none'
    clock.advance(minuteMs)
    expect([await keys.renew(), await keys.keys()]).toEqual(['away', 'one'])
  })
})
