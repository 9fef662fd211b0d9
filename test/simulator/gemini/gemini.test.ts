// The simulator against Google's own client: generateContent, whole and streamed, and what the API refuses.
import { afterAll, expect, test } from 'bun:test'
import { ApiError, GoogleGenAI } from '@google/genai'
import type { Content, GenerateContentParameters, GenerateContentResponse, Part } from '@google/genai'
import { expectedText, refusalText } from '../expected-text.ts'
import { postRequest, streamedBody } from '../raw-exchange.ts'
import { simulatorKey, startSimulator } from '../start-simulator.ts'
import { failureOf } from '../../failure-of.ts'

const simulator = await startSimulator()
afterAll(() => simulator.stop())

const client = new GoogleGenAI({ apiKey: simulatorKey, httpOptions: { baseUrl: simulator.baseUrl } })
const words = 'Hello there, simulator'
const hello: Content[] = [{ role: 'user', parts: [{ text: words }] }]
const base = { model: 'sim-small', contents: hello }
const functionDeclarations = ['weather', 'clock'].map((name) => ({
  name,
  parametersJsonSchema: { type: 'object', properties: { place: { type: 'string' } } },
}))

function textFor(model: string, choice = 0): string {
  return expectedText({ model, messages: [{ role: 'user', content: words }] }, undefined, choice)
}

async function streamed(question: GenerateContentParameters): Promise<readonly GenerateContentResponse[]> {
  return Array.fromAsync(await client.models.generateContentStream(question))
}

/** All parts of the first candidate, whole or streamed. */
async function partsFor(question: GenerateContentParameters, isStream: boolean): Promise<readonly Part[]> {
  const answers = isStream ? await streamed(question) : [await client.models.generateContent(question)]
  return answers.flatMap((answer) => answer.candidates?.[0]?.content?.parts ?? [])
}

async function refusalTo(body: object, model = 'sim-small', key = simulatorKey) {
  const answer = await fetch(`${simulator.baseUrl}/v1beta/models/${model}:generateContent`, {
    method: 'POST',
    headers: { 'x-goog-api-key': key },
    body: JSON.stringify(body),
  })
  return { status: answer.status, body: await answer.text() }
}

test('a whole answer holds the expected text, its counts and stands on the bill', async () => {
  const answer = await client.models.generateContent({
    ...base,
    config: { httpOptions: { headers: { 'x-client-request-id': 'att_g1' } } },
  })
  expect(answer.text).toBe(textFor('sim-small'))
  expect<string | undefined>(answer.candidates?.[0]?.finishReason).toBe('STOP')
  expect(answer.usageMetadata).toMatchObject({
    promptTokenCount: 3,
    candidatesTokenCount: 16,
    totalTokenCount: 19,
  })
  const entry = await simulator.waitForEnd('att_g1')
  expect(entry).toMatchObject({ endpoint: 'generate', key: simulatorKey, inputTokens: 3, outputTokens: 16 })
})

test('a stream adds up to the same text, with behaviours in the URL', async () => {
  const chunks = await streamed({ ...base, model: 'tokens:3' })
  expect(chunks.map((chunk) => chunk.text ?? '').join('')).toBe(textFor('tokens:3'))
  expect(chunks).toHaveLength(4)
  expect(chunks.at(-1)?.usageMetadata).toMatchObject({ candidatesTokenCount: 3, totalTokenCount: 6 })
  expect(simulator.bill.at(-1)).toMatchObject({ model: 'tokens:3', stream: true, outputTokens: 3 })
})

test('the same system text in chat makes the same answer', async () => {
  const answer = await client.models.generateContent({ ...base, config: { systemInstruction: 'Be short.' } })
  const messages = [
    { role: 'system', content: 'Be short.' },
    { role: 'user', content: words },
  ]
  expect(answer.text).toBe(expectedText({ model: 'sim-small', messages }))
})

test('several candidates differ', async () => {
  const answer = await client.models.generateContent({ ...base, config: { candidateCount: 2 } })
  const texts = answer.candidates?.map((candidate) => candidate.content?.parts?.[0]?.text)
  expect(texts).toEqual([textFor('sim-small'), textFor('sim-small', 1)])
})

test.each([false, true])('thoughts are signed and come back, streamed: %p', async (isStream) => {
  const question = { ...base, model: 'tokens:2', config: { thinkingConfig: { includeThoughts: true } } }
  const parts = await partsFor(question, isStream)
  const thoughts = parts.filter((part) => part.thought === true)
  expect(thoughts.map((part) => part.text).join('')).toBe('thought0 thought1 thought2 thought3 ')
  expect(parts.at(-1)?.thoughtSignature).toBeString()
  const contents = [...hello, { role: 'model', parts: [...parts] }, ...hello]
  expect((await client.models.generateContent({ ...question, contents })).text).toContain('word1')
})

test.each([false, true])('two functions are called and answered, streamed: %p', async (isStream) => {
  const question = { ...base, model: 'reasoning:2', config: { tools: [{ functionDeclarations }] } }
  const parts = (await partsFor(question, isStream)).filter((part) => part.text !== '')
  const calls = parts.flatMap((part) => part.functionCall ?? [])
  expect(calls).toMatchObject([
    { name: 'weather', args: { place: 'text' } },
    { name: 'clock', args: { place: 'text' } },
  ])
  expect(parts.filter((part) => part.thoughtSignature !== undefined)).toHaveLength(1)
  const answers = calls.map(({ id, name }) => ({
    functionResponse: { id, name, response: { output: 'sunny' } },
  }))
  const contents = [
    ...hello,
    { role: 'model', parts: [...parts] },
    { role: 'user', parts: answers },
  ] as Content[]
  const second = await client.models.generateContent({ ...question, contents })
  expect(second.functionCalls).toBeUndefined()
  expect(second.text).toContain('word1')
})

