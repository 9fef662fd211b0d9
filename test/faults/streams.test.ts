// What a stream does between two sockets: it leaves with its client, waits for its client, and is never late.
import { afterAll, beforeAll, beforeEach, expect, test } from 'bun:test'
import { readFileSync } from 'node:fs'
import { configFor, startGateway } from '../end-to-end/start-gateway.ts'
import type { RunningGateway } from '../end-to-end/start-gateway.ts'
import { nowMs } from '../simulator/bill.ts'
import type { BillEntry } from '../simulator/bill.ts'
import { expectedText } from '../simulator/expected-text.ts'
import { startSimulator } from '../simulator/start-simulator.ts'
import type { Simulator } from '../simulator/start-simulator.ts'
import { messagesOf, openCall, textOf } from './open-call.ts'
import type { OpenCall, Question } from './open-call.ts'
import { until } from '../until.ts'

const pool = 'provider: sim, model:'
const config = [
  'timeouts: { headers_wait: 1s, keep_alive: 1s }',
  `models: { spare: { deployments: [{ ${pool} stall-head, timeout: 3s }, { ${pool} "tokens:5" }] } }`,
].join('\n')
let simulator: Simulator
let gateway: RunningGateway

beforeAll(async () => {
  simulator = await startSimulator({ keys: 'any' })
  gateway = await startGateway({ config: configFor(`${simulator.baseUrl}/v1`, config) })
})

beforeEach(() => simulator.clearScript())

afterAll(async () => {
  await gateway.stop('SIGKILL')
  await simulator.stop()
})

function wantedText(question: Question): string {
  return expectedText({ model: question.model, messages: messagesOf(question) })
}

/** The attempt at this model that came last. */
async function attemptAt(model: string): Promise<BillEntry> {
  const find = (): BillEntry | undefined => simulator.bill.findLast((entry) => entry.model === model)
  await until(() => find() !== undefined)
  const found = find()
  if (found === undefined) throw new Error('There is no such attempt.')
  return found
}

/** Leaves, and says how long the provider's connection outlived the client's. */
async function leave(call: OpenCall, model: string): Promise<number> {
  const { attemptId } = await attemptAt(model)
  const leftMs = nowMs()
  call.close()
  const entry = await simulator.waitForEnd(attemptId)
  expect(entry.finish).toBe('aborted-by-client')
  return Number(entry.clientClosedAtMs) - leftMs
}

const departures: readonly [string, Question, string | undefined][] = [
  ['in the middle of a stream', { model: 'sim/tokens:500+gap:20' }, 'word2'],
  ['while it waits for the first token', { model: 'sim/first-delay:20000' }, undefined],
  ['while it waits for the head', { model: 'sim/head-delay:20000' }, undefined],
  ['during a call that is not streamed', { model: 'sim/head-delay:20001', stream: false }, undefined],
]

test.each(departures)('a client that leaves %s takes the provider along', async (_, question, seen) => {
  const model = question.model.slice(4)
  const outlivedMs: number[] = []
  for (let count = 0; count < 5; count += 1) {
    const known = simulator.bill.length
    const call = await openCall(gateway.url, question)
    await until(() => simulator.bill.length > known)
    if (seen !== undefined) await call.received(seen)
    outlivedMs.push(await leave(call, model))
  }
  report(`departure ${_}`, outlivedMs)
  expect(Math.max(...outlivedMs)).toBeLessThan(50)
  const lines = (): readonly unknown[] =>
    gateway.log
      .filter((line) => line.event === 'call' && line['model'] === question.model)
      .map((line) => line['outcome'])
  await until(() => lines().length === 5)
  expect(lines()).toEqual(Array.from({ length: 5 }, () => 'cancelled'))
})

test('a client that does not read holds the provider up, and no memory fills', async () => {
  const call = await openCall(gateway.url, { model: 'sim/endless' })
  await call.received('word9"')
  call.pause()
  const { attemptId } = await attemptAt('endless')
  const writtenTokens = (): number =>
    Number(simulator.bill.find((entry) => entry.attemptId === attemptId)?.outputTokens)
  await until(() => isStill(writtenTokens))
  const heldTokens = writtenTokens()
  const beforeBytes = residentBytes()
  const sinceMs = performance.now()
  await until(() => performance.now() - sinceMs > 3_000)
  const grownBytes = residentBytes() - beforeBytes
  expect(writtenTokens()).toBe(heldTokens)
  expect(grownBytes).toBeLessThan(30 * 1024 * 1024)
  call.resume()
  await call.received(` word${heldTokens + 1000}"`)
  report('held tokens, then grown bytes', [heldTokens, grownBytes])
  call.close()
  await simulator.waitForEnd(attemptId)
  const words = textOf(call.body.slice(0, call.body.lastIndexOf('\n\n'))).split(' ')
  // The sixteen words of an ordinary answer come first; then it counts anew.
  expect(words.slice(16)).toEqual(words.slice(16).map((_, index) => `word${index}`))
}, 30_000)

