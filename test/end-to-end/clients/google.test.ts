// Google's client, unmodified, asking for content of a provider of every dialect: whole and streamed, in chats, with
// functions that it calls by itself, by schemas, counted, listed, and with its own error class.
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'bun:test'
import { ApiError, FinishReason, GoogleGenAI, Type } from '@google/genai'
import type { CallableTool, GenerateContentResponse } from '@google/genai'
import { add, asksForSum, numbers, sumsAsked } from './adding-tool.ts'
import {
  billed,
  breaks,
  expectBeginning,
  question,
  speaks,
  spoken,
  startRig,
  thinks,
  thinksOfSum,
  thought,
  unknownAt,
  upstreams,
} from './rig.ts'
import type { Rig } from './rig.ts'
import { failureOf } from '../../failure-of.ts'

let rig: Rig
let client: GoogleGenAI

beforeAll(async () => {
  rig = await startRig()
  client = new GoogleGenAI({ apiKey: rig.key, httpOptions: { baseUrl: rig.url } })
})

afterAll(() => rig[Symbol.asyncDispose]())

beforeEach(() => rig.forget())

const functionDeclarations = [{ name: 'add', description: 'Adds.', parametersJsonSchema: numbers }]

/** A tool that the client itself calls, and hands in what comes of it. */
const adding: CallableTool = {
  tool: () => Promise.resolve({ functionDeclarations }),
  callTool: (calls) =>
    Promise.resolve(
      calls.map(({ id, name, args }) => ({
        functionResponse: {
          ...(id !== undefined && { id }),
          ...(name !== undefined && { name }),
          response: { output: add(args as { a: number; b: number }) },
        },
      })),
    ),
}

const automatic = { tools: [adding] }

function expectBilled(answer: GenerateContentResponse | undefined): void {
  const { input, output } = billed(rig.simulator)
  expect(answer?.usageMetadata).toMatchObject({
    promptTokenCount: input,
    candidatesTokenCount: output,
    totalTokenCount: input + output,
  })
}

/** The client's own `text` warns of every part that is none. */
function textOf(chunks: readonly GenerateContentResponse[]): string {
  return partsOf(chunks, false)
}

function thoughtsIn(chunks: readonly GenerateContentResponse[]): string {
  return partsOf(chunks, true)
}

function partsOf(chunks: readonly GenerateContentResponse[], areThoughts: boolean): string {
  const parts = chunks.flatMap(({ candidates }) => candidates?.[0]?.content?.parts ?? [])
  return parts.map(({ text, thought: is }) => ((is === true) === areThoughts ? (text ?? '') : '')).join('')
}

