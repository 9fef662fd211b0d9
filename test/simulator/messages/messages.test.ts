// The simulator against Anthropic's own client: messages, whole and streamed, and what the API refuses.
import { afterAll, expect, test } from 'bun:test'
import Anthropic from '@anthropic-ai/sdk'
import { expectedText, refusalText } from '../expected-text.ts'
import { postRequest, streamedBody } from '../raw-exchange.ts'
import { simulatorKey, startSimulator } from '../start-simulator.ts'
import { failureOf } from '../../failure-of.ts'

const simulator = await startSimulator()
afterAll(() => simulator.stop())

const client = new Anthropic({ apiKey: simulatorKey, baseURL: simulator.baseUrl, maxRetries: 0 })
const hello = [{ role: 'user' as const, content: 'Hello there, simulator' }]
const base = { model: 'sim-small', max_tokens: 4096, messages: hello }
const tools = ['weather', 'clock'].map((name) => ({
  name,
  input_schema: { type: 'object' as const, properties: { place: { type: 'string' } } },
}))

async function refusalTo(
  body: object,
  headers: Record<string, string> = {},
): Promise<InstanceType<typeof Anthropic.APIError>> {
  const failure = await failureOf(() => client.post('/v1/messages', { body, headers }))
  if (failure instanceof Anthropic.APIError) return failure
  throw failure
}

test('a whole message holds the expected text, its counts and the ids of the attempt', async () => {
  const message = await client.messages.create(base, { headers: { 'x-client-request-id': 'att_m1' } })
  expect(message.content).toMatchObject([{ type: 'text', text: expectedText(base) }])
  expect(message).toMatchObject({ type: 'message', role: 'assistant', stop_reason: 'end_turn' })
  expect(message.usage).toMatchObject({ input_tokens: 3, output_tokens: 16 })
  expect(message._request_id).toStartWith('req_')
  const entry = await simulator.waitForEnd('att_m1')
  expect(entry).toMatchObject({
    endpoint: 'messages',
    key: simulatorKey,
    inputTokens: 3,
    outputTokens: 16,
    finish: 'done',
  })
})

test('a stream has every event in order and adds up to the same message', async () => {
  const types: string[] = []
  const stream = client.messages.stream({ ...base, model: 'tokens:3' })
  stream.on('streamEvent', (event) => types.push(event.type))
  const message = await stream.finalMessage()
  expect(message.content).toMatchObject([{ text: expectedText({ ...base, model: 'tokens:3' }) }])
  expect(message.usage).toMatchObject({ input_tokens: 3, output_tokens: 3 })
  const words = Array.from({ length: 3 }, () => 'content_block_delta')
  expect(types).toEqual([
    'message_start',
    'content_block_start',
    ...words,
    'content_block_stop',
    'message_delta',
    'message_stop',
  ])
})

test('the same words in chat make the same answer', async () => {
  const system = 'Be short.'
  const message = await client.messages.create({ ...base, system })
  const chat = { model: 'sim-small', messages: [{ role: 'system', content: system }, ...hello] }
  expect(message.content).toMatchObject([{ text: expectedText(chat) }])
})

test.each([false, true])('thoughts are signed and come back, streamed: %p', async (isStream) => {
  const question = { ...base, model: 'tokens:2', thinking: { type: 'adaptive' as const } }
  const first = isStream
    ? await client.messages.stream(question).finalMessage()
    : await client.messages.create(question)
  const [thought] = first.content
  expect(thought).toMatchObject({ type: 'thinking', thinking: 'thought0 thought1 thought2 thought3 ' })
  expect(first.usage.output_tokens).toBe(6)
  const turn = { role: 'assistant' as const, content: first.content }
  const again = await client.messages.create({ ...question, messages: [...hello, turn, ...hello] })
  expect(again.stop_reason).toBe('end_turn')
})

test('thoughts that are not shown come back too, and nobody thinks unasked', async () => {
  const thinking = { type: 'adaptive' as const, display: 'omitted' as const }
  const first = await client.messages.create({ ...base, model: 'reasoning:3', thinking })
  expect(first.content[0]).toMatchObject({ type: 'thinking', thinking: '' })
  const turn = { role: 'assistant' as const, content: first.content }
  await client.messages.create({ ...base, thinking, messages: [...hello, turn, ...hello] })
  const unasked = await client.messages.create({ ...base, model: 'reasoning:3' })
  expect(unasked.content.map((block) => block.type)).toEqual(['text'])
})