test('a slow client gets all of a long answer', async () => {
  const question = { model: 'sim/tokens:20000' }
  const call = await openCall(gateway.url, question)
  for (let count = 0; count < 20; count += 1) {
    call.pause()
    const pausedMs = performance.now()
    await until(() => performance.now() - pausedMs > 20)
    const size = call.body.length
    call.resume()
    await until(() => call.body.length > size || call.body.endsWith('[DONE]\n\n'))
  }
  expect(await call.ended).toBe('whole')
  expect(textOf(call.body)).toBe(wantedText(question))
  expect(call.body).toEndWith('data: [DONE]\n\n')
})

test('the first token is handed on at once, not when more has come', async () => {
  const gapsMs: number[] = []
  for (let count = 0; count < 20; count += 1) {
    const known = simulator.bill.length
    const call = await openCall(gateway.url, { model: 'sim/tokens:2+gap:100', prompt: `call ${count}` })
    await call.received('"content":"m')
    gapsMs.push(
      performance.timeOrigin + call.lastByteMs - Number(simulator.bill[known]?.firstEventAtMs) - 100,
    )
    call.close()
  }
  report('first token after the provider wrote it', gapsMs)
  expect(gapsMs.toSorted((a, b) => a - b)[10]).toBeLessThan(10)
})

test('a silent stream is opened and kept open, and still moves to another deployment', async () => {
  const startMs = performance.now()
  const call = await openCall(gateway.url, { model: 'spare' })
  const { status } = await call.head
  const headMs = performance.now() - startMs
  await call.received(': keep-alive')
  await call.received('word1')
  const contentMs = performance.now() - startMs
  expect(await call.ended).toBe('whole')
  report('head, content', [headMs, contentMs])
  expect(status).toBe(200)
  expect(headMs).toBeWithin(1_000, 1_500)
  expect(contentMs).toBeWithin(3_000, 4_000)
  expect(textOf(call.body)).toBe(wantedText({ model: 'sim/tokens:5' }))
  expect(call.body).toEndWith('data: [DONE]\n\n')
})

test('six hundred streams go on side by side, each on its own connection', async () => {
  const questions = Array.from({ length: 600 }, (_, index) => ({
    model: 'sim/tokens:20+gap:100',
    prompt: `stream ${index}`,
  }))
  const calls = await Promise.all(questions.map((question) => openCall(gateway.url, question)))
  await Promise.all(calls.map((call) => call.received('word3')))
  // All of them have begun while none has ended.
  expect(calls.filter((call) => call.body.includes('[DONE]'))).toEqual([])
  const open = simulator.bill.filter(
    ({ finish, model }) => finish === 'open' && model === 'tokens:20+gap:100',
  )
  expect(open.length).toBe(600)
  expect(simulator.connections).toBeGreaterThanOrEqual(600)
  expect(await Promise.all(calls.map(({ ended }) => ended))).toEqual(calls.map(() => 'whole'))
  expect(calls.map(({ body }) => textOf(body))).toEqual(questions.map(wantedText))
}, 30_000)

function residentBytes(): number {
  const status = readFileSync(`/proc/${gateway.process.pid}/status`, 'utf8')
  return Number(/VmRSS:\s+(\d+) kB/.exec(status)?.[1]) * 1024
}

/** Whether a number stands still for a while. */
/** A busy machine may hold up everybody for some hundred milliseconds. */
async function isStill(count: () => number): Promise<boolean> {
  const before = count()
  const sinceMs = performance.now()
  await until(() => performance.now() - sinceMs > 1_000)
  return count() === before
}

function report(what: string, numbers: readonly number[]): void {
  if (process.env['FAULTS_REPORT'] === '1')
    console.log(
      what,
      numbers.map((number) => Math.round(number * 100) / 100),
    )
}