test.each<[string, object]>([
  ['JSON schema', { responseJsonSchema: { type: 'object', properties: { city: { type: 'string' } } } }],
  ["Google's schema", { responseSchema: { type: 'OBJECT', properties: { city: { type: 'STRING' } } } }],
])('%s is answered with JSON that fits it', async (_, schema) => {
  const config = { responseMimeType: 'application/json', ...schema }
  expect((await client.models.generateContent({ ...base, config })).text).toBe('{"city":"text"}')
})

test('a refusal ends for safety', async () => {
  const answer = await client.models.generateContent({ ...base, model: 'refusal' })
  expect(answer.candidates?.[0]).toMatchObject({ finishReason: 'SAFETY', safetyRatings: [{ blocked: true }] })
  expect(answer.text).toBe(refusalText)
})

test('tokens are counted and models are listed', async () => {
  expect((await client.models.countTokens(base)).totalTokens).toBe(3)
  const models = await Array.fromAsync(await client.models.list())
  expect(models.map((model) => model.name)).toContain('models/sim-small')
})

const foreign = { text: 'Hm.', thoughtSignature: 'c29tZW9uZSBlbHNl' }
const call = { functionCall: { name: 'clock', args: {} } }
const response = { functionResponse: { name: 'clock', response: {} } }
const user = (...parts: readonly object[]): object => ({ role: 'user', parts })
const model = (...parts: readonly object[]): object => ({ role: 'model', parts })

test.each<[string, object, string]>([
  ['an unknown member', { contents: hello, messages: [] }, 'Unknown name \\"messages\\": Cannot find field.'],
  [
    'an unknown setting',
    { contents: hello, generationConfig: { max_tokens: 5 } },
    'Unknown name \\"max_tokens\\" at \'generation_config\'',
  ],
  ['no contents', {}, 'contents is not specified'],
  [
    'a role of chat',
    { contents: [{ role: 'assistant', parts: [{ text: 'x' }] }] },
    'valid role: user, model',
  ],
  [
    'a foreign signature',
    { contents: [...hello, model(foreign), ...hello] },
    'Thought signature is not valid',
  ],
  ['an answer to nothing', { contents: [user(response)] }, 'immediately after a function call turn'],
  [
    'a call without its answer',
    { contents: [...hello, model(call), ...hello] },
    'immediately after a function call',
  ],
  [
    'fewer answers than calls',
    { contents: [...hello, model(call, call), user(response)] },
    'number of function response parts',
  ],
  ['an empty part', { contents: [user({})] }, 'must have one initialized field'],
  [
    'JSON schema where it is not understood',
    { contents: hello, tools: [{ functionDeclarations: [{ name: 'f', parameters: { $ref: '#' } }] }] },
    'Unknown name \\"$ref\\"',
  ],
])('%s is refused', async (_, body, message) => {
  const failure = await refusalTo(body)
  expect(failure.status).toBe(400)
  expect(failure.body).toContain('"status": "INVALID_ARGUMENT"')
  expect(failure.body).toContain(message)
  expect(simulator.bill.at(-1)).toMatchObject({ status: 400, finish: 'error' })
})

test.each([
  ['status:503', 503, 'UNAVAILABLE'],
  ['throttle:7', 429, 'RESOURCE_EXHAUSTED'],
  ['status:500', 500, 'INTERNAL'],
  ['sim%2Ftpyo', 404, 'NOT_FOUND'],
])('%s answers in the envelope', async (name, status, word) => {
  const failure = await refusalTo({ contents: hello }, name)
  expect(failure.status).toBe(status)
  expect(JSON.parse(failure.body)).toMatchObject({ error: { code: status, status: word } })
})

test('a wrong key is refused as Google does', async () => {
  const failure = await refusalTo({ contents: hello }, 'sim-small', 'wrong')
  expect(failure.status).toBe(400)
  expect(failure.body).toContain('API_KEY_INVALID')
})

test('the client throws what a stream reports', async () => {
  const failure = await failureOf(() => streamed({ ...base, model: 'error-event:2' }))
  expect(failure).toBeInstanceOf(ApiError)
})

function wire(name: string): Promise<string> {
  const path = `/v1beta/models/${name}:streamGenerateContent?alt=sse`
  return streamedBody(
    simulator.port,
    postRequest(path, [`x-goog-api-key: ${simulatorKey}`], { contents: hello }),
  )
}

test('events end with CRLF twice and break off where they were told to', async () => {
  expect((await wire('tokens:2')).split('\r\n\r\n')).toHaveLength(4)
  const cut = await wire('cut-after:3')
  expect(cut.match(/^data: /gmu)).toHaveLength(3)
  expect(simulator.bill.at(-1)).toMatchObject({ finish: 'cut', outputTokens: 3 })
  expect(await wire('empty-stream')).toBe('')
  expect(await wire('usage:missing')).not.toContain('usageMetadata')
  expect(await wire('slice:1+tokens:2')).toEndWith('}\r\n\r\n')
})

test('a stream that nobody asked to be events is one array', async () => {
  const path = `/v1beta/models/tokens:2:streamGenerateContent?key=${simulatorKey}`
  const answer = await fetch(`${simulator.baseUrl}${path}`, {
    method: 'POST',
    body: JSON.stringify({ contents: hello }),
  })
  expect(await answer.json()).toHaveLength(3)
})
