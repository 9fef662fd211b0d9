// A deployment with so many places: who waits for one, who goes next, who is told that it is no use, and who leaves.
import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import type { Simulator } from '../simulator/start-simulator.ts'
import { until } from '../until.ts'
import {
  ask,
  attemptsOf,
  failureOf,
  messages,
  sdkOf,
  standing,
  startFailoverWorld,
} from './failover-world.ts'
import type { FailoverWorld } from './failover-world.ts'
import { bearer } from './five-dialects.ts'

let world: FailoverWorld

/** Answers after so long that a test can look at those who wait meanwhile. */
const unhurried = 'head-delay:300'
const places = 2

function small(name: string): string {
  return `  ${name}: { deployments: [{ provider: a, model: "${unhurried}+report:${name}", max_concurrency: ${places} }] }`
}

beforeAll(async () => {
  world = await startFailoverWorld(
    [
      ...['turns', 'crowd', 'leavers', 'sick', 'direct'].map(small),
      '  late: { deployments: [{ provider: a, model: "head-delay:1200+report:late", max_concurrency: 2 }] }',
      '  fussy:',
      '    on_unsupported: error',
      '    deployments:',
      '      - { provider: claude, model: "tokens:3" }',
      `      - { provider: b, model: "${unhurried}+report:fussy", max_concurrency: 1 }`,
      '  premium:',
      `    max_concurrency: ${places}`,
      '    policy: round_robin',
      '    deployments:',
      `      - { provider: a, model: "${unhurried}+report:premium" }`,
      `      - { provider: b, model: "${unhurried}+report:premium" }`,
      '  pair:',
      '    deployments:',
      `      - { provider: a, model: "${unhurried}+report:pair", max_concurrency: 1 }`,
      `      - { provider: b, model: "${unhurried}+report:pair", max_concurrency: 1 }`,
    ].join('\n'),
  )
})

afterAll(() => world[Symbol.asyncDispose]())

/** The largest number of calls of a model that a provider had at once. */
function mostAtOnce({ bill }: Simulator, model: string): number {
  const entries = bill.filter((entry) => entry.model === `${unhurried}+report:${model}`)
  return Math.max(
    ...entries.map(
      ({ receivedAtMs: atMs }) =>
        entries.filter((other) => other.receivedAtMs <= atMs && (other.endedAtMs ?? Infinity) > atMs).length,
    ),
  )
}

function requestsFor({ requests }: Simulator, model: string): number {
  return requests.filter(({ body }) => Buffer.from(body).includes(`report:${model}"`)).length
}

async function callsInFlight(): Promise<number> {
  const scraped = await fetch(`${world.gateway.url}/metrics`, { headers: bearer })
  return Number(/^sallyport_calls_in_flight (\d+)$/m.exec(await scraped.text())?.[1])
}

test('B5 a model has so many places of its own, whatever its deployments could take', async () => {
  const calls = Array.from({ length: 6 }, () => ask(world.gateway, 'premium'))
  const answered = await Promise.all(calls)
  expect(answered.map(({ attempts }) => attempts)).toEqual(Array.from({ length: 6 }, () => '1'))
  const together = [...world.a.bill, ...world.b.bill]
  expect(mostAtOnce({ ...world.a, bill: together }, 'premium')).toBe(places)
  expect([requestsFor(world.a, 'premium'), requestsFor(world.b, 'premium')]).toEqual([3, 3])
})

