// OpenAI's client, unmodified, asking for chat completions of a provider of every dialect: what it hears is what the
// provider said, and what it counts is what the provider billed.
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'bun:test'
import OpenAI from 'openai'
import { zodFunction, zodResponseFormat } from 'openai/helpers/zod'
import * as z from 'zod'
import { add, asksForSum, numbers, sumsAsked } from './adding-tool.ts'
import {
  billed,
  breaks,
  expectBeginning,
  question,
  speaks,
  spoken,
  startRig,
  unknownAt,
  upstreams,
} from './rig.ts'
import type { Rig } from './rig.ts'
import { failureOf } from '../../failure-of.ts'

let rig: Rig
let client: OpenAI

beforeAll(async () => {
  rig = await startRig()
  client = new OpenAI({ baseURL: rig.v1, apiKey: rig.key, maxRetries: 0 })
})

afterAll(() => rig[Symbol.asyncDispose]())

beforeEach(() => rig.forget())

const messages = [{ role: 'user' as const, content: question }]
const place = z.object({ city: z.string(), degrees: z.number() })
const somewhere = { city: 'text', degrees: 1.5 }

function expectBilled(usage: OpenAI.CompletionUsage | null | undefined, answers = 1): void {
  const { input, output } = billed(rig.simulator, answers)
  expect(usage).toMatchObject({
    prompt_tokens: input,
    completion_tokens: output,
    total_tokens: input + output,
  })
}

