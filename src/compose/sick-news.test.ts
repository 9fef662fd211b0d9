import { beforeEach, describe, expect, test } from 'bun:test'
import { memoryChannels } from '../../test/memory-channel.ts'
import type { MemoryChannel } from '../../test/memory-channel.ts'
import { VirtualClock } from '../../test/virtual-clock.ts'
import { defaultHealthSettings } from '../routing/health/health-settings.ts'
import type { DeploymentHealth } from '../routing/health/deployment-health.ts'
import type { RoutingMemory } from '../routing/routing-memory.ts'
import { memoryWithNews } from './sick-news.ts'

const place = { provider: 'p', providerModel: 'm', credential: 'one' }
let clock: VirtualClock
let channels: readonly MemoryChannel[]
let memories: readonly RoutingMemory[]
let changes: string[]

beforeEach(() => {
  clock = new VirtualClock()
  channels = memoryChannels(3)
  changes = []
  memories = channels.slice(0, 2).map((channel, index) =>
    memoryWithNews({ channel, clock, random: () => 0.5 }, (_, { from, to, reason }) => {
      changes.push(`${index}: ${from}>${to} ${reason}`)
    }),
  )
})

function healthOf(index: number, where = place): DeploymentHealth {
  const memory = memories[index]
  if (memory === undefined) throw new Error('no such gateway')
  return memory.health.of(where, defaultHealthSettings, clock.nowMs())
}

function call(health: DeploymentHealth, verdict: 'failure' | 'success' | 'timeout'): void {
  health.begin(clock.nowMs()).end(clock.nowMs(), verdict)
}

const standings = (): readonly string[] => [0, 1].map((index) => healthOf(index).standing(clock.nowMs()))

function failAt(index: number): void {
  for (let failure = 0; failure < 5; failure++) call(healthOf(index), 'failure')
}

describe('sickNews', () => {
  test('makes suspect at others what one has taken out, and no more than that', () => {
    healthOf(1)
    failAt(0)
    expect(standings()).toEqual(['open', 'suspect'])
    expect(healthOf(1).share(clock.nowMs())).toBe(0.05)
    expect(healthOf(1).availability(clock.nowMs())).toBe('free')
    // A suspicion is not told on.
    expect(channels.map(({ said }) => said.length)).toEqual([1, 0, 0])
    expect(changes).toEqual(['0: closed>open failures_in_row', '1: closed>suspect told_by_others'])
  })

  test('is forgotten when the time is over for which the other leaves it alone', () => {
    healthOf(1)
    failAt(0)
    clock.advance(9_999)
    expect(standings()[1]).toBe('suspect')
    clock.advance(1)
    expect(standings()).toEqual(['half_open', 'closed'])
  })

  test('is forgotten at the first content, and taken up by the first timeout', () => {
    healthOf(1)
    failAt(0)
    call(healthOf(1), 'success')
    expect(standings()[1]).toBe('closed')
    clock.advance(120_000)
    failAt(0)
    for (let probe = 0; probe < 3; probe++) call(healthOf(0), 'success')
    clock.advance(120_000)
    failAt(0)
    expect(standings()).toEqual(['open', 'suspect'])
    call(healthOf(1), 'timeout')
    expect(standings()[1]).toBe('open')
  })

  test('knows the account, and a gateway’s only one by another name', () => {
    const other = { ...place, credential: 'two' }
    healthOf(1, other)
    failAt(0)
    expect(healthOf(1, other).standing(clock.nowMs())).toBe('suspect')
    call(healthOf(1, other), 'success')
    healthOf(1, { ...place, credential: 'three' })
    clock.advance(120_000)
    failAt(0)
    expect(healthOf(1, other).standing(clock.nowMs())).toBe('closed')
  })

  test('does not tell what an operator wants of one gateway', () => {
    healthOf(0).eject(clock.nowMs(), 'operator', 60_000)
    expect(channels[0]?.said).toEqual([])
  })

  test('is not moved by words that nobody of us says', () => {
    healthOf(1)
    const { provider, providerModel, credential } = place
    const words = [
      '',
      'null',
      '[]',
      '{',
      '{}',
      JSON.stringify({ provider, providerModel, credential }),
      JSON.stringify({ provider, providerModel, credential, forMs: 'long' }),
      JSON.stringify({ provider, providerModel, credential, forMs: -1 }),
      JSON.stringify({ provider: 1, providerModel, credential, forMs: 1_000 }),
      JSON.stringify({ provider: 'nobody', providerModel, credential, forMs: 1_000 }),
    ]
    for (const word of words) channels[2]?.say('sick', word)
    expect(standings()[1]).toBe('closed')
    channels[2]?.say('sick', JSON.stringify({ ...place, forMs: 1e308 }))
    expect(standings()[1]).toBe('suspect')
    clock.advance(30_000)
    expect(standings()[1]).toBe('closed')
  })
})