describe('more calls than a deployment has places', () => {
  test('wait, and are served in turn', async () => {
    const calls = Array.from({ length: 6 }, () => ask(world.gateway, 'turns'))
    const answered = await Promise.all(calls)
    expect(answered.map(({ attempts }) => attempts)).toEqual(Array.from({ length: 6 }, () => '1'))
    expect(mostAtOnce(world.a, 'turns')).toBe(places)
    expect(await attemptsOf(world.gateway, answered[5]?.callId ?? '')).toEqual(['first a ok'])
  })

  test('fill the places of all deployments first', async () => {
    const answered = await Promise.all(Array.from({ length: 4 }, () => ask(world.gateway, 'pair')))
    expect(answered.map(({ deployment }) => deployment?.slice(0, 1)).sort()).toEqual(['a', 'a', 'b', 'b'])
    expect([mostAtOnce(world.a, 'pair'), mostAtOnce(world.b, 'pair')]).toEqual([1, 1])
  })

  test('are refused where as many wait as may: twice the places', async () => {
    const calls = Array.from({ length: 10 }, () =>
      ask(world.gateway, 'crowd').then(
        () => 'ok',
        (failure: { status?: number; code?: string; headers?: Headers }) =>
          `${failure.status} ${failure.code} ${failure.headers?.get('retry-after')}`,
      ),
    )
    const seen = await Promise.all(calls)
    expect(seen.filter((one) => one === 'ok')).toHaveLength(places + 2 * places)
    expect(new Set(seen)).toEqual(new Set(['ok', '503 model_busy 1']))
  })

  test('of one that clients name themselves count as well', async () => {
    const name = `a/${unhurried}+report:direct`
    const both = [name, 'direct', name, 'direct'].map((model) => ask(world.gateway, model))
    await Promise.all(both)
    expect(mostAtOnce(world.a, 'direct')).toBe(places)
  })
})

describe('a client that waits for a place', () => {
  test('is not sent to one that is free and cannot carry it', async () => {
    const carried = { model: 'fussy', messages: [...messages], logit_bias: { '5': 1 } }
    const { chat } = sdkOf(world.gateway)
    const both = [1, 2, 3].map(() => chat.completions.create(carried).withResponse())
    const names = (await Promise.all(both)).map(({ response }) =>
      response.headers.get('x-sallyport-deployment'),
    )
    expect(names).toEqual(Array.from({ length: 3 }, () => `b/${unhurried}+report:fussy`))
    expect((await ask(world.gateway, 'fussy')).deployment).toBe('claude/tokens:3')
  })

  test('and leaves is never sent on, and those behind it move up', async () => {
    const served = [ask(world.gateway, 'leavers'), ask(world.gateway, 'leavers')]
    await until(() => requestsFor(world.a, 'leavers') === places)
    const leaving = new AbortController()
    const left = Array.from({ length: 2 * places }, () =>
      sdkOf(world.gateway).chat.completions.create(
        { model: 'leavers', messages: [...messages] },
        { signal: leaving.signal },
      ),
    )
    await until(async () => (await callsInFlight()) === 3 * places)
    leaving.abort()
    const outcomes = await Promise.allSettled(left)
    expect(outcomes.every(({ status }) => status === 'rejected')).toBe(true)
    await until(async () => (await callsInFlight()) === places)
    const behind = await Promise.all([ask(world.gateway, 'leavers'), ask(world.gateway, 'leavers')])
    expect(behind.map(({ attempts }) => attempts)).toEqual(['1', '1'])
    await Promise.all(served)
    expect(requestsFor(world.a, 'leavers')).toBe(2 * places)
  })

  test('gets its answer about the end of its time while it still waits', async () => {
    const served = [ask(world.gateway, 'late'), ask(world.gateway, 'late')]
    await until(() => requestsFor(world.a, 'late') === places)
    const startMs = performance.now()
    const failure = await failureOf(ask(world.gateway, 'late', { 'x-sallyport-timeout-ms': '100' }))
    expect(failure).toMatchObject({ status: 504, code: 'provider_timeout' })
    expect(performance.now() - startMs).toBeLessThan(800)
    await Promise.all(served)
    expect(requestsFor(world.a, 'late')).toBe(places)
  })

  test('gets the failure when the deployment fails for good meanwhile', async () => {
    world.a.next(
      ...Array.from({ length: 20 }, () => ({
        delays: { beforeHeadMs: 100 },
        fault: { kind: 'status', status: 401, body: { kind: 'envelope' } } as const,
      })),
    )
    const calls = Array.from({ length: 5 }, () => failureOf(ask(world.gateway, 'sick')))
    const seen = (await Promise.all(calls)).map(({ code }) => code)
    await standing(world.gateway, `a/${unhurried}+report:sick`, 'ejected')
    expect(seen.filter((code) => code === 'provider_auth').length).toBeLessThanOrEqual(places)
    expect(new Set(seen)).toEqual(new Set(['provider_auth', 'model_unavailable']))
    world.a.clearScript()
  })
})
