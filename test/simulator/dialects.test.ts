// What holds in every dialect: each behaviour plays to its end, the bill agrees with the bytes, and an endless stream stops
// with its client.
import { afterAll, expect, test } from 'bun:test'
import type { Behaviour } from './behaviour.ts'
import { behaviourCases } from './behaviours.ts'
import { rawExchange, postRequest } from './raw-exchange.ts'
import { simulatorKey, startSimulator } from './start-simulator.ts'

const simulator = await startSimulator()
afterAll(() => simulator.stop())

const turn = { role: 'user', content: 'Say something' }
const contents = [{ role: 'user', parts: [{ text: 'Say something' }] }]

interface Question {
  readonly path: string
  readonly headers: readonly string[]
  readonly body: object
}

const dialects: Readonly<Record<string, (stream: boolean) => Question>> = {
  messages: (stream) => ({
    path: '/v1/messages',
    headers: [`x-api-key: ${simulatorKey}`, 'anthropic-version: 2023-06-01'],
    body: { model: 'sim-small', max_tokens: 4096, messages: [turn], stream },
  }),
  gemini: (stream) => ({
    path: `/v1beta/models/sim-small:${stream ? 'streamGenerateContent?alt=sse' : 'generateContent'}`,
    headers: [`x-goog-api-key: ${simulatorKey}`],
    body: { contents },
  }),
  responses: (stream) => ({
    path: '/v1/responses',
    headers: [`authorization: Bearer ${simulatorKey}`],
    body: { model: 'sim-small', input: 'Say something', stream },
  }),
  ollama: (stream) => ({
    path: '/api/chat',
    headers: [],
    body: { model: 'sim-small', messages: [turn], stream },
  }),
}

const hugeKinds = new Set(['huge-event', 'endless', 'huge-body'])

async function play(dialect: string, stream: boolean, attemptId: string): Promise<string> {
  const { path, headers, body } = dialects[dialect]?.(stream) ?? { path: '/', headers: [], body: {} }
  const all = [...headers, `x-client-request-id: ${attemptId}`, 'connection: close']
  const { bytes } = await rawExchange(simulator.port, postRequest(path, all, body), {
    quietMs: 100,
    enough: (text) => text.length > 1e5,
  })
  return bytes.toString()
}

/** Of answers whose words or calls are given, counted by hand. */
const givenTokens: Readonly<Record<string, number>> = {
  'line-separators-in-text': 4,
  'sse-look-alike-text': 6,
  'tool-call': 5,
  'tool-calls-in-parallel': 6,
  'tool-call-with-broken-arguments': 3,
}

/** They think without being asked to. */
const thinksUnasked: ReadonlySet<string> = new Set(['gemini', 'responses', 'ollama'])

function outputTokens(dialect: string, name: string, { answer = {} }: Behaviour): number {
  const thought = thinksUnasked.has(dialect) ? (answer.reasoningTokens ?? 0) : 0
  return givenTokens[name] ?? (answer.tokens ?? 16) + thought
}

test.each(Object.keys(dialects))('every behaviour of the table plays to its end in %s', async (dialect) => {
  const cases = behaviourCases.filter(({ behaviour: { fault, delays } }) => {
    const isSlow = delays !== undefined || fault?.kind === 'stall' || fault?.kind === 'bad-http'
    return !isSlow && !hugeKinds.has(fault?.kind ?? '')
  })
  const asked = cases.flatMap(({ name, behaviour }) =>
    [true, false].map((stream) => ({ id: `${dialect}-${name}-${stream}`, name, behaviour, stream })),
  )
  for (const { id, name, behaviour, stream } of asked) {
    simulator.next(behaviour)
    await play(dialect, stream, id)
    const entry = await simulator.waitForEnd(id)
    const isFaulty = behaviour.fault !== undefined
    expect([id, entry.finish === 'done' || isFaulty]).toEqual([id, true])
    const output = outputTokens(dialect, name, behaviour)
    if (!isFaulty) expect([id, entry.inputTokens, entry.outputTokens]).toEqual([id, 2, output])
  }
})

test.each(Object.keys(dialects))(
  'an endless stream of words in %s stops with its client',
  async (dialect) => {
    simulator.next({ fault: { kind: 'endless' } })
    const text = await play(dialect, true, `${dialect}-endless`)
    expect(text.includes(' word200')).toBe(true)
    expect((await simulator.waitForEnd(`${dialect}-endless`)).finish).toBe('aborted-by-client')
  },
)

test.each(Object.keys(dialects))('a stall in %s is silent until its client leaves', async (dialect) => {
  simulator.next({ fault: { kind: 'stall', at: { afterEvents: 3 } } })
  const leaves = play(dialect, true, `${dialect}-stall`)
  expect((await simulator.waitForEnd(`${dialect}-stall`)).finish).toBe('aborted-by-client')
  expect(await leaves).not.toContain('word15')
})

test('the same words cost and say the same in every dialect', async () => {
  const marks = new Set<string | undefined>()
  for (const dialect of Object.keys(dialects)) {
    const text = await play(dialect, false, `${dialect}-same`)
    marks.add(/"(m[0-9a-f]{8} word1 .*? word15)"/u.exec(text)?.[1])
    expect(await simulator.waitForEnd(`${dialect}-same`)).toMatchObject({ inputTokens: 2, outputTokens: 16 })
  }
  expect(marks.size).toBe(1)
  expect(marks.has(undefined)).toBe(false)
})
