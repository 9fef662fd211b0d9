// The simulator against requests as Ollama's clients send them: lines and whole answers, and what the server refuses.
import { afterAll, expect, test } from 'bun:test'
import { expectedText, refusalText } from '../expected-text.ts'
import { postRequest, streamedBody } from '../raw-exchange.ts'
import { simulatorKey, startSimulator } from '../start-simulator.ts'

const simulator = await startSimulator()
afterAll(() => simulator.stop())

const messages = [{ role: 'user', content: 'Hello there, simulator' }]
const tools = ['weather', 'clock'].map((name) => ({
  type: 'function',
  function: { name, parameters: { type: 'object', properties: { place: { type: 'string' } } } },
}))

interface Chunk {
  readonly model: string
  readonly message: {
    readonly content: string
    readonly thinking?: string
    readonly tool_calls?: readonly object[]
  }
  readonly done: boolean
}

function ask(body: object, headers: Record<string, string> = {}): Promise<Response> {
  return fetch(`${simulator.baseUrl}/api/chat`, {
    method: 'POST',
    headers,
    body: JSON.stringify({ model: 'sim-small', messages, ...body }),
  })
}

async function linesOf(body: object): Promise<readonly Chunk[]> {
  const text = await (await ask(body)).text()
  return text
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line))
}

function joined(chunks: readonly Chunk[], member: 'content' | 'thinking'): string {
  return chunks.map(({ message }) => message[member] ?? '').join('')
}

test('a whole answer holds the expected text, its counts and stands on the bill', async () => {
  const answer = await ask({ stream: false }, { 'x-client-request-id': 'att_o1' })
  expect(answer.headers.get('content-type')).toBe('application/json')
  expect(await answer.json()).toMatchObject({
    model: 'sim-small',
    message: { role: 'assistant', content: expectedText({ model: 'sim-small', messages }) },
    done: true,
    done_reason: 'stop',
    prompt_eval_count: 3,
    eval_count: 16,
  })
  const entry = await simulator.waitForEnd('att_o1')
  expect(entry).toMatchObject({
    endpoint: 'ollama',
    key: '',
    stream: false,
    inputTokens: 3,
    outputTokens: 16,
  })
})

test('a stream is lines that add up to the same text', async () => {
  const answer = await ask({ model: 'tokens:3' })
  expect(answer.headers.get('content-type')).toBe('application/x-ndjson')
  const chunks = await linesOf({ model: 'tokens:3' })
  expect(joined(chunks, 'content')).toBe(expectedText({ model: 'tokens:3', messages }))
  expect(chunks.map((chunk) => chunk.done)).toEqual([false, false, false, true])
  expect(chunks.at(-1)).toMatchObject({ eval_count: 3, done_reason: 'stop' })
})

test('thoughts come when they are asked for', async () => {
  expect(joined(await linesOf({ think: true }), 'thinking')).toBe('thought0 thought1 thought2 thought3 ')
  expect(joined(await linesOf({ model: 'reasoning:2' }), 'thinking')).toBe('thought0 thought1 ')
  expect(joined(await linesOf({ model: 'reasoning:2', think: false }), 'thinking')).toBe('')
  const whole = await (await ask({ think: 'low', stream: false })).json()
  expect(whole).toMatchObject({
    message: { thinking: 'thought0 thought1 thought2 thought3 ' },
    eval_count: 20,
  })
})

test('two tools are called and their results end the loop', async () => {
  const chunks = await linesOf({ tools })
  const calls = chunks.flatMap(({ message }) => message.tool_calls ?? [])
  expect(calls).toMatchObject([
    { function: { name: 'weather', arguments: { place: 'text' } } },
    { function: { name: 'clock', arguments: { place: 'text' } } },
  ])
  const turns = [
    ...messages,
    { role: 'assistant', content: '', tool_calls: calls },
    { role: 'tool', tool_name: 'weather', content: 'sunny' },
    { role: 'tool', tool_name: 'clock', content: 'noon' },
  ]
  expect(joined(await linesOf({ tools, messages: turns }), 'content')).toContain('word1')
})

test.each<[object, object]>([
  [
    { format: { type: 'object', properties: { city: { type: 'string' } } } },
    { message: { content: '{"city":"text"}' } },
  ],
  [{ model: 'refusal' }, { message: { content: refusalText }, done_reason: 'stop' }],
  [
    { model: 'tokens:5', options: { num_predict: 2 } },
    { done_reason: 'length', eval_count: 2 },
  ],
  [{ messages: [] }, { done_reason: 'load', message: { content: '' } }],
])('%j is answered as asked', async (change, wanted) => {
  expect(await (await ask({ stream: false, ...change })).json()).toMatchObject(wanted)
})

test('models are listed without a key', async () => {
  const list = await (await fetch(`${simulator.baseUrl}/api/tags`)).json()
  expect(list).toMatchObject({ models: [{ name: 'sim-small:latest' }, {}, {}] })
})

test.each<[string, object, string]>([
  ['no model', { model: '' }, 'model is required'],
  [
    'parts of chat',
    { messages: [{ role: 'user', content: [] }] },
    'ChatRequest.messages.content of type string',
  ],
  ['a role of chat', { messages: [{ role: 'developer', content: 'x' }] }, 'invalid role: developer'],
  [
    'arguments as text',
    { messages: [{ role: 'assistant', tool_calls: [{ function: { name: 'f', arguments: '{}' } }] }] },
    'arguments of type',
  ],
  [
    'an image by its address',
    { messages: [{ role: 'user', content: '', images: ['data:x;base64,AA'] }] },
    'base64',
  ],
  ["chat's form of a format", { format: ['json'] }, 'invalid format'],
])('%s is refused', async (_, change, message) => {
  const answer = await ask(change)
  expect(answer.status).toBe(400)
  expect(((await answer.json()) as { error: string }).error).toContain(message)
})

test('a wrong key and failures are said in one text', async () => {
  expect((await ask({}, { authorization: 'Bearer wrong' })).status).toBe(401)
  expect((await ask({}, { authorization: `Bearer ${simulatorKey}` })).status).toBe(200)
  const busy = await ask({ model: 'status:503' })
  expect(busy.status).toBe(503)
  expect(await busy.json()).toEqual({ error: 'The simulator answers 503.' })
  expect((await ask({ model: 'sim/tpyo' })).status).toBe(404)
})

function wire(model: string): Promise<string> {
  return streamedBody(simulator.port, postRequest('/api/chat', [], { model, messages }))
}

test('lines break off where they were told to', async () => {
  expect((await wire('cut-after:3')).split('\n')).toHaveLength(4)
  expect(simulator.bill.at(-1)).toMatchObject({ finish: 'cut', outputTokens: 3 })
  expect(await wire('error-event:2')).toEndWith('\n{"error":"The model broke while it was answering."}\n')
  expect(await wire('bad-event:1')).toContain('\n{"broken\n')
  expect(await wire('no-done')).not.toContain('"done":true')
  expect(await wire('usage:missing')).not.toContain('eval_count')
  expect(await wire('slice:1+line:crlf+tokens:1')).toEndWith('}\r\n')
})