test.each([false, true])(
  'two tools are called and their results end the loop, streamed: %p',
  async (isStream) => {
    const question = { ...base, tools }
    const first = isStream
      ? await client.messages.stream(question).finalMessage()
      : await client.messages.create(question)
    expect(first.stop_reason).toBe('tool_use')
    const calls = first.content.filter((block) => block.type === 'tool_use')
    expect(calls).toMatchObject([
      { name: 'weather', input: { place: 'text' } },
      { name: 'clock', input: { place: 'text' } },
    ])
    const results = calls.map(({ id }) => ({
      type: 'tool_result' as const,
      tool_use_id: id,
      content: 'sunny',
    }))
    const messages = [
      ...hello,
      { role: 'assistant' as const, content: first.content },
      { role: 'user' as const, content: results },
    ]
    const second = await client.messages.create({ ...question, messages })
    expect(second.stop_reason).toBe('end_turn')
  },
)

test('one tool is called twice on request', async () => {
  const message = await client.messages.create({ ...base, model: 'parallel-tools', tools: tools.slice(0, 1) })
  expect(message.content.map((block) => block.type)).toEqual(['tool_use', 'tool_use'])
})

test('a schema is answered with JSON that fits it', async () => {
  const schema = { type: 'object', properties: { city: { type: 'string' } } }
  const format = { type: 'json_schema' as const, schema }
  const message = await client.messages.create({ ...base, output_config: { format } })
  expect(message.content).toMatchObject([{ text: '{"city":"text"}' }])
})

test.each([
  ['refusal', { stop_reason: 'refusal', stop_details: { type: 'refusal', category: 'cyber' } }],
  ['finish:stop_sequence', { stop_reason: 'stop_sequence', stop_sequence: 'END' }],
  ['stops', { stop_reason: 'stop_sequence', stop_sequence: 'END' }],
  ['finish:pause_turn', { stop_reason: 'pause_turn' }],
])('%s ends as it says', async (model, end) => {
  const question = { ...base, model, stop_sequences: ['END'] }
  const message = await client.messages.create(question)
  expect(message).toMatchObject(end)
  expect(await client.messages.stream(question).finalMessage()).toMatchObject(end)
  if (model === 'refusal') expect(message.content).toMatchObject([{ text: refusalText }])
})

test('tokens are counted without an answer, and without a bill', async () => {
  const billed = simulator.bill.length
  const count = await client.messages.countTokens({
    model: 'sim-small',
    messages: hello,
    system: 'Be short.',
  })
  expect(count.input_tokens).toBe(5)
  expect(simulator.bill).toHaveLength(billed)
})

test('models are listed in the shape of the API', async () => {
  const models = await Array.fromAsync(client.models.list())
  expect(models[0]).toMatchObject({ type: 'model', id: 'sim-small' })
})

test('a thread is held by the provider and continued once', async () => {
  const first = await client.beta.messages.create({ ...base, thread: { type: 'create' } })
  const thread = { type: 'continue' as const, previous_message_id: first.id }
  const second = await client.beta.messages.create({ ...base, thread })
  // Three words, the sixteen of the answer, and three new ones.
  expect(second.usage.input_tokens).toBe(22)
  expect(await refusalTo({ ...base, thread })).toMatchObject({ status: 400 })
  const unknown = { type: 'continue', previous_message_id: 'msg_x' }
  const failure = await refusalTo({ ...base, thread: unknown })
  expect(failure).toMatchObject({ status: 404 })
  expect(failure.message).toContain('thread_not_found')
})

const foreign = { type: 'thinking', thinking: 'Hm.', signature: 'c29tZW9uZSBlbHNl' }
const call = { type: 'tool_use', id: 'toolu_1', name: 'clock', input: {} }
const result = { type: 'tool_result', tool_use_id: 'toolu_1', content: 'noon' }
const user = (...content: readonly object[]): object => ({ role: 'user', content })
const assistant = (...content: readonly object[]): object => ({ role: 'assistant', content })

