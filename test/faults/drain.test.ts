// How a process leaves: whoever is inside may finish, nobody new comes in, and whoever takes too long is told.
import { expect, test } from 'bun:test'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { configFor, startGateway, testKey } from '../end-to-end/start-gateway.ts'
import type { RunningGateway } from '../end-to-end/start-gateway.ts'
import { expectedText } from '../simulator/expected-text.ts'
import { startSimulator } from '../simulator/start-simulator.ts'
import { messagesOf, openCall, textOf } from './open-call.ts'
import { until } from '../until.ts'
import { spawnNpmStart } from './npm-start.ts'

function configWith(baseUrl: string, drain: string): string {
  return configFor(`${baseUrl}/v1`).replace(/server: .*/, `server: { ${drain} }`)
}

async function readyStatus({ url }: RunningGateway): Promise<number> {
  const response = await fetch(`${url}/ready`, { keepalive: false })
  await response.text()
  return response.status
}

/** Whether a new connection is refused. */
async function isClosed({ url }: RunningGateway): Promise<boolean> {
  try {
    const call = await openCall(url, { model: 'sim/tokens:1' })
    await call.ended
    return false
  } catch {
    return true
  }
}

test('SIGTERM cuts none of fifty streams, says at once that it leaves, and lets nobody in after the delay', async () => {
  await using simulator = await startSimulator({ keys: 'any' })
  const config = configWith(simulator.baseUrl, 'drain_delay: 1s, drain_timeout: 20s')
  await using gateway = await startGateway({ config })
  const questions = Array.from({ length: 50 }, (_, index) => ({
    model: 'sim/tokens:60+gap:40',
    prompt: `stream ${index}`,
  }))
  const calls = await Promise.all(questions.map((question) => openCall(gateway.url, question)))
  await Promise.all(calls.map((call) => call.received('word1')))
  expect(await readyStatus(gateway)).toBe(200)

  const signalledMs = performance.now()
  gateway.process.kill('SIGTERM')
  await until(async () => (await readyStatus(gateway)) === 503)
  const unreadyAfterMs = performance.now() - signalledMs
  const late = await openCall(gateway.url, { model: 'sim/tokens:2' })
  expect((await late.head).headers.get('connection')).toBe('close')
  expect(await late.ended).toBe('whole')
  await until(() => isClosed(gateway))
  const closedAfterMs = performance.now() - signalledMs

  expect(await Promise.all(calls.map(({ ended }) => ended))).toEqual(calls.map(() => 'whole'))
  for (const [index, call] of calls.entries()) {
    const question = questions[index] ?? { model: '', prompt: '' }
    expect(textOf(call.body)).toBe(expectedText({ model: question.model, messages: messagesOf(question) }))
    expect(call.body).toEndWith('data: [DONE]\n\n')
  }
  expect(await gateway.process.exited).toBe(0)
  expect(unreadyAfterMs).toBeLessThan(500)
  expect(closedAfterMs).toBeWithin(1_000, 2_000)
})

test.each([
  ['a long stream', { model: 'sim/tokens:20000' }],
  ['a large whole answer', { model: 'sim/huge-body:20000000', stream: false }],
])('a client that is slow to take %s gets all of it from a process that leaves', async (_, question) => {
  await using simulator = await startSimulator({ keys: 'any' })
  await using gateway = await startGateway({ config: configFor(`${simulator.baseUrl}/v1`) })
  const call = await openCall(gateway.url, question)
  await call.head
  call.pause()
  await until(() => simulator.bill[0]?.finish === 'done')
  gateway.process.kill('SIGTERM')
  const signalledMs = performance.now()
  await until(() => performance.now() - signalledMs > 300)
  call.resume()
  expect(await call.ended).toBe('whole')
  expect(await gateway.process.exited).toBe(0)
})

