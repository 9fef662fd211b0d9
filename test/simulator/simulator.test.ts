// The simulator against the official client: what a well-behaved provider must do, and the bill that it
// keeps.
import { afterAll, expect, test } from 'bun:test'
import OpenAI from 'openai'
import { expectedEmbedding } from './embeddings.ts'
import { expectedText, refusalText } from './expected-text.ts'
import { headerOf } from './read-requests.ts'
import { simulatorKey, startSimulator } from './start-simulator.ts'
import { failureOf } from '../failure-of.ts'
import { bodyText, lastRequest } from './last-request.ts'

const simulator = await startSimulator()
afterAll(() => simulator.stop())

const client = new OpenAI({ apiKey: simulatorKey, baseURL: `${simulator.baseUrl}/v1`, maxRetries: 0 })
const hello = [{ role: 'user' as const, content: 'Hello there, simulator' }]

function lastEntry() {
  return simulator.bill.at(-1)
}

test('a whole answer holds the expected text and its usage', async () => {
  const question = { model: 'sim-small', messages: hello, max_tokens: 5 }
  const answer = await client.chat.completions.create(question)
  expect(answer.choices[0]?.message.content).toBe(expectedText(question))
  expect(answer.choices[0]?.finish_reason).toBe('stop')
  expect(answer.usage).toMatchObject({ prompt_tokens: 3, completion_tokens: 5, total_tokens: 8 })
})

test('a stream holds the same text as a whole answer', async () => {
  const question = { model: 'sim-small', messages: hello, stream: true as const }
  let text = ''
  for await (const chunk of await client.chat.completions.create(question)) {
    text += chunk.choices[0]?.delta.content ?? ''
  }
  expect(text).toBe(expectedText(question))
  expect(text.split(' ')).toHaveLength(16)
})

test('usage comes in an event without choices when it was asked for', async () => {
  const stream = await client.chat.completions.create({
    model: 'tokens:4',
    messages: hello,
    stream: true,
    stream_options: { include_usage: true },
  })
  const chunks = await Array.fromAsync(stream)
  expect(chunks.slice(0, -1).every((chunk) => chunk.usage === null)).toBe(true)
  expect(chunks.at(-1)?.choices).toEqual([])
  expect(chunks.at(-1)?.usage).toMatchObject({ prompt_tokens: 3, completion_tokens: 4, total_tokens: 7 })
  expect(lastEntry()?.usageSent).toEqual({ prompt_tokens: 3, completion_tokens: 4, total_tokens: 7 })
})

test('several choices differ and are interleaved', async () => {
  const question = { model: 'tokens:3', messages: hello, n: 2, stream: true as const }
  const texts = ['', '']
  const order: number[] = []
  for await (const chunk of await client.chat.completions.create(question)) {
    const [choice] = chunk.choices
    if (choice?.delta.content === undefined || choice.delta.content === '') continue
    texts[choice.index] += choice.delta.content ?? ''
    order.push(choice.index)
  }
  expect(texts).toEqual([expectedText(question), expectedText(question, undefined, 1)])
  expect(texts[0]).not.toBe(texts[1])
  expect(order).toEqual([0, 1, 0, 1, 0, 1])
})

test('log probabilities come for every token', async () => {
  const answer = await client.chat.completions.create({
    model: 'tokens:3',
    messages: hello,
    logprobs: true,
    top_logprobs: 2,
  })
  const content = answer.choices[0]?.logprobs?.content ?? []
  expect(content.map((entry) => entry.token).join('')).toBe(answer.choices[0]?.message.content ?? '')
  expect(content.every((entry) => entry.top_logprobs.length === 2)).toBe(true)
})

const tools = ['weather', 'clock'].map((name) => ({
  type: 'function' as const,
  function: { name, parameters: { type: 'object', properties: { place: { type: 'string' } } } },
}))

test('tools are called in parallel with arguments that fit their schemas', async () => {
  const answer = await client.chat.completions.create({ model: 'sim-small', messages: hello, tools })
  expect(answer.choices[0]?.finish_reason).toBe('tool_calls')
  const calls = answer.choices[0]?.message.tool_calls ?? []
  expect(calls.map((call) => call.type === 'function' && call.function)).toEqual([
    { name: 'weather', arguments: '{"place":"text"}' },
    { name: 'clock', arguments: '{"place":"text"}' },
  ])
})

test('streamed tool arguments add up to the same calls', async () => {
  const stream = client.chat.completions.stream({ model: 'sim-small', messages: hello, tools })
  const message = await stream.finalMessage()
  const names = message.tool_calls?.map((call) => call.type === 'function' && call.function.arguments)
  expect(names).toEqual(['{"place":"text"}', '{"place":"text"}'])
})

