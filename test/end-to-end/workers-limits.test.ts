// Limits and budgets over several workers without a Redis: their supervisor counts, so they are those of one gateway,
// whichever worker is asked, and whatever becomes of one.
import { afterAll, beforeAll, expect, test } from 'bun:test'
import { startSimulator } from '../simulator/start-simulator.ts'
import type { Simulator } from '../simulator/start-simulator.ts'
import { until } from '../until.ts'
import { startGateway } from './start-gateway.ts'
import type { RunningGateway } from './start-gateway.ts'

const names = ['requests', 'tokens', 'money', 'places', 'killed']
const keyFor = (name: string): string => `test-key-of-workers-${name}`
/** A hundredth of a cent for each token of an answer, and nothing for the request. */
const price = 'price: { input: 0, output: 100 }'
let simulator: Simulator
let gateway: RunningGateway

beforeAll(async () => {
  simulator = await startSimulator({ keys: 'any' })
  const keys = names.map((name) => `{ name: ${name}, secret: env:KEY_${name.toUpperCase()} }`)
  const environment = Object.fromEntries(names.map((name) => [`KEY_${name.toUpperCase()}`, keyFor(name)]))
  const config = `
discover: off
server: { drain_delay: 0s, workers: 2 }
keys: [${keys.join(', ')}]
providers: { sim: { type: openai-compatible, base_url: "${simulator.baseUrl}/v1", api_key: env:SIM_KEY } }
models:
  hundred: { deployments: [{ provider: sim, model: "tokens:100", ${price} }] }
  lasting: { deployments: [{ provider: sim, model: "tokens:100+gap:50", ${price} }] }
  slow: { deployments: [{ provider: sim, model: "tokens:100+head-delay:400", ${price} }] }
limits:
  keys:
    requests: { requests: 100/h }
    tokens: { output_tokens: 10k/h }
    places: { concurrency: 3 }
budgets:
  keys:
    money: [{ dollars: 1, per: month }]
    killed: [{ dollars: 1, per: month }]
`
  gateway = await startGateway({ config, environment })
  await until(async () => (await metric('sallyport_fleet_gateways')).join() === '2,2')
})

afterAll(async () => {
  await gateway.stop('SIGKILL')
  await simulator.stop()
})

test('as many requests come through as the limit says', async () => {
  const statuses = await askOften('requests', 160)
  // What comes in again while the test runs is less than two.
  expect(granted(statuses)).toBeWithin(100, 102)
  expect(new Set(statuses)).toEqual(new Set([200, 429]))
})

test('as many tokens come through as the limit says', async () => {
  expect(granted(await askOften('tokens', 160))).toBeWithin(95, 101)
})

test('a budget is spent once', async () => {
  // A dollar is a hundred answers of a cent.
  expect(granted(await askOften('money', 150))).toBe(100)
})

test('calls at a time are counted over both, and free their places', async () => {
  const open = await Promise.all(Array.from({ length: 6 }, () => ask('places', { model: 'slow' })))
  expect(granted(open.map(({ status }) => status))).toBe(3)
  await Promise.all(open.map((response) => response.arrayBuffer()))
  await until(async () => (await ask('places')).status === 200)
})

test('a worker that is killed in the middle spends nothing twice, and the one after it counts on', async () => {
  const running = await Promise.all(
    Array.from({ length: 20 }, () => ask('killed', { model: 'lasting', stream: true })),
  )
  expect(granted(running.map(({ status }) => status))).toBe(20)
  const { pid } = gateway.process
  const [victim = ''] = (await Bun.file(`/proc/${pid}/task/${pid}/children`).text()).split(' ')
  process.kill(Number(victim), 'SIGKILL')
  await Promise.all(running.map((response) => response.arrayBuffer().catch(() => undefined)))
  const ended = await gateway.logged(({ event }) => event === 'worker_ended')
  const returned = () =>
    gateway.log.filter((line) => line.event === 'limits_shared' && line['worker'] === ended['worker']).length
  await until(() => returned() === 2)
  const statuses = await askOften('killed', 150)
  // Twenty cents are held or spent for the streams, and a few for the workers themselves.
  expect(granted(statuses)).toBeWithin(70, 81)
})

function granted(statuses: readonly number[]): number {
  return statuses.filter((status) => status === 200).length
}

/** On a connection of its own, so that any of them may get it. */
async function ask(name: string, more: object = {}): Promise<Response> {
  return await fetch(`${gateway.url}/v1/chat/completions`, {
    method: 'POST',
    keepalive: false,
    headers: {
      authorization: `Bearer ${keyFor(name)}`,
      'content-type': 'application/json',
      connection: 'close',
    },
    body: JSON.stringify({
      model: 'hundred',
      max_tokens: 100,
      messages: [{ role: 'user', content: 'Hi' }],
      ...more,
    }),
  })
}

async function askOften(name: string, calls: number): Promise<readonly number[]> {
  const statuses: number[] = []
  let asked = 0
  const caller = async (): Promise<void> => {
    while (asked++ < calls) {
      const response = await ask(name)
      await response.arrayBuffer()
      statuses.push(response.status)
    }
  }
  await Promise.all(Array.from({ length: 8 }, caller))
  return statuses
}

/** Of each worker. */
async function metric(name: string): Promise<number[]> {
  const text = await (await fetch(`${gateway.url}/metrics`)).text()
  return [...text.matchAll(new RegExp(`^${name}{[^}]*} (\\S+)$`, 'gm'))].map(([, amount]) => Number(amount))
}
