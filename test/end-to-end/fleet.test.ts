// Several gateways with a Redis in common: their limits and budgets are one, whichever of them is asked, and whatever becomes
// of one of them.
import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { hasRedis, startRedis } from '../servers/redis.ts'
import type { TestRedis } from '../servers/redis.ts'
import { startSimulator } from '../simulator/start-simulator.ts'
import type { Simulator } from '../simulator/start-simulator.ts'
import { until } from '../until.ts'
import { askOften, LimitedCallers } from './limited-callers.ts'
import { startGateway } from './start-gateway.ts'
import type { RunningGateway } from './start-gateway.ts'

const names = ['requests', 'tokens', 'money', 'places', 'streams', 'killed']
const callers = new LimitedCallers('fleets', names)
const environment = callers.environment()

function configWith(of: Simulator, redis: string): string {
  const own = ['server: { drain_delay: 0s }', `redis: ${redis}`]
  return callers.config(of, own, ['money', 'streams', 'killed'])
}

function ask(url: string, name: string, more: object = {}): Promise<Response> {
  return callers.ask(url, name, more)
}

describe.skipIf(!hasRedis)('gateways with a Redis in common', () => {
  let redis: TestRedis
  let simulator: Simulator
  let gateways: readonly [RunningGateway, RunningGateway]

  beforeAll(async () => {
    redis = await startRedis()
    simulator = await startSimulator({ keys: 'any' })
    const config = configWith(simulator, redis.url)
    gateways = await Promise.all([
      startGateway({ config, environment }),
      startGateway({ config, environment }),
    ])
    // Each has heard of the other.
    for (const { url } of gateways)
      await until(async () => (await metric(url, 'sallyport_fleet_gateways')) === 2)
  })

  afterAll(async () => {
    for (const gateway of gateways) await gateway.stop('SIGKILL')
    await simulator.stop()
    await redis[Symbol.asyncDispose]()
  })

  /** Asks both in turns, so many at a time; gives the statuses. */
  function askBoth(name: string, calls: number, more: object = {}): Promise<number[]> {
    return askOften(calls, (call) => ask(gateways[call % 2]?.url ?? '', name, more))
  }

  test('let through as many requests as the limit says, together', async () => {
    const statuses = await askBoth('requests', 160)
    const granted = statuses.filter((status) => status === 200).length
    // What comes in again while the test runs is less than two.
    expect(granted).toBeWithin(100, 102)
    expect(new Set(statuses)).toEqual(new Set([200, 429]))
  })

  test('say what is left of what all have used', async () => {
    const headers: (string | null)[] = []
    for (const { url } of gateways) {
      const response = await ask(url, 'tokens', { max_tokens: 50 })
      headers.push(response.headers.get('x-ratelimit-remaining-tokens'))
      await response.arrayBuffer()
      // What was really used is told a moment after the answer.
      await until(async () => (await pendingNotes(url)) === 0)
    }
    expect(Number(headers[1])).toBeLessThan(Number(headers[0]))
  })

  test('let through as many tokens as the limit says, and a call of each place more', async () => {
    const statuses = await askBoth('tokens', 200)
    const granted = statuses.filter((status) => status === 200).length
    expect(granted).toBeWithin(95, 101)
  })

  test('spend a budget once', async () => {
    const statuses = await askBoth('money', 150)
    // A dollar is a hundred answers of a cent.
    expect(statuses.filter((status) => status === 200).length).toBe(100)
    expect(new Set(statuses)).toEqual(new Set([200, 429]))
  })

  test('count calls at a time over all of them, and free their places', async () => {
    const open = await Promise.all(
      [0, 1, 0, 1, 0].map((which) => ask(gateways[which]?.url ?? '', 'places', { model: 'slow' })),
    )
    const statuses = open.map(({ status }) => status)
    expect(statuses.filter((status) => status === 200).length).toBe(3)
    await Promise.all(open.map((response) => response.arrayBuffer()))
    await until(async () => (await ask(gateways[1].url, 'places')).status === 200)
  })

  test('do not spend more when one of them is killed in the middle', async () => {
    const own = await startGateway({ config: configWith(simulator, redis.url), environment })
    const running = Array.from({ length: 20 }, () =>
      ask(own.url, 'killed', { model: 'lasting', stream: true }),
    )
    await Promise.all(running)
    await own.stop('SIGKILL')
    const statuses = await askBoth('killed', 150)
    const granted = statuses.filter((status) => status === 200).length
    // Twenty cents are held for calls that nobody will end, and five for the gateway itself: what they cost is part of
    // the dollar.
    expect(granted).toBeWithin(75, 81)
  })
})

async function metric(url: string, name: string): Promise<number> {
  const text = await (await fetch(`${url}/metrics`)).text()
  return Number(new RegExp(`^${name}(?:{[^}]*})? (\\S+)$`, 'm').exec(text)?.[1] ?? Number.NaN)
}

async function pendingNotes(url: string): Promise<number> {
  return await metric(url, 'sallyport_fleet_notes_waiting')
}
