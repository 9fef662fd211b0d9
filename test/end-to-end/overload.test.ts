// What clients and operators see when there is too much: who is refused and how, what is told, and that it passes.
import { expect, test } from 'bun:test'
import { openCall } from '../faults/open-call.ts'
import { startSimulator } from '../simulator/start-simulator.ts'
import { until } from '../until.ts'
import { configFor, startGateway, testKey } from './start-gateway.ts'
import type { RunningGateway } from './start-gateway.ts'

const highKey = 'a-key-of-high-priority-for-tests'
const lowKey = 'a-key-of-low-priority-for-tests'
const environment = { HIGH_KEY: highKey, LOW_KEY: lowKey }

/** Places for ten calls, two of them kept. */
function config(baseUrl: string, overload = '{ calls_max: 10 }'): string {
  const named = '{ name: tests, secret: env:TEST_KEY }'
  const others =
    '{ name: high, secret: env:HIGH_KEY, priority: high }, { name: low, secret: env:LOW_KEY, priority: low }'
  return configFor(`${baseUrl}/v1`, `overload: ${overload}`).replace(named, `${named}, ${others}`)
}

interface Asked {
  readonly path?: string
  readonly key?: string
  readonly headers?: Readonly<Record<string, string>>
}

/** Asks for a short whole answer. */
function ask(
  { url }: RunningGateway,
  { path = '/v1/chat/completions', key = testKey, headers = {} }: Asked = {},
): Promise<Response> {
  return fetch(url + path, {
    method: 'POST',
    headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json', ...headers },
    body: JSON.stringify({
      model: 'sim/tokens:2',
      messages: [{ role: 'user', content: 'hello' }],
      max_tokens: 9,
    }),
  })
}

async function fill(gateway: RunningGateway, count: number) {
  const question = { model: 'sim/tokens:10000+gap:20' }
  const calls = await Promise.all(Array.from({ length: count }, () => openCall(gateway.url, question)))
  await Promise.all(calls.map((call) => call.received('word1')))
  return calls
}

async function metricsOf({ url }: RunningGateway): Promise<string> {
  return await (await fetch(`${url}/metrics`)).text()
}

test('beyond four fifths of the places ordinary calls are refused in their own dialect, and high ones are not', async () => {
  await using simulator = await startSimulator({ keys: 'any' })
  await using gateway = await startGateway({ config: config(simulator.baseUrl), environment })
  await fill(gateway, 8)
  const billed = simulator.bill.length

  const chat = await ask(gateway)
  expect([chat.status, chat.headers.get('x-sallyport-error')]).toEqual([503, 'overloaded'])
  expect(Number(chat.headers.get('retry-after'))).toBeWithin(1, 6)
  expect(await chat.json()).toMatchObject({ error: { code: 'overloaded', type: 'server_error' } })
  const messages = await ask(gateway, { path: '/v1/messages' })
  expect(await messages.json()).toMatchObject({ type: 'error', error: { type: 'overloaded_error' } })
  const generate = await ask(gateway, { path: '/v1beta/models/sim%2Fm:generateContent' })
  expect(await generate.json()).toMatchObject({ error: { code: 503, status: 'UNAVAILABLE' } })
  expect(simulator.bill.length).toBe(billed)

  const high = await ask(gateway, { key: highKey })
  expect(high.status).toBe(200)
  const asksForLess = await ask(gateway, { key: highKey, headers: { 'x-sallyport-priority': 'default' } })
  expect(asksForLess.status).toBe(503)
  const asksForMore = await ask(gateway, { headers: { 'x-sallyport-priority': 'critical' } })
  expect(asksForMore.status).toBe(503)
  const unknownKey = await ask(gateway, { key: 'nobody' })
  expect(unknownKey.status).toBe(401)
  expect(await metricsOf(gateway)).toContain('sallyport_calls_shed_total{priority="default"} 5')
})

test('a priority that is none is refused with the words that are', async () => {
  await using simulator = await startSimulator({ keys: 'any' })
  await using gateway = await startGateway({ config: config(simulator.baseUrl), environment })
  const answer = await ask(gateway, { headers: { 'x-sallyport-priority': 'urgent' } })
  expect(answer.status).toBe(400)
  expect(await answer.json()).toMatchObject({
    error: {
      code: 'invalid_value',
      param: 'x-sallyport-priority',
      message: expect.stringContaining('critical, high, default, low'),
    },
  })
})

