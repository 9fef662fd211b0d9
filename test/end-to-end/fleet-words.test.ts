// What gateways of a fleet tell each other at once: a key that is revoked at one of them is revoked at all, and a deployment
// that one has found sick is suspect at the others.
import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { openCall } from '../faults/open-call.ts'
import { hasPostgres, newPostgresDatabase } from '../servers/postgres.ts'
import { hasRedis, startRedis } from '../servers/redis.ts'
import type { TestRedis } from '../servers/redis.ts'
import { startSimulator } from '../simulator/start-simulator.ts'
import type { Simulator } from '../simulator/start-simulator.ts'
import { until } from '../until.ts'
import { startGateway, testKey } from './start-gateway.ts'
import type { RunningGateway } from './start-gateway.ts'

const rounds = 9

function configWith(simulator: Simulator, sick: Simulator, redis: string): string {
  return `
discover: off
server: { drain_delay: 0s, recheck_keys: 1h }
redis: ${redis}
routing: { ejection: 20s }
keys: [{ name: root, secret: env:TEST_KEY, scopes: [chat, admin] }]
providers:
  a: { type: openai-compatible, base_url: "${sick.baseUrl}/v1", api_key: env:SIM_KEY }
  b: { type: openai-compatible, base_url: "${simulator.baseUrl}/v1", api_key: env:SIM_KEY }
models:
  sick: { deployments: [{ provider: a, model: sick }, { provider: b, model: fine }] }
`
}

async function post(url: string, path: string, key: string, body: object): Promise<Response> {
  const headers = { authorization: `Bearer ${key}`, 'content-type': 'application/json' }
  return await fetch(url + path, { method: 'POST', headers, body: JSON.stringify(body) })
}

/** What gateways have in common besides a Redis: they have the same keys. */
const databases = [
  { name: 'one data directory', isHere: true, open: () => Promise.resolve(undefined) },
  { name: 'one PostgreSQL', isHere: hasPostgres, open: newPostgresDatabase },
] as const

const here = databases.filter(({ isHere }) => isHere)
describe.skipIf(!hasRedis).each(here)('gateways with $name that hear each other', ({ open }) => {
  let redis: TestRedis
  let simulator: Simulator
  let sick: Simulator
  let one: RunningGateway
  let other: RunningGateway

  beforeAll(async () => {
    redis = await startRedis()
    simulator = await startSimulator({ keys: 'any' })
    sick = await startSimulator({ keys: 'any' })
    sick.mood('fails-500')
    const database = await open()
    const config = `${configWith(simulator, sick, redis.url)}database: ${database === undefined ? 'sqlite' : 'env:DATABASE'}\n`
    const environment = { DATABASE: database ?? '' }
    one = await startGateway({ config, environment })
    other = await startGateway({
      config,
      environment,
      ...(database === undefined && { dataDirectory: one.dataDirectory }),
    })
  })

  afterAll(async () => {
    for (const gateway of [other, one]) await gateway.stop('SIGKILL')
    await Promise.all([simulator.stop(), sick.stop()])
    await redis[Symbol.asyncDispose]()
  })

  async function madeKey(): Promise<{ readonly id: string; readonly secret: string }> {
    const made = await post(one.url, '/admin/v1/keys', testKey, { name: 'short' })
    expect(made.status).toBe(201)
    return (await made.json()) as { id: string; secret: string }
  }

  async function revoke(id: string): Promise<void> {
    const headers = { authorization: `Bearer ${testKey}` }
    const revoked = await fetch(`${one.url}/admin/v1/keys/${id}`, { method: 'DELETE', headers })
    await revoked.arrayBuffer()
    expect(revoked.status).toBe(200)
  }

  async function statusAt(gateway: RunningGateway, secret: string): Promise<number> {
    const answer = await fetch(`${gateway.url}/v1/models`, { headers: { authorization: `Bearer ${secret}` } })
    await answer.arrayBuffer()
    return answer.status
  }

  test('a key that is revoked at one of them is at once no key at the others', async () => {
    const heardBefore = await wordsAt(other, 'keys')
    const tookMs: number[] = []
    for (let round = 0; round < rounds; round++) {
      const { id, secret } = await madeKey()
      await until(async () => (await statusAt(other, secret)) === 200)
      await revoke(id)
      const startMs = performance.now()
      await until(async () => (await statusAt(other, secret)) === 401)
      tookMs.push(performance.now() - startMs)
    }
    const [median = Infinity] = tookMs.toSorted((a, b) => a - b).slice(rounds >> 1)
    // Each gateway looks once a second by itself: half of them would take longer.
    expect(median).toBeLessThan(250)
    expect(Math.max(...tookMs)).toBeLessThan(5_000)
    expect(await wordsAt(other, 'keys')).toBeGreaterThanOrEqual(heardBefore + rounds)
  })

  test('a stream at one of them ends when its key is revoked at another', async () => {
    const { id, secret } = await madeKey()
    await until(async () => (await statusAt(other, secret)) === 200)
    const question = { model: 'b/tokens:2000+gap:50', stream: true, key: secret }
    const call = await openCall(other.url, question)
    await call.received('word1')
    await revoke(id)
    expect(await call.ended).toBe('whole')
    expect(call.body).toContain('key_ended')
  })

  test('a deployment that one has taken out is suspect at the other, and no more than that', async () => {
    const ask = async (gateway: RunningGateway): Promise<void> => {
      const asked = { model: 'sick', messages: [{ role: 'user', content: 'Hi' }] }
      const answer = await post(gateway.url, '/v1/chat/completions', testKey, asked)
      await answer.arrayBuffer()
      expect(answer.status).toBe(200)
    }
    // It knows the deployment.
    await ask(other)
    for (let call = 0; call < 5; call++) await ask(one)
    const heard = await other.logged((line) => line['reason'] === 'told_by_others')
    expect(heard).toMatchObject({ event: 'deployment_changed', deployment: 'a/sick', to: 'suspect' })
    expect(other.log.some((line) => line['to'] === 'open')).toBe(false)
    // It is asked now and then, and then found sick here too: nobody hangs on a word.
    expect(await wordsAt(other, 'sick')).toBe(1)
  })
})

test('workers of one machine hear each other by way of their supervisor', async () => {
  await using simulator = await startSimulator({ keys: 'any' })
  simulator.mood('fails-500')
  const config = configWith(simulator, simulator, 'off').replace('server: {', 'server: { workers: 2,')
  await using gateway = await startGateway({ config })
  await gateway.logged((line) => line.event === 'workers')
  await until(async () => (await wordsAt(gateway, 'sick')) > 0 || !(await failsOnce(gateway.url)))
  expect(await wordsAt(gateway, 'sick')).toBe(1)
  const made = await post(gateway.url, '/admin/v1/keys', testKey, { name: 'short' })
  await made.arrayBuffer()
  await until(async () => (await wordsAt(gateway, 'keys')) > 0)
})

/** A call on a connection of its own, which comes to any of the workers. */
async function failsOnce(url: string): Promise<boolean> {
  const call = await openCall(url, { model: 'a/down', stream: false })
  await call.ended
  call.close()
  return call.body.includes('error')
}

async function wordsAt(gateway: RunningGateway, topic: string): Promise<number> {
  const text = await (await fetch(`${gateway.url}/metrics`)).text()
  const pattern = new RegExp(
    `^sallyport_fleet_words_total{[^}]*topic="${topic}",way="heard"[^}]*} (\\d+)$`,
    'gm',
  )
  return [...text.matchAll(pattern)].reduce((sum, [, count]) => sum + Number(count), 0)
}