test("the pieces of parallel calls' arguments take turns, also of one tool", async () => {
  const question = { model: 'parallel-tools', messages: hello, tools: tools.slice(0, 1) }
  const order: number[] = []
  const texts = ['', '']
  for await (const chunk of await client.chat.completions.create({ ...question, stream: true })) {
    for (const call of chunk.choices[0]?.delta.tool_calls ?? []) {
      order.push(call.index)
      texts[call.index] += call.function?.arguments ?? ''
    }
  }
  expect(order.slice(0, 4)).toEqual([0, 1, 0, 1])
  expect(texts).toEqual(['{"place":"text"}', '{"place":"text"}'])
})

test.each([false, true])('a refusal is said in its own member, streamed: %p', async (stream) => {
  const question = { model: 'refusal', messages: hello }
  const message = stream
    ? await client.chat.completions.stream(question).finalMessage()
    : (await client.chat.completions.create(question)).choices[0]?.message
  expect(message?.refusal).toBe(refusalText)
  expect(message?.content ?? '').toBe('')
})

test('calls that are made once are those of tools that the request has, until a tool has answered', async () => {
  const toolCalls = ['weather', 'unknown'].map((name) => ({ name, arguments: '{}' }))
  const behaviour = { answer: { toolCalls, toolCallsOnce: true, text: 'Sunny.' } }
  const ask = async (question: object): Promise<OpenAI.ChatCompletionMessage | undefined> => {
    simulator.next(behaviour)
    const whole = { model: 'sim-small', messages: hello, ...question }
    return (await client.chat.completions.create(whole)).choices[0]?.message
  }
  expect((await ask({}))?.content).toBe('Sunny.')
  const called = await ask({ tools })
  expect(called?.tool_calls).toMatchObject([{ function: { name: 'weather' } }])
  const result = { role: 'tool', tool_call_id: called?.tool_calls?.[0]?.id, content: 'dry' }
  // Some programs add words of their own behind a result.
  const answered = [...hello, called, result, { role: 'user', content: 'Remember the list.' }]
  expect((await ask({ tools, messages: answered }))?.content).toBe('Sunny.')
  const later = [...answered, { role: 'assistant', content: 'Sunny.' }, ...hello]
  expect((await ask({ tools, messages: later }))?.tool_calls).toHaveLength(1)
})

test('a tool loop of the client comes to an end', async () => {
  const runner = client.chat.completions.runTools({
    model: 'sim-small',
    messages: hello,
    tools: [
      {
        type: 'function',
        function: {
          name: 'clock',
          description: 'Tells the time.',
          parameters: { type: 'object', properties: {} },
          parse: JSON.parse,
          function: () => 'noon',
        },
      },
    ],
  })
  expect(await runner.finalContent()).toContain('word1')
})

test('structured output fits the schema that was sent', async () => {
  const schema = {
    type: 'object',
    properties: { city: { type: 'string' }, degrees: { type: 'number' }, kind: { enum: ['warm', 'cold'] } },
    required: ['city', 'degrees', 'kind'],
    additionalProperties: false,
  }
  const answer = await client.chat.completions.parse({
    model: 'sim-small',
    messages: hello,
    response_format: { type: 'json_schema', json_schema: { name: 'weather', schema, strict: true } },
  })
  expect(JSON.parse(answer.choices[0]?.message.content ?? '')).toEqual({
    city: 'text',
    degrees: 1.5,
    kind: 'warm',
  })
})

test('vision parts are accepted and cost tokens', async () => {
  const answer = await client.chat.completions.create({
    model: 'tokens:1',
    messages: [
      {
        role: 'user',
        content: [
          { type: 'text', text: 'What is this?' },
          { type: 'image_url', image_url: { url: 'data:image/png;base64,AAAA' } },
        ],
      },
    ],
  })
  expect(answer.usage?.prompt_tokens).toBe(3 + 85)
})

test.each([
  ['a text', 'hello world', 2],
  ['several texts', ['hello', 'big world'], 3],
  ['token numbers', [1, 2, 3, 4], 4],
  ['several lists of token numbers', [[1, 2], [3]], 3],
])('embeddings of %s are the same as floats and as base64', async (_, input, tokens) => {
  const floats = await client.embeddings.create({ model: 'sim-embedding', input, encoding_format: 'float' })
  // The client asks for base64 by itself and decodes it.
  const decoded = await client.embeddings.create({ model: 'sim-embedding', input })
  expect(floats.data.map((entry) => entry.embedding)).toEqual(
    decoded.data.map((entry) => [...entry.embedding]),
  )
  expect(floats.usage.prompt_tokens).toBe(tokens)
})

test('an embedding is a function of its input', async () => {
  const answer = await client.embeddings.create({
    model: 'e',
    input: 'hello',
    dimensions: 3,
    encoding_format: 'float',
  })
  expect(answer.data[0]?.embedding).toEqual([...expectedEmbedding('hello', 3)])
})

