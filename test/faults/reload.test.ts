// A hundred new configs under load, half of them bad: a good one takes over between two calls, a bad one changes
// nothing, and no call notices either.
import { afterAll, beforeAll, expect, test } from 'bun:test'
import { renameSync, writeFileSync } from 'node:fs'
import { configFor, startGateway, testKey } from '../end-to-end/start-gateway.ts'
import type { RunningGateway } from '../end-to-end/start-gateway.ts'
import { expectedText } from '../simulator/expected-text.ts'
import { startSimulator } from '../simulator/start-simulator.ts'
import type { Simulator } from '../simulator/start-simulator.ts'
import { badConfig } from './bad-configs.ts'
import { messagesOf, openCall, textOf } from './open-call.ts'
import { until } from '../until.ts'

const reloads = 100
const workers = 16

interface Served {
  readonly generation: number
  readonly attempts: string | null
  readonly problem: string | undefined
}

const served: Served[] = []
const modelsSeen = new Set<string>()
let simulator: Simulator
let gateway: RunningGateway
const load = { isOver: false }

beforeAll(async () => {
  simulator = await startSimulator({ keys: 'any' })
  gateway = await startGateway({ config: goodConfig(0) })
  const working = Array.from({ length: workers }, (_, index) => work(index))
  for (let step = 1; step <= reloads; step += 1) await reloadOnce(step)
  load.isOver = true
  await Promise.all(working)
  // A config is live a moment before the log says so.
  await until(() => gateway.log.filter(({ event }) => event === 'config_reloaded').length >= reloads / 2)
}, 80_000)

afterAll(async () => {
  await gateway.stop('SIGKILL')
  await simulator.stop()
})

test('no call is cut or refused by a reload, good or bad', () => {
  expect(served.length).toBeGreaterThan(reloads)
  expect(served.filter(({ problem }) => problem !== undefined)).toEqual([])
  expect(served.filter(({ attempts }) => attempts !== '1')).toEqual([])
})

test('calls are answered by the generations that were taken over, and by no others', () => {
  const taken = gateway.log
    .filter(({ event }) => event === 'config_reloaded')
    .map((line) => line['generation'])
  expect(taken.length).toBeGreaterThanOrEqual(reloads / 2)
  expect(taken).toEqual(taken.map((_, index) => index + 2))
  const used = new Set(served.map(({ generation }) => generation))
  expect([...used].filter((generation) => generation !== 1 && !taken.includes(generation))).toEqual([])
  expect(used.size).toBeGreaterThan(reloads / 4)
})

test('nothing of a bad config is ever live, and the log says what is wrong with it', () => {
  expect([...modelsSeen].filter((name) => name.startsWith('bad'))).toEqual([])
  const refused = gateway.log.filter(({ event }) => event === 'config_refused')
  expect(refused.length).toBeGreaterThanOrEqual(reloads / 2)
  for (const line of refused) expect(String(line['problems'])).toContain('sallyport.yaml')
})

/** Calls one after the other, each compared to the last byte. */
async function work(index: number): Promise<void> {
  for (let count = 0; !load.isOver; count += 1) {
    const prompt = `worker ${index} call ${count}`
    const call = await openCall(gateway.url, { model: 'fast', prompt })
    const how = await call.ended
    const { status, headers } = await call.head
    const wanted = expectedText({
      model: 'sim/tokens:12+gap:5',
      messages: messagesOf({ model: 'fast', prompt }),
    })
    const isGood =
      how === 'whole' && status === 200 && textOf(call.body) === wanted && call.body.endsWith('[DONE]\n\n')
    served.push({
      generation: Number(headers.get('x-sallyport-config')),
      attempts: headers.get('x-sallyport-attempts'),
      problem: isGood ? undefined : `${how} ${status} ${call.body.slice(-300)}`,
    })
  }
}

async function reloadOnce(step: number): Promise<void> {
  const isGood = step % 2 === 0
  const bad = configFor(`${simulator.baseUrl}/v1`, modelsWith(`bad-${step}`))
  write(step, isGood ? goodConfig(step) : badConfig(bad, step))
  if (step % 3 === 0) gateway.process.kill('SIGHUP')
  if (!isGood) {
    await refusedAgain()
    for (const name of await listModels()) modelsSeen.add(name)
    return
  }
  await until(async () => {
    const names = await listModels()
    for (const name of names) modelsSeen.add(name)
    return names.includes(`good-${step}`)
  })
}

let refusals = 0

async function refusedAgain(): Promise<void> {
  await until(() => gateway.log.filter(({ event }) => event === 'config_refused').length > refusals)
  refusals = gateway.log.filter(({ event }) => event === 'config_refused').length
}

/** In place, as an editor that truncates; or a new file renamed onto the old, as a deployment does it. */
function write(step: number, text: string): void {
  if (step % 4 < 2) return gateway.writeConfig(text)
  const beside = `${gateway.configPath}.next`
  writeFileSync(beside, text)
  renameSync(beside, gateway.configPath)
}

async function listModels(): Promise<readonly string[]> {
  const response = await fetch(`${gateway.url}/v1/models`, {
    headers: { authorization: `Bearer ${testKey}` },
  })
  const list = (await response.json()) as { readonly data: readonly { readonly id: string }[] }
  return list.data.map(({ id }) => id)
}

function modelsWith(name: string): string {
  const deployment = '{ policy: priority, deployments: [{ provider: sim, model: "tokens:12+gap:5" }] }'
  return `models: { fast: ${deployment}, ${name}: ${deployment} }`
}

/** Every third has another way out, so that the kept connections are replaced under the calls. */
function goodConfig(step: number): string {
  const egress = step % 3 === 0 ? `egress: { connect_timeout: ${3 + (step % 5)}s }` : ''
  return configFor(`${simulator.baseUrl}/v1`, `${modelsWith(`good-${step}`)}\n${egress}`)
}
