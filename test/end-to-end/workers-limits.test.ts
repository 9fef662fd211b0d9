// Limits and budgets over several workers without a Redis: their supervisor counts, so they are those of one gateway,
// whichever worker is asked, and whatever becomes of one.
import { afterAll, beforeAll, expect, test } from 'bun:test'
import { startSimulator } from '../simulator/start-simulator.ts'
import type { Simulator } from '../simulator/start-simulator.ts'
import { until } from '../until.ts'
import { askOften, LimitedCallers } from './limited-callers.ts'
import { startGateway } from './start-gateway.ts'
import type { RunningGateway } from './start-gateway.ts'

const names = ['requests', 'tokens', 'money', 'places', 'killed']
const callers = new LimitedCallers('workers', names)
let simulator: Simulator
let gateway: RunningGateway

beforeAll(async () => {
  simulator = await startSimulator({ keys: 'any' })
  const config = callers.config(simulator, ['server: { drain_delay: 0s, workers: 2 }'], ['money', 'killed'])
  gateway = await startGateway({ config, environment: callers.environment() })
  await until(async () => (await metric('sallyport_fleet_gateways')).join() === '2,2')
})

afterAll(async () => {
  await gateway.stop('SIGKILL')
  await simulator.stop()
})

test('as many requests come through as the limit says', async () => {
  const statuses = await askAll('requests', 160)
  // What comes in again while the test runs is less than two.
  expect(granted(statuses)).toBeWithin(100, 102)
  expect(new Set(statuses)).toEqual(new Set([200, 429]))
})

test('as many tokens come through as the limit says', async () => {
  expect(granted(await askAll('tokens', 160))).toBeWithin(95, 101)
})

test('a budget is spent once', async () => {
  // A dollar is a hundred answers of a cent.
  expect(granted(await askAll('money', 150))).toBe(100)
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
  const statuses = await askAll('killed', 150)
  // Twenty cents are held or spent for the streams, and a few for the workers themselves.
  expect(granted(statuses)).toBeWithin(70, 81)
})

function granted(statuses: readonly number[]): number {
  return statuses.filter((status) => status === 200).length
}

function ask(name: string, more: object = {}): Promise<Response> {
  return callers.ask(gateway.url, name, more)
}

function askAll(name: string, calls: number): Promise<readonly number[]> {
  return askOften(calls, () => ask(name))
}

/** Of each worker. */
async function metric(name: string): Promise<number[]> {
  const text = await (await fetch(`${gateway.url}/metrics`)).text()
  return [...text.matchAll(new RegExp(`^${name}{[^}]*} (\\S+)$`, 'gm'))].map(([, amount]) => Number(amount))
}
