// The simulator against OpenAI's own client: responses, whole and streamed, and what the API refuses.
import { afterAll, expect, test } from 'bun:test'
import OpenAI from 'openai'
import type {
  Response,
  ResponseCreateParamsNonStreaming,
  ResponseInput,
} from 'openai/resources/responses/responses'
import { expectedText, refusalText } from '../expected-text.ts'
import { postRequest, streamedBody } from '../raw-exchange.ts'
import { simulatorKey, startSimulator } from '../start-simulator.ts'
import { failureOf } from '../../failure-of.ts'

const simulator = await startSimulator()
afterAll(() => simulator.stop())

const client = new OpenAI({ apiKey: simulatorKey, baseURL: `${simulator.baseUrl}/v1`, maxRetries: 0 })
const words = 'Hello there, simulator'
const base = { model: 'sim-small', input: words }
const tools = ['weather', 'clock'].map((name) => ({
  type: 'function' as const,
  name,
  strict: false,
  parameters: { type: 'object', properties: { place: { type: 'string' } } },
}))

function textFor(model: string): string {
  return expectedText({ model, messages: [{ role: 'user', content: words }] })
}

async function responseTo(
  question: Omit<ResponseCreateParamsNonStreaming, 'stream'>,
  isStream: boolean,
): Promise<Response> {
  return isStream ? client.responses.stream(question).finalResponse() : client.responses.create(question)
}

async function refusalTo(body: object): Promise<InstanceType<typeof OpenAI.APIError>> {
  const failure = await failureOf(() => client.post('/responses', { body }))
  if (failure instanceof OpenAI.APIError) return failure
  throw failure
}

/** What was said, as a client sends it back that keeps what it got. */
function replayed(...turns: readonly object[]): ResponseInput {
  return JSON.parse(JSON.stringify(turns))
}

test('a whole response holds the expected text, its counts and stands on the bill', async () => {
  const headers = { 'x-client-request-id': 'att_r1' }
  const response = await client.responses.create({ ...base, instructions: 'Be short.' }, { headers })
  const messages = [
    { role: 'system', content: 'Be short.' },
    { role: 'user', content: words },
  ]
  expect(response.output_text).toBe(expectedText({ model: 'sim-small', messages }))
  expect(response).toMatchObject({ status: 'completed', instructions: 'Be short.' })
  expect(response.usage).toMatchObject({ input_tokens: 5, output_tokens: 16, total_tokens: 21 })
  const entry = await simulator.waitForEnd('att_r1')
  expect(entry).toMatchObject({ endpoint: 'responses', inputTokens: 5, outputTokens: 16, finish: 'done' })
})

test('a stream has every event in order, numbered, and adds up to the same response', async () => {
  const types: string[] = []
  const numbers: number[] = []
  const stream = client.responses.stream({ ...base, model: 'tokens:2' })
  stream.on('event', (event) => {
    types.push(event.type.replace('response.', ''))
    numbers.push(event.sequence_number)
  })
  const response = await stream.finalResponse()
  expect(response.output_text).toBe(textFor('tokens:2'))
  expect(numbers).toEqual([...numbers.keys()])
  expect(types).toEqual([
    'created',
    'in_progress',
    'output_item.added',
    'content_part.added',
    'output_text.delta',
    'output_text.delta',
    'output_text.done',
    'content_part.done',
    'output_item.done',
    'completed',
  ])
})

test.each([false, true])('thoughts are sealed and come back, streamed: %p', async (isStream) => {
  const question = {
    ...base,
    model: 'tokens:2',
    store: false,
    reasoning: { effort: 'low' as const, summary: 'auto' as const },
    include: ['reasoning.encrypted_content' as const],
  }
  const first = await responseTo(question, isStream)
  expect(first.output[0]).toMatchObject({
    type: 'reasoning',
    summary: [{ type: 'summary_text', text: 'thought0 thought1 thought2 thought3 ' }],
  })
  expect(first.usage?.output_tokens_details.reasoning_tokens).toBe(4)
  const input = replayed({ role: 'user', content: words }, ...first.output, { role: 'user', content: 'On' })
  const again = await client.responses.create({ ...question, input })
  expect(again.status).toBe('completed')
})

test('thoughts without a seal are found only where they were kept', async () => {
  const first = await client.responses.create({ ...base, reasoning: { effort: 'low' } })
  expect(first.output[0]).toMatchObject({ type: 'reasoning', summary: [] })
  await client.responses.create({
    ...base,
    input: replayed(...first.output, { role: 'user', content: 'On' }),
  })
  const failure = await refusalTo({ ...base, input: [{ type: 'reasoning', id: 'rs_x', summary: [] }] })
  expect(failure).toMatchObject({ status: 404 })
})

test.each([false, true])('two functions are called and answered, streamed: %p', async (isStream) => {
  const first = await responseTo({ ...base, tools }, isStream)
  const calls = first.output.filter((item) => item.type === 'function_call')
  expect(calls).toMatchObject([
    { name: 'weather', arguments: '{"place":"text"}' },
    { name: 'clock', arguments: '{"place":"text"}' },
  ])
  const outputs = calls.map((call) => ({
    type: 'function_call_output' as const,
    call_id: call.call_id,
    output: 'sunny',
  }))
  const input = replayed({ role: 'user', content: words }, ...first.output, ...outputs)
  expect((await client.responses.create({ ...base, tools, input })).output_text).toContain('word1')
  const continued = { ...base, tools, previous_response_id: first.id, input: outputs }
  expect((await client.responses.create(continued)).output_text).toContain('word1')
})

