import { beforeEach, describe, expect, test } from 'bun:test'
import { memoryChannels } from '../../test/memory-channel.ts'
import type { MemoryChannel } from '../../test/memory-channel.ts'
import { VirtualClock } from '../../test/virtual-clock.ts'
import { KeyNews } from './key-news.ts'

const nobody = { revokedWithin: () => [], revokedElsewhere: () => {} }

let clock: VirtualClock
/** What all gateways have in common. */
let version: number
let gateways: readonly { readonly news: KeyNews; look(): void; readonly looks: () => number }[]
let channels: readonly MemoryChannel[]

beforeEach(() => {
  clock = new VirtualClock()
  version = 1
  channels = memoryChannels(3)
  gateways = channels.map((channel) => {
    let known = version
    let looks = 0
    const look = (): void => {
      looks++
      if (known === version) return
      known = version
      news.noticed()
    }
    const news = new KeyNews({ channel, clock, look, ...nobody })
    return { news, look, looks: () => looks }
  })
})

const looks = (): readonly number[] => gateways.map((gateway) => gateway.looks())
const said = (): readonly number[] => channels.map((channel) => channel.said.length)

describe('KeyNews', () => {
  test('has the others look at once, and none of them says it again', async () => {
    version++
    gateways[0]?.look()
    await Promise.resolve()
    clock.advance(10_000)
    expect(looks()).toEqual([1, 1, 1])
    expect(said()).toEqual([1, 0, 0])
  })

  test('says many changes in few words, and the last of them is said', async () => {
    for (let change = 0; change < 1_000; change++) {
      version++
      gateways[0]?.look()
      clock.advance(1)
      await Promise.resolve()
    }
    clock.advance(100)
    await Promise.resolve()
    expect(said()).toEqual([11, 0, 0])
    const before = looks()
    gateways[1]?.look()
    clock.advance(1_000)
    // It has nothing left to notice.
    expect(said()).toEqual([11, 0, 0])
    expect(looks()[1]).toBe((before[1] ?? 0) + 1)
  })

  test('looks when words may have been missed', () => {
    channels[2]?.gap()
    expect(looks()).toEqual([0, 0, 1])
  })

  test('looks once more when a word comes while it looks', async () => {
    const [one, other] = memoryChannels(2)
    if (one === undefined || other === undefined) throw new Error('two channels')
    const open: (() => void)[] = []
    const look = (): Promise<void> => new Promise((resolve) => void open.push(resolve))
    expect(new KeyNews({ channel: other, clock, look, ...nobody })).toBeDefined()
    for (let word = 0; word < 5; word++) one.say('keys', '')
    expect(open).toHaveLength(1)
    open[0]?.()
    await Promise.resolve()
    await Promise.resolve()
    expect(open).toHaveLength(2)
    open[1]?.()
    await Promise.resolve()
    await Promise.resolve()
    expect(open).toHaveLength(2)
  })

  test('names the keys that were revoked just now', async () => {
    const [one, other] = memoryChannels(2)
    if (one === undefined || other === undefined) throw new Error('two channels')
    const heard: string[] = []
    const revokedElsewhere = (ids: ReadonlySet<string>): void => void heard.push(...ids)
    const look = (): void => void heard.push('look')
    expect(new KeyNews({ channel: other, clock, look, ...nobody, revokedElsewhere })).toBeDefined()
    const news = new KeyNews({ channel: one, clock, look, ...nobody, revokedWithin: () => ['k1', 'k2'] })
    news.noticed()
    await Promise.resolve()
    await Promise.resolve()
    // Whoever looks may find only then that there is nothing to be seen.
    expect(heard).toEqual(['k1', 'k2', 'look', 'k1', 'k2'])
  })
})