describe.each(upstreams)('in front of %s', (_dialect, model, provider) => {
  test('create answers whole', async () => {
    rig.simulator.next(speaks)
    const answer = await client.chat.completions.create({ model, messages })
    expect(answer.choices).toMatchObject([
      { index: 0, finish_reason: 'stop', message: { role: 'assistant', content: spoken(), refusal: null } },
    ])
    expect(answer._request_id).toStartWith('call_')
    expectBilled(answer.usage)
  })

  test('create streams, with usage when it is asked for', async () => {
    rig.simulator.next(speaks, speaks)
    let text = ''
    const usages: (OpenAI.CompletionUsage | null | undefined)[] = []
    const reasons: (string | null)[] = []
    const asked = { model, messages, stream: true as const }
    for await (const chunk of await client.chat.completions.create({
      ...asked,
      stream_options: { include_usage: true },
    })) {
      text += chunk.choices[0]?.delta.content ?? ''
      if (chunk.choices[0] === undefined) usages.push(chunk.usage)
      else reasons.push(chunk.choices[0].finish_reason)
    }
    expect(text).toBe(spoken())
    expect(reasons.filter((reason) => reason !== null)).toEqual(['stop'])
    expect(usages).toHaveLength(1)
    expectBilled(usages[0])
    for await (const chunk of await client.chat.completions.create(asked)) {
      expect(chunk.choices).toHaveLength(1)
    }
  })

  test('its stream helper tells every piece and gathers the completion', async () => {
    rig.simulator.next(speaks)
    const stream = client.chat.completions.stream({
      model,
      messages,
      stream_options: { include_usage: true },
    })
    const pieces: string[] = []
    stream.on('content', (piece) => pieces.push(piece))
    const completion = await stream.finalChatCompletion()
    expect(pieces.join('')).toBe(spoken())
    expect(pieces.length).toBeGreaterThan(5)
    expect(completion.choices[0]?.message.content).toBe(spoken())
    expectBilled(completion.usage)
  })

  test('an answer that is cut by its limit says so', async () => {
    const { choices } = await client.chat.completions.create({ model, messages, max_completion_tokens: 16 })
    expect(choices[0]?.message.content?.split(' ')).toHaveLength(16)
    rig.simulator.next(speaks)
    const cut = await client.chat.completions.create({ model, messages, max_completion_tokens: 17 })
    expect(cut.choices[0]?.finish_reason).toBe('length')
    expectBilled(cut.usage)
  })

  test.each([false, true])('runTools runs to the end, streaming: %p', async (stream) => {
    rig.simulator.next(asksForSum, speaks)
    const tool = {
      type: 'function' as const,
      function: { name: 'add', description: 'Adds.', parameters: numbers, parse: JSON.parse, function: add },
    }
    const asked = { model, messages, tools: [tool] }
    const runner = stream
      ? client.chat.completions.runTools({ ...asked, stream, stream_options: { include_usage: true } })
      : client.chat.completions.runTools(asked)
    expect(await runner.finalContent()).toBe(spoken(question, '5'))
    expect(sumsAsked()).toEqual(['2+3'])
    expect(runner.messages.map(({ role }) => role)).toEqual(['user', 'assistant', 'tool', 'assistant'])
    expectBilled(await runner.totalUsage(), 2)
  })

  test('two calls at once keep their arguments apart in a stream', async () => {
    const calls = ['{"a":1,"b":20}', '{"a":300,"b":4}'].map((text) => ({ name: 'add', arguments: text }))
    rig.simulator.next({ answer: { toolCalls: calls, parallelTools: true } })
    const tools = [{ type: 'function' as const, function: { name: 'add', parameters: numbers } }]
    const stream = client.chat.completions.stream({ model, messages, tools })
    const { choices } = await stream.finalChatCompletion()
    const made = choices[0]?.message.tool_calls ?? []
    expect(made.map((call) => call.type === 'function' && JSON.parse(call.function.arguments))).toEqual([
      { a: 1, b: 20 },
      { a: 300, b: 4 },
    ])
    expect(new Set(made.map(({ id }) => id)).size).toBe(2)
    expect(choices[0]?.finish_reason).toBe('tool_calls')
  })

  test('parse gives an object of the schema, whole and streamed, and parsed arguments', async () => {
    const response_format = zodResponseFormat(place, 'place')
    const whole = await client.chat.completions.parse({ model, messages, response_format })
    expect(whole.choices[0]?.message.parsed).toEqual(somewhere)
    const stream = client.chat.completions.stream({ model, messages, response_format })
    expect((await stream.finalChatCompletion()).choices[0]?.message.parsed).toEqual(somewhere)
    const tools = [zodFunction({ name: 'look_up', parameters: place })]
    const called = await client.chat.completions.parse({ model, messages, tools })
    expect(called.choices[0]?.message.tool_calls).toMatchObject([
      { function: { name: 'look_up', parsed_arguments: somewhere } },
    ])
  })

  test('what is not there is NotFoundError, whoever says so', async () => {
    for (const missing of [unknownAt(provider), `${provider}s/m`]) {
      const create = (stream: boolean) => client.chat.completions.create({ model: missing, messages, stream })
      for (const stream of [false, true]) {
        const failure = await failureOf(() => create(stream))
        expect(failure).toBeInstanceOf(OpenAI.NotFoundError)
        expect(failure).toMatchObject({ requestID: expect.stringMatching(/^call_/u) })
      }
    }
  })

  test('a provider that has enough is RateLimitError with its time', async () => {
    const failure = await failureOf(() =>
      client.chat.completions.create({ model: `${provider}/throttle-30`, messages }),
    )
    if (!(failure instanceof OpenAI.RateLimitError)) throw failure
    expect(failure.headers.get('retry-after')).toBe('30')
  })

  test('what breaks in the middle of a stream is raised after its words', async () => {
    rig.simulator.next(breaks, breaks)
    let text = ''
    const failure = await failureOf(async () => {
      for await (const chunk of await client.chat.completions.create({ model, messages, stream: true })) {
        text += chunk.choices[0]?.delta.content ?? ''
      }
    })
    expect(failure).toBeInstanceOf(OpenAI.APIError)
    expect(failure).toMatchObject({ code: 'stream_interrupted', requestID: expect.stringMatching(/^call_/u) })
    expectBeginning(text)
    const helper = client.chat.completions.stream({ model, messages })
    expect(await failureOf(() => helper.finalContent())).toBeInstanceOf(OpenAI.OpenAIError)
  })
})

test('a key that is none is AuthenticationError', async () => {
  const stranger = new OpenAI({ baseURL: rig.v1, apiKey: 'nobody', maxRetries: 0 })
  const create = () => stranger.chat.completions.create({ model: 'chat/m', messages })
  expect(await failureOf(create)).toBeInstanceOf(OpenAI.AuthenticationError)
  expect(await failureOf(() => stranger.models.list())).toBeInstanceOf(OpenAI.AuthenticationError)
})