test.each([false, true])('a tool that takes text is called and answered, streamed: %p', async (isStream) => {
  const custom = { ...base, tools: [{ type: 'custom' as const, name: 'apply_patch' }] }
  simulator.next({ answer: { toolCalls: [{ name: 'apply_patch', arguments: '*** Begin Patch' }] } })
  const first = await responseTo(custom, isStream)
  expect(first.output).toMatchObject([
    { type: 'custom_tool_call', name: 'apply_patch', input: '*** Begin Patch' },
  ])
  const [called] = first.output
  const output = { call_id: called?.type === 'custom_tool_call' ? called.call_id : '', output: 'Done.' }
  const result = { type: 'custom_tool_call_output' as const, ...output }
  const input = replayed({ role: 'user', content: words }, ...first.output, result)
  expect((await client.responses.create({ ...custom, input })).output_text).toContain('word1')
})

test("the pieces of parallel calls' arguments take turns", async () => {
  const events = await Array.fromAsync(
    await client.responses.create({
      ...base,
      model: 'parallel-tools',
      tools: tools.slice(0, 1),
      stream: true,
    }),
  )
  const deltas = events.filter((event) => event.type === 'response.function_call_arguments.delta')
  expect(deltas.slice(0, 4).map((event) => event.output_index)).toEqual([0, 1, 0, 1])
})

test.each([false, true])(
  'refusals, lengths and failures end as they should, streamed: %p',
  async (isStream) => {
    const refusal = await responseTo({ ...base, model: 'refusal' }, isStream)
    expect(refusal.output).toMatchObject([{ content: [{ type: 'refusal', refusal: refusalText }] }])
    const long = { ...base, model: 'tokens:50', max_output_tokens: 20 }
    const cut = isStream
      ? (await Array.fromAsync(await client.responses.create({ ...long, stream: true }))).at(-1)
      : { response: await client.responses.create(long) }
    expect(cut).toMatchObject({
      response: { status: 'incomplete', incomplete_details: { reason: 'max_output_tokens' } },
    })
  },
)

test('a schema is answered with JSON that fits it', async () => {
  const schema = { type: 'object', properties: { city: { type: 'string' } } }
  const format = { type: 'json_schema' as const, name: 'city', schema }
  expect((await client.responses.create({ ...base, text: { format } })).output_text).toBe('{"city":"text"}')
})

test('a response that was not kept cannot be continued', async () => {
  const first = await client.responses.create({ ...base, store: false })
  const failure = await refusalTo({ ...base, previous_response_id: first.id })
  expect(failure).toMatchObject({
    status: 400,
    code: 'previous_response_not_found',
    param: 'previous_response_id',
  })
})

const call = { type: 'function_call', call_id: 'call_1', name: 'clock', arguments: '{}' }
const output = { type: 'function_call_output', call_id: 'call_1', output: 'noon' }

test.each<[string, object, string | null, string]>([
  ['a member of chat', { messages: [] }, 'unknown_parameter', "Unknown parameter: 'messages'."],
  ['no input', { input: undefined }, 'missing_required_parameter', "Missing required parameter: 'input'."],
  [
    "chat's form of a tool",
    { tools: [{ type: 'function', function: { name: 'f' } }] },
    'missing_required_parameter',
    "'tools[0].name'",
  ],
  [
    'a part of chat',
    { input: [{ role: 'user', content: [{ type: 'text', text: 'x' }] }] },
    'invalid_value',
    "'text'",
  ],
  [
    'a foreign seal',
    { input: [{ type: 'reasoning', id: 'rs_1', summary: [], encrypted_content: 'gAAAAAB' }] },
    'invalid_encrypted_content',
    'could not be verified',
  ],
  ['an output without its call', { input: [output] }, null, 'No tool call found'],
  ['a call without its output', { input: [call] }, null, 'No tool output found'],
  ['a foreign id', { input: [{ ...call, id: 'toolu_1' }, output] }, null, "begins with 'fc'"],
  ['too small a length', { max_output_tokens: 5 }, 'integer_below_min_value', 'Expected a value >= 16'],
])('%s is refused', async (_, change, code, message) => {
  const failure = await refusalTo({ ...base, ...change })
  expect(failure).toMatchObject({ status: 400, code, type: 'invalid_request_error' })
  expect(failure.message).toContain(message)
})

test.each([
  ['status:503', 503],
  ['throttle:7', 429],
  ['sim/tpyo', 404],
])('%s answers in the envelope', async (model, status) => {
  expect(await refusalTo({ ...base, model })).toMatchObject({ status })
})

function wire(model: string): Promise<string> {
  const request = postRequest('/v1/responses', [`authorization: Bearer ${simulatorKey}`], {
    ...base,
    model,
    stream: true,
  })
  return streamedBody(simulator.port, request)
}

test('events break off where they were told to', async () => {
  const cut = await wire('cut-after:6')
  expect(cut.match(/^event: /gmu)).toHaveLength(6)
  expect(simulator.bill.at(-1)).toMatchObject({ finish: 'cut', outputTokens: 2 })
  const failed = await wire('error-event:5')
  expect(failed).toContain('event: error\ndata: {"type":"error","code":"server_error"')
  expect(failed).toContain('"sequence_number":5}')
  expect(await wire('finish:failed')).toContain('event: response.failed\n')
  expect(await wire('no-done+tokens:2')).not.toContain('response.completed')
  expect(await wire('usage:missing+tokens:2')).toContain('"usage":null},"sequence_number":9}')
  expect(await wire('slice:1+line:crlf+tokens:2')).toContain('\r\nevent: response.completed\r\ndata: ')
})