test.each<[string, object, string]>([
  ['a missing max_tokens', { max_tokens: undefined }, 'max_tokens: Field required'],
  ['an unknown member', { n: 2 }, 'n: Extra inputs are not permitted'],
  [
    'a first turn of the assistant',
    { messages: [assistant(call)] },
    'first message must use the "user" role',
  ],
  [
    'a foreign signature',
    { messages: [...hello, assistant(foreign), ...hello] },
    'messages.1.content.0: Invalid `signature` in `thinking` block',
  ],
  [
    'a hidden thought of somebody else',
    { messages: [...hello, assistant({ type: 'redacted_thinking', data: 'eA==' }), ...hello] },
    'messages.1.content.0: Invalid `data`',
  ],
  [
    'a result without its call',
    { messages: [user(result)] },
    'messages.0.content.0: unexpected `tool_use_id`',
  ],
  [
    'a call without its result',
    { messages: [...hello, assistant(call), ...hello] },
    'messages.1: `tool_use` ids',
  ],
  [
    'an id that is none',
    { messages: [...hello, assistant({ ...call, id: 'a b' }), user(result)] },
    'messages.1.content.0.tool_use.id: String should match pattern',
  ],
  ['an empty text', { messages: [user({ type: 'text', text: '' })] }, 'must be non-empty'],
  ['a temperature of chat', { temperature: 1.5 }, 'temperature: range: 0..1'],
  [
    'a budget too small',
    { thinking: { type: 'enabled', budget_tokens: 5 } },
    'budget_tokens: Input should be',
  ],
  ['a tool without a schema', { tools: [{ name: 'clock' }] }, 'tools.0.custom.input_schema: Field required'],
])('%s is refused with its place', async (_, change, message) => {
  const failure = await refusalTo({ ...base, ...change })
  expect(failure).toMatchObject({ status: 400, type: 'invalid_request_error' })
  expect(failure.message).toContain(message.replaceAll('"', '\\"'))
  expect(simulator.bill.at(-1)).toMatchObject({ status: 400, finish: 'error', outputTokens: 0 })
})

test('a request without a version or with a wrong key is refused', async () => {
  const headers = { 'x-api-key': simulatorKey }
  const body = JSON.stringify(base)
  const answer = await fetch(`${simulator.baseUrl}/v1/messages`, { method: 'POST', headers, body })
  expect(answer.status).toBe(400)
  expect(await answer.text()).toContain('anthropic-version: header is required')
  const failure = await refusalTo(base, { 'x-api-key': 'wrong' })
  expect(failure).toMatchObject({ status: 401, type: 'authentication_error' })
})

test.each([
  ['status:529', 529, 'overloaded_error'],
  ['throttle:7', 429, 'rate_limit_error'],
  ['status:500', 500, 'api_error'],
  ['sim/tpyo', 404, 'not_found_error'],
])('%s answers in the envelope', async (model, status, type) => {
  const failure = await refusalTo({ ...base, model })
  expect(failure).toMatchObject({ status, type })
  expect(failure.requestID).toBe((failure.error as { request_id: string }).request_id)
  if (model === 'throttle:7') expect(failure.headers?.get('retry-after')).toBe('7')
})

function wire(model: string): Promise<string> {
  const headers = [`x-api-key: ${simulatorKey}`, 'anthropic-version: 2023-06-01']
  const request = postRequest('/v1/messages', headers, { ...base, model, stream: true })
  return streamedBody(simulator.port, request)
}

test('events break off where they were told to', async () => {
  const cut = await wire('cut-after:5')
  expect(cut.match(/^event: /gmu)).toHaveLength(5)
  expect(simulator.bill.at(-1)).toMatchObject({ finish: 'cut', outputTokens: 2 })
  expect(await wire('no-done+tokens:2')).not.toContain('message_stop')
  expect(await wire('empty-stream')).toBe('')
  const failed = await wire('error-event:4')
  expect(failed).toContain('event: error\ndata: {"type":"error","error":{"type":"api_error"')
  expect(await wire('bad-event:3+tokens:2')).toContain('\n\ndata: {"broken\n\n')
})

test('the layout of the bytes may be anything', async () => {
  const plain = await wire('tokens:2')
  const odd = await wire('tokens:2+slice:1+line:crlf+comments')
  const lines = (text: string): string[] => text.split(/\r?\n/u).filter((line) => line.startsWith('data: '))
  const idless = (text: string): string[] => lines(text).map((line) => line.replace(/msg_[0-9a-f]+/u, ''))
  expect(odd).toContain('\r\n: keep-alive\r\n')
  expect(idless(odd).slice(1)).toEqual(idless(plain).slice(1))
  const missing = await wire('usage:missing+tokens:2')
  expect(missing).not.toContain('"usage"')
})