test('under pressure low calls are refused, /ready says degraded and stays 200, and one line tells each change', async () => {
  await using simulator = await startSimulator({ keys: 'any' })
  await using gateway = await startGateway({ config: config(simulator.baseUrl), environment })
  const low = () => ask(gateway, { key: lowKey })
  expect((await low()).status).toBe(200)

  // No process is so small.
  gateway.writeConfig(config(simulator.baseUrl, '{ memory_from: 0.001, memory_to: 0.0011 }'))
  await gateway.logged(({ event }) => event === 'config_reloaded')
  await until(async () => (await low()).status === 503)
  expect(await metricsOf(gateway)).toContain('sallyport_pressure{signal="memory"} 1\n')
  expect((await ask(gateway)).headers.get('connection')).toBe('close')
  const ready = await fetch(`${gateway.url}/ready`)
  expect([ready.status, await ready.json()]).toEqual([200, { status: 'degraded' }])
  gateway.writeConfig(config(simulator.baseUrl))
  await until(async () => (await low()).status === 200)
  await gateway.logged((line) => line.event === 'pressure' && line['level'] === 'calm')
})

test('what is refused leaves no call behind: the places are free again when the long ones end', async () => {
  await using simulator = await startSimulator({ keys: 'any' })
  await using gateway = await startGateway({ config: config(simulator.baseUrl), environment })
  const calls = await fill(gateway, 8)
  const refused = await Promise.all(Array.from({ length: 50 }, () => ask(gateway)))
  expect(refused.filter(({ status }) => status !== 503)).toEqual([])
  for (const call of calls) call.close()
  await until(async () => (await ask(gateway)).status === 200)
  expect(await metricsOf(gateway)).toContain('sallyport_calls_in_flight 0\n')
  await until(() => gateway.log.filter((line) => line['code'] === 'overloaded').length >= 50)
})

test('calls that wait for a place at a busy model go by the priority of their keys', async () => {
  await using simulator = await startSimulator({ keys: 'any' })
  const one =
    'models: { one: { deployments: [{ provider: sim, model: "tokens:2+gap:100", max_concurrency: 1 }] } }'
  const wide = `${config(simulator.baseUrl, '{ calls_max: 100 }')}${one}\n`
  await using gateway = await startGateway({ config: wide, environment })
  const ends: string[] = []
  const open = (name: string, key: string): Promise<unknown> =>
    openCall(gateway.url, { model: 'one', key, prompt: name }).then(async (call) => {
      await call.ended
      ends.push(name)
    })
  const first = open('first', testKey)
  await until(() => simulator.bill.length === 1)
  const waiting: Promise<unknown>[] = [first]
  for (const [name, key] of [
    ['default', testKey],
    ['high', highKey],
  ] as const) {
    waiting.push(open(name, key))
    await until(async () => (await metricsOf(gateway)).includes(`calls_in_flight ${waiting.length}\n`))
  }
  await Promise.all(waiting)
  expect(ends).toEqual(['first', 'high', 'default'])
})

test('under pressure no second deployment is asked for a late first token', async () => {
  await using simulator = await startSimulator({ keys: 'any' })
  const slow = '"head-delay:600+tokens:2"'
  const deployments = `[{ provider: sim, model: ${slow} }, { provider: sim, model: "head-delay:601" }]`
  const late = `models: { late: { hedge: { after: 100ms }, deployments: ${deployments} } }\n`
  const pressed = config(simulator.baseUrl, '{ memory_from: 0.001, memory_to: 0.0011 }').replace(
    'priority: high',
    'priority: critical',
  )
  await using gateway = await startGateway({ config: pressed + late, environment })
  await gateway.logged((line) => line.event === 'pressure' && line['level'] === 'critical')
  const askLate = () => openCall(gateway.url, { model: 'late', key: highKey })
  // One call in twenty may be asked twice.
  const calls = await Promise.all(Array.from({ length: 25 }, askLate))
  expect(new Set(await Promise.all(calls.map(({ ended }) => ended)))).toEqual(new Set(['whole']))
  expect(simulator.bill).toHaveLength(25)

  gateway.writeConfig(config(simulator.baseUrl) + late)
  await gateway.logged((line) => line.event === 'pressure' && line['level'] === 'calm')
  await (
    await askLate()
  ).ended
  expect(simulator.bill).toHaveLength(27)
})