test('what is still open when the time is over gets a typed error, and its record says shutdown', async () => {
  await using simulator = await startSimulator({ keys: 'any' })
  const config = configWith(simulator.baseUrl, 'drain_delay: 0s, drain_timeout: 1s')
  await using gateway = await startGateway({ config })
  const stream = await openCall(gateway.url, { model: 'sim/tokens:10000+gap:20' })
  const silent = await openCall(gateway.url, { model: 'sim/head-delay:60000' })
  const whole = await openCall(gateway.url, { model: 'sim/head-delay:60000', stream: false })
  await stream.received('word3')
  await simulator.waitForRequests(3)
  gateway.process.kill('SIGTERM')
  expect(await stream.ended).toBe('whole')
  const lastEvent = stream.body.trimEnd().split('\n\n').at(-1) ?? ''
  expect(JSON.parse(lastEvent.slice(6))).toMatchObject({
    error: { code: 'shutting_down', type: 'server_error' },
  })
  for (const call of [silent, whole]) {
    expect((await call.head).status).toBe(503)
    expect(await call.ended).toBe('whole')
    expect(JSON.parse(call.body)).toMatchObject({ error: { code: 'shutting_down' } })
  }
  expect(await gateway.process.exited).toBe(0)

  const lines = gateway.log.filter(({ event }) => event === 'call')
  expect(lines.map((line) => [line['outcome'], line['code']])).toEqual(
    Array.from({ length: 3 }, () => ['shutdown', 'shutting_down']),
  )
  const streamed = lines.find((line) => line['model'] === 'sim/tokens:10000+gap:20')
  expect(streamed?.['usage']).toBe('observed')
  const { attemptId } = simulator.bill[0] ?? { attemptId: '' }
  const billed = await simulator.waitForEnd(attemptId)
  expect(Number(streamed?.['output_tokens'])).toBeWithin(3, billed.outputTokens + 1)
})

test('a stream that was written anew is ended by who wrote it, in its own order', async () => {
  await using simulator = await startSimulator({ keys: 'any' })
  const config = configWith(simulator.baseUrl, 'drain_delay: 0s, drain_timeout: 1s')
  await using gateway = await startGateway({ config })
  const response = await fetch(`${gateway.url}/v1/responses`, {
    method: 'POST',
    headers: { authorization: `Bearer ${testKey}` },
    body: JSON.stringify({ model: 'sim/tokens:10000+gap:20', input: 'x', stream: true, store: false }),
  })
  gateway.process.kill('SIGTERM')
  const events = (await response.text())
    .split('\n')
    .filter((line) => line.startsWith('data: '))
    .map((line): { type?: string; sequence_number?: number } => JSON.parse(line.slice(6)))
  expect(events.length).toBeGreaterThan(3)
  expect(events.at(-1)).toMatchObject({ type: 'error', code: 'shutting_down' })
  expect(events.map(({ sequence_number: number }) => number)).toEqual(events.map((_, index) => index))
})

test('a second signal ends the process at once', async () => {
  await using simulator = await startSimulator({ keys: 'any' })
  await using gateway = await startGateway({ config: configFor(`${simulator.baseUrl}/v1`) })
  const call = await openCall(gateway.url, { model: 'sim/tokens:10000+gap:20' })
  await call.received('word1')
  gateway.process.kill('SIGTERM')
  const firstMs = performance.now()
  // A terminal and npm pass one Ctrl-C on twice: that is one signal.
  gateway.process.kill('SIGINT')
  await gateway.logged(({ event }) => event === 'draining')
  await until(() => performance.now() - firstMs > 600)
  expect(gateway.process.exitCode).toBeNull()
  gateway.process.kill('SIGTERM')
  const secondMs = performance.now()
  expect(await gateway.process.exited).toBe(1)
  expect(performance.now() - secondMs).toBeLessThan(500)
})

test('SIGINT does not wait for load balancers', async () => {
  await using simulator = await startSimulator({ keys: 'any' })
  const config = configWith(simulator.baseUrl, 'drain_delay: 1m, drain_timeout: 2m')
  await using gateway = await startGateway({ config })
  const call = await openCall(gateway.url, { model: 'sim/tokens:10+gap:20' })
  await call.received('word1')
  expect(await gateway.stop('SIGINT')).toBe(0)
  expect(await call.ended).toBe('whole')
  expect(call.body).toEndWith('data: [DONE]\n\n')
}, 10_000)

test('SIGTERM for `npm start` lets a stream finish', async () => {
  await using simulator = await startSimulator({ keys: 'any' })
  const folder = mkdtempSync(join(tmpdir(), 'sallyport-npm-'))
  const config = configFor(`${simulator.baseUrl}/v1`)
  const npm = await spawnNpmStart({ folder, config, environment: { SIM_KEY: 'sim-key', TEST_KEY: testKey } })
  try {
    const call = await openCall(npm.url, { model: 'sim/tokens:40+gap:20' })
    await call.received('word1')
    npm.process.kill('SIGTERM')
    expect(await call.ended).toBe('whole')
    expect(call.body).toEndWith('data: [DONE]\n\n')
    expect(await npm.process.exited).toBe(0)
    expect(await npm.output).toContain('"event":"stopped"')
  } finally {
    npm.process.kill('SIGKILL')
    rmSync(folder, { recursive: true, force: true })
  }
}, 20_000)