test('models are listed and found by id', async () => {
  const list = await Array.fromAsync(client.models.list())
  expect(list.map((model) => model.id)).toEqual(['sim-small', 'sim-large', 'sim-embedding'])
  expect((await client.models.retrieve('sim-large')).owned_by).toBe('simulator')
  expect(async () => client.models.retrieve('nothing')).toThrow('does not exist')
})

test('a wrong key is refused in the envelope and stands on the bill', async () => {
  const stranger = client.withOptions({ apiKey: 'sk-wrong' })
  const failure = await failureOf(() =>
    stranger.chat.completions.create({ model: 'sim-small', messages: hello }),
  )
  expect(failure).toBeInstanceOf(OpenAI.AuthenticationError)
  expect(failure).toMatchObject({ code: 'invalid_api_key', status: 401 })
  expect(lastEntry()).toMatchObject({ key: 'sk-wrong', status: 401, finish: 'error', outputTokens: 0 })
})

test('a missing member is refused by name', async () => {
  const answer = await fetch(`${simulator.baseUrl}/v1/chat/completions`, {
    method: 'POST',
    headers: { authorization: `Bearer ${simulatorKey}` },
    body: '{"model":"sim-small"}',
  })
  expect(answer.status).toBe(400)
  expect(await answer.json()).toMatchObject({ error: { param: 'messages', type: 'invalid_request_error' } })
})

test('a name under sim/ that is no behaviour is an unknown model', async () => {
  expect(async () => client.chat.completions.create({ model: 'sim/cut-aftr:3', messages: hello })).toThrow(
    'does not exist',
  )
})

test('queued behaviours come first, then the name of the model, then the default', async () => {
  await using other = await startSimulator({ default: { answer: { text: 'default' } } })
  const there = client.withOptions({ baseURL: `${other.baseUrl}/v1` })
  const ask = async (model: string) => {
    const answer = await there.chat.completions.create({ model, messages: hello })
    return answer.choices[0]?.message.content
  }
  other.next({ answer: { text: 'first' } }, { answer: { text: 'second' } })
  expect([await ask('tokens:2'), await ask('gpt-5'), await ask('gpt-5')]).toEqual([
    'first',
    'second',
    'default',
  ])
  expect(await ask('sim/tokens:2')).toBe(expectedText({ model: 'tokens:2', messages: hello }))
})

test('requests are kept with the order and casing of their headers', async () => {
  await using other = await startSimulator()
  const body = '{"model":"sim-small","messages":[],"x":1.0}'
  const socket = await Bun.connect({ hostname: '127.0.0.1', port: other.port, socket: { data: () => {} } })
  socket.write(
    `POST /v1/chat/completions HTTP/1.1\r\nHost: a\r\nX-Zeta: 1\r\nx-ALPHA: 2\r\nContent-Length: ${body.length}\r\n\r\n${body}`,
  )
  await other.waitForRequests(1)
  socket.end()
  const request = lastRequest(other)
  expect(request.headers.map(([name]) => name)).toEqual(['Host', 'X-Zeta', 'x-ALPHA', 'Content-Length'])
  expect(bodyText(request)).toBe(body)
  expect(headerOf(request, 'X-Alpha')).toBe('2')
})

test('the bill tells who aborted, when, and how much had been written', async () => {
  const leaving = new AbortController()
  const stream = await client.chat.completions.create(
    { model: 'tokens:100000+gap:1', messages: hello, stream: true },
    { signal: leaving.signal, headers: { 'x-client-request-id': 'att_abort' } },
  )
  let seen = 0
  let leftAtMs = 0
  try {
    for await (const chunk of stream) {
      seen += chunk.choices[0]?.delta.content === '' ? 0 : 1
      if (seen < 3) continue
      leftAtMs = performance.timeOrigin + performance.now()
      leaving.abort()
      break
    }
  } catch {
    // Leaving may be thrown by the client; the bill is what is looked at.
  }
  const entry = await simulator.waitForAbort('att_abort')
  expect(entry).toMatchObject({ finish: 'aborted-by-client', attemptId: 'att_abort', key: simulatorKey })
  expect(entry.outputTokens).toBeGreaterThanOrEqual(3)
  expect((entry.clientClosedAtMs ?? Number.POSITIVE_INFINITY) - leftAtMs).toBeLessThan(50)
})

test('stopping ends what is open, and the bill says so', async () => {
  const stopped = await startSimulator()
  stopped.next({ fault: { kind: 'stall', at: { afterEvents: 2 } } })
  const there = client.withOptions({ baseURL: `${stopped.baseUrl}/v1` })
  const stream = await there.chat.completions.create({ model: 'm', messages: hello, stream: true })
  await stopped.waitForRequests(1)
  await stopped.stop()
  expect(async () => Array.fromAsync(stream)).toThrow()
  expect(stopped.bill).toMatchObject([{ finish: 'shutdown', outputTokens: 1 }])
  expect(stopped.connections).toBe(0)
})