describe.each(upstreams)('in front of %s', (dialect, model, provider) => {
  test('generateContent answers whole', async () => {
    rig.simulator.next(speaks)
    const answer = await client.models.generateContent({ model, contents: question })
    expect(answer.text).toBe(spoken())
    expect(answer.candidates).toMatchObject([{ finishReason: FinishReason.STOP, content: { role: 'model' } }])
    expectBilled(answer)
  })

  test('generateContentStream streams', async () => {
    rig.simulator.next(speaks)
    const stream = await client.models.generateContentStream({ model, contents: question })
    const chunks = await Array.fromAsync(stream)
    expect(textOf(chunks)).toBe(spoken())
    expect(chunks.length).toBeGreaterThan(5)
    const reasons = chunks.flatMap(({ candidates }) => candidates?.[0]?.finishReason ?? [])
    expect(reasons).toEqual([FinishReason.STOP])
    expectBilled(chunks.at(-1))
  })

  test('instructions and limits are obeyed', async () => {
    rig.simulator.next(speaks, speaks)
    const systemInstruction = 'Speak of gates alone.'
    const told = await client.models.generateContent({
      model,
      contents: question,
      config: { systemInstruction },
    })
    expect(told.text).toBe(spoken(systemInstruction, question))
    const cut = await client.models.generateContent({
      model,
      contents: question,
      config: { maxOutputTokens: 16 },
    })
    expect(cut.candidates).toMatchObject([{ finishReason: FinishReason.MAX_TOKENS }])
    expectBilled(cut)
  })

  test('a chat goes on, whole and streamed', async () => {
    rig.simulator.next(speaks, speaks)
    const chat = client.chats.create({ model })
    expect((await chat.sendMessage({ message: question })).text).toBe(spoken())
    const second = await Array.fromAsync(await chat.sendMessageStream({ message: 'And then?' }))
    expect(textOf(second)).toBe(spoken(question, spoken(), 'And then?'))
  })

  test('a function is called and answered by hand', async () => {
    rig.simulator.next(asksForSum, speaks)
    const chat = client.chats.create({ model, config: { tools: [{ functionDeclarations }] } })
    const { functionCalls } = await chat.sendMessage({ message: question })
    expect(functionCalls).toMatchObject([{ name: 'add', args: { a: 2, b: 3 } }])
    const message = await adding.callTool(functionCalls ?? [])
    expect((await chat.sendMessage({ message })).text).toBe(spoken(question, '5'))
    expect(sumsAsked()).toEqual(['2+3'])
  })

  test('functions are called by the client itself', async () => {
    rig.simulator.next(asksForSum, speaks)
    const answer = await client.models.generateContent({ model, contents: question, config: automatic })
    expect(answer.text).toBe(spoken(question, '5'))
    expect(sumsAsked()).toEqual(['2+3'])
  })

  test('thoughts are heard, and go back with the results of functions', async () => {
    rig.simulator.next(thinksOfSum, thinks)
    const thinkingConfig = { includeThoughts: true, thinkingBudget: 1024 }
    const config = { tools: [{ functionDeclarations }], thinkingConfig }
    const chat = client.chats.create({ model, config })
    const first = await chat.sendMessage({ message: question })
    expect(thoughtsIn([first])).toBe(thought)
    const message = await adding.callTool(first.functionCalls ?? [])
    const second = await Array.fromAsync(await chat.sendMessageStream({ message }))
    expect(thoughtsIn(second)).toBe(thought)
    expect(textOf(second)).toBe(spoken(question, '5'))
    expect(sumsAsked()).toEqual(['2+3'])
  })

  test('two calls at once keep their arguments apart in a stream', async () => {
    const calls = ['{"a":1,"b":20}', '{"a":300,"b":4}'].map((text) => ({ name: 'add', arguments: text }))
    rig.simulator.next({ answer: { toolCalls: calls, parallelTools: true } })
    const config = { tools: [{ functionDeclarations }] }
    const stream = await client.models.generateContentStream({ model, contents: question, config })
    const made = (await Array.fromAsync(stream)).flatMap(({ functionCalls }) => functionCalls ?? [])
    expect(made).toMatchObject([
      { name: 'add', args: { a: 1, b: 20 } },
      { name: 'add', args: { a: 300, b: 4 } },
    ])
  })

  test.each([
    [
      'JSON',
      {
        responseJsonSchema: { type: 'object', properties: { city: { type: 'string' } }, required: ['city'] },
      },
    ],
    [
      'its own',
      {
        responseSchema: {
          type: Type.OBJECT,
          properties: { city: { type: Type.STRING } },
          required: ['city'],
        },
      },
    ],
  ])('an answer follows a schema in %s form', async (_form, schema) => {
    const config = { responseMimeType: 'application/json', ...schema }
    const { text } = await client.models.generateContent({ model, contents: question, config })
    expect(JSON.parse(text ?? '')).toEqual({ city: 'text' })
  })

  test('tokens are counted, by the provider where it can', async () => {
    const { totalTokens } = await client.models.countTokens({ model, contents: question })
    if (dialect === 'gemini') expect(totalTokens).toBe(question.split(' ').length)
    else expect(totalTokens).toBeGreaterThan(4)
  })

  test('its model is listed and found by its name', async () => {
    const listed = await Array.fromAsync(await client.models.list())
    expect(listed.map(({ name }) => name)).toContain(`models/${model}`)
    expect(await client.models.get({ model: `models/${model}` })).toMatchObject({ name: `models/${model}` })
  })

  test('what is not there is an ApiError of 404, whoever says so', async () => {
    for (const missing of [unknownAt(provider), `${provider}s/m`]) {
      const asked = { model: missing, contents: question }
      for (const ask of [
        () => client.models.generateContent(asked),
        () => client.models.generateContentStream(asked),
      ]) {
        const failure = await failureOf(ask)
        if (!(failure instanceof ApiError)) throw failure
        expect(failure.status).toBe(404)
        expect(JSON.parse(failure.message)).toMatchObject({ error: { code: 404, status: 'NOT_FOUND' } })
      }
    }
  })

  test('a provider that has enough is an ApiError of 429', async () => {
    const asked = { model: `${provider}/throttle-30`, contents: question }
    const failure = await failureOf(() => client.models.generateContent(asked))
    expect(failure).toMatchObject({
      name: 'ApiError',
      status: 429,
      message: expect.stringContaining('RESOURCE_EXHAUSTED'),
    })
  })

  test('what breaks in the middle of a stream is raised after its words', async () => {
    rig.simulator.next(breaks)
    const stream = await client.models.generateContentStream({ model, contents: question })
    let text = ''
    const failure = await failureOf(async () => {
      for await (const chunk of stream) text += chunk.text ?? ''
    })
    expect(failure).toBeInstanceOf(ApiError)
    expectBeginning(text)
  })
})

// In a stream the client makes each event a turn of the model of its own, and asks Google with that. The simulated Gemini
// is stricter: it wants a function's answer right after the turn that calls it, so it is left out here.
test.each(upstreams.filter(([dialect]) => dialect !== 'gemini'))(
  'functions are called by the client itself in a stream in front of %s',
  async (_dialect, model) => {
    rig.simulator.next(asksForSum, speaks)
    const asked = { model, contents: question, config: automatic }
    const chunks = await Array.fromAsync(await client.models.generateContentStream(asked))
    expect(textOf(chunks)).toBe(spoken(question, '5'))
    expect(sumsAsked()).toEqual(['2+3'])
  },
)

test('a key that is none is an ApiError of 401', async () => {
  const stranger = new GoogleGenAI({ apiKey: 'nobody', httpOptions: { baseUrl: rig.url } })
  const asked = { model: 'gem/m', contents: question }
  const failure = await failureOf(() => stranger.models.generateContent(asked))
  expect(failure).toMatchObject({ name: 'ApiError', status: 401 })
})
