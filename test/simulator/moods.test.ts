// Moods: what a whole provider does from one moment on, and that it is itself again afterwards.
import { afterAll, beforeEach, expect, test } from 'bun:test'
import { openCall, textOf } from '../faults/open-call.ts'
import { until } from '../until.ts'
import { expectedText } from './expected-text.ts'
import { moods } from './moods.ts'
import type { Mood } from './moods.ts'
import { startSimulator } from './start-simulator.ts'

const simulator = await startSimulator({
  keys: 'any',
  default: { answer: { tokens: 12 }, delays: { beforeFirstEventMs: 5 } },
})
afterAll(() => simulator.stop())
beforeEach(() => simulator.mood('healthy'))

const wanted = expectedText(
  { model: 'm', messages: [{ content: 'Hello there' }] },
  { answer: { tokens: 12 } },
)

/** How a call goes: its status, how its body ended, and its words; `no answer` without a head. */
async function callIn(mood: Mood): Promise<readonly [number | 'no answer', string, number]> {
  simulator.mood(mood)
  const call = await openCall(simulator.baseUrl, { model: 'm' })
  const head = await call.head.catch(() => undefined)
  if (head === undefined) return ['no answer', await call.ended, 0]
  const how = await call.ended
  const words = textOf(call.body.replaceAll('data: {"broken\n', '')).split(' ').filter(Boolean).length
  return [head.status, how, words]
}

test.each([
  ['healthy', [200, 'whole', 12]],
  ['resets', ['no answer', 'cut', 0]],
  ['fails-500', [500, 'whole', 0]],
  ['fails-503', [503, 'whole', 0]],
  ['overloaded-529', [529, 'whole', 0]],
  ['throttles', [429, 'whole', 0]],
  ['throttles-for-2s', [429, 'whole', 0]],
  ['slow-first-token', [200, 'whole', 12]],
  ['dies-before-content', [200, 'cut', 0]],
  ['dies-in-content', [200, 'cut', 7]],
  ['corrupts-in-content', [200, 'whole', 12]],
] as const)('a provider in the mood %s is well again after it', async (mood, seen) => {
  expect(await callIn(mood)).toEqual([...seen])
  expect(await callIn('healthy')).toEqual([200, 'whole', 12])
})

test.each([
  ['hangs', 0],
  ['stalls-in-content', 7],
] as const)(
  'a provider in the mood %s says nothing more, and stands on the bill until its client leaves',
  async (mood, words) => {
    simulator.mood(mood)
    const known = simulator.bill.length
    const call = await openCall(simulator.baseUrl, { model: 'm' })
    await until(() => simulator.bill[known]?.outputTokens === words)
    expect(simulator.bill[known]?.finish).toBe('open')
    call.close()
    await until(() => simulator.bill[known]?.finish === 'aborted-by-client')
  },
)

test('a provider that refuses lets nobody in, throws out who is inside, and comes back at its port', async () => {
  const known = simulator.bill.length
  const inside = await openCall(simulator.baseUrl, { model: 'tokens:500+gap:10' })
  await inside.received('word2')
  simulator.mood('refuses')
  expect(await inside.ended).toBe('cut')
  await until(() => simulator.bill[known]?.finish === 'shutdown')
  expect(await openCall(simulator.baseUrl, { model: 'm' }).catch(() => 'refused')).toBe('refused')
  expect(await callIn('healthy')).toEqual([200, 'whole', 12])
})

test('a slow provider takes twenty times as long to its first token', async () => {
  simulator.mood('slow-first-token')
  const call = await openCall(simulator.baseUrl, { model: 'm' })
  await call.ended
  const { headAtMs, firstEventAtMs } = simulator.bill.at(-1) ?? {}
  expect(Number(firstEventAtMs) - Number(headAtMs)).toBeGreaterThan(95)
  expect(textOf(call.body)).toBe(wanted)
})

test('the place of a fault in the middle can be told', async () => {
  simulator.mood('dies-in-content', { afterEvents: 3 })
  const call = await openCall(simulator.baseUrl, { model: 'm' })
  expect(await call.ended).toBe('cut')
  expect(wanted).toStartWith(textOf(call.body))
  expect(textOf(call.body).split(' ')).toHaveLength(2)
})

test('a provider that is down altogether does not list its models either', async () => {
  simulator.mood('fails-503')
  expect((await fetch(`${simulator.baseUrl}/v1/models`)).status).toBe(503)
  simulator.mood('overloaded-529')
  expect((await fetch(`${simulator.baseUrl}/v1/models`)).status).toBe(200)
})

test('every mood is known by its name', () => {
  for (const mood of moods) expect(() => simulator.mood(mood)).not.toThrow()
})
