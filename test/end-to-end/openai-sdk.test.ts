// The official OpenAI client, unmodified, against Sallyport against the simulated provider.
import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import OpenAI from 'openai'
import { zodResponseFormat } from 'openai/helpers/zod'
import * as z from 'zod'
import { simulatorKey, startSimulator } from '../simulator/start-simulator.ts'
import type { Simulator } from '../simulator/start-simulator.ts'
import { configFor, startGateway, testKey } from './start-gateway.ts'
import type { RunningGateway } from './start-gateway.ts'
import { failureOf } from '../failure-of.ts'

let simulator: Simulator
let gateway: RunningGateway
let client: OpenAI

beforeAll(async () => {
  simulator = await startSimulator()
  gateway = await startGateway({
    config: configFor(`${simulator.baseUrl}/v1`),
    environment: { SIM_KEY: simulatorKey },
  })
  client = new OpenAI({ baseURL: `${gateway.url}/v1`, apiKey: testKey, maxRetries: 0 })
})

afterAll(async () => {
  await gateway.stop()
  await simulator.stop()
})

const messages = [{ role: 'user' as const, content: 'Tell me of gates' }]
const weather = {
  type: 'function' as const,
  function: {
    name: 'weather',
    parameters: { type: 'object', properties: { city: { type: 'string' } }, required: ['city'] },
  },
}

async function streamed(model: string): Promise<string> {
  let text = ''
  const stream = await client.chat.completions.create({ model, messages, stream: true })
  for await (const chunk of stream) text += chunk.choices[0]?.delta.content ?? ''
  return text
}

describe('the openai client', () => {
  test('gets a whole answer with usage and request id', async () => {
    const answer = await client.chat.completions.create({ model: 'sim/m', messages })
    expect(answer.choices[0]?.message.content).toStartWith('m')
    expect(answer.usage?.completion_tokens).toBeGreaterThan(0)
    expect(answer._request_id).toStartWith('call_')
  })

  test('streams the same text', async () => {
    const answer = await client.chat.completions.create({ model: 'sim/m', messages })
    expect(await streamed('sim/m')).toBe(answer.choices[0]?.message.content ?? '-')
  })

  test('its stream helper gathers the final completion', async () => {
    const stream = client.chat.completions.stream({ model: 'sim/m', messages })
    const completion = await stream.finalChatCompletion()
    expect(completion.choices[0]?.finish_reason).toBe('stop')
    expect(completion.choices[0]?.message.content).toBe(await streamed('sim/m'))
  })

  test('gets the usage chunk when it asks for it, and only then', async () => {
    const chunks = async (options: object): Promise<number> => {
      const stream = await client.chat.completions.create({
        model: 'sim/m',
        messages,
        stream: true,
        ...options,
      })
      let count = 0
      for await (const chunk of stream) if (chunk.choices.length === 0) count += 1
      return count
    }
    expect(await chunks({})).toBe(0)
    expect(await chunks({ stream_options: { include_usage: true } })).toBe(1)
  })

  test('calls tools, whole and with streamed arguments', async () => {
    const whole = await client.chat.completions.create({ model: 'sim/m', messages, tools: [weather] })
    const calls = whole.choices[0]?.message.tool_calls ?? []
    expect(calls.length).toBeGreaterThan(0)
    const stream = client.chat.completions.stream({ model: 'sim/m', messages, tools: [weather] })
    const completion = await stream.finalChatCompletion()
    const [call] = completion.choices[0]?.message.tool_calls ?? []
    expect(call?.type === 'function' && JSON.parse(call.function.arguments)).toBeObject()
  })

  test('sends pictures and asks for two choices with log probabilities', async () => {
    const content = [
      { type: 'text' as const, text: 'What is this?' },
      { type: 'image_url' as const, image_url: { url: 'data:image/png;base64,iVBORw0KGgo=' } },
    ]
    const answer = await client.chat.completions.create({
      model: 'sim/m',
      messages: [{ role: 'user', content }],
      n: 2,
      logprobs: true,
      top_logprobs: 2,
    })
    expect(answer.choices.map(({ index }) => index)).toEqual([0, 1])
    expect(answer.choices[0]?.logprobs?.content?.length).toBeGreaterThan(0)
  })

  test('parses structured output', async () => {
    const shape = z.object({ city: z.string(), degrees: z.number() })
    const answer = await client.chat.completions.parse({
      model: 'sim/m',
      messages,
      response_format: zodResponseFormat(shape, 'weather'),
    })
    expect(shape.safeParse(answer.choices[0]?.message.parsed).success).toBe(true)
  })

  test('embeds, as base64 by default and as numbers', async () => {
    const byDefault = await client.embeddings.create({ model: 'sim/e', input: ['a b', 'c'] })
    const asFloats = await client.embeddings.create({
      model: 'sim/e',
      input: ['a b', 'c'],
      encoding_format: 'float',
    })
    expect(byDefault.data).toHaveLength(2)
    expect(byDefault.data[0]?.embedding[0]).toBeCloseTo(asFloats.data[0]?.embedding[0] ?? Number.NaN, 5)
  })

  test('lists models and looks at one whose name has a slash', async () => {
    const names: string[] = []
    for await (const model of client.models.list()) names.push(model.id)
    const [first = ''] = names
    expect(first).toStartWith('sim/')
    expect((await client.models.retrieve(first)).id).toBe(first)
    expect(await failureOf(() => client.models.retrieve('nothing'))).toBeInstanceOf(OpenAI.NotFoundError)
  })

  test('raises the error class of each failure', async () => {
    const call = (model: string) => failureOf(() => client.chat.completions.create({ model, messages }))
    expect(await call('nothing/at-all')).toBeInstanceOf(OpenAI.NotFoundError)
    expect(await call('sim/status-400')).toBeInstanceOf(OpenAI.BadRequestError)
    expect(await call('sim/throttle-30')).toBeInstanceOf(OpenAI.RateLimitError)
    expect(await call('sim/status-500')).toBeInstanceOf(OpenAI.InternalServerError)
    const stranger = new OpenAI({ baseURL: `${gateway.url}/v1`, apiKey: 'nobody', maxRetries: 0 })
    const refused = await failureOf(() => stranger.models.list())
    expect(refused).toBeInstanceOf(OpenAI.AuthenticationError)
  })

  test('raises the error event of a stream that breaks off', async () => {
    const failure = await failureOf(() => streamed('sim/cut-after-3'))
    expect(failure).toMatchObject({ code: 'stream_interrupted' })
  })

  test('a client that aborts takes the provider along', async () => {
    const controller = new AbortController()
    const stream = await client.chat.completions.create(
      { model: 'sim/tokens:10000+gap:5', messages, stream: true },
      { signal: controller.signal },
    )
    const before = simulator.bill.length
    let seen = 0
    // It takes its own abort for the end.
    for await (const _ of stream) {
      seen += 1
      if (seen === 3) controller.abort()
    }
    const entry = await simulator.waitForAbort(simulator.bill[before - 1]?.attemptId)
    expect(entry.finish).toBe('aborted-by-client')
  })

  test('its own timeout closes the call', async () => {
    const hasty = client.withOptions({ timeout: 300 })
    const failure = await failureOf(() =>
      hasty.chat.completions.create({ model: 'sim/stall-head', messages }),
    )
    expect(failure).toBeInstanceOf(OpenAI.APIConnectionTimeoutError)
  })

  test('a hundred streams at once each get their own text, byte for byte', async () => {
    const bodies = Array.from({ length: 100 }, (_, index) => ({
      model: 'sim/tokens:40+multibyte+slice-random:50,7',
      messages: [{ role: 'user' as const, content: `Question number ${index}` }],
    }))
    const texts = bodies.map(async (body) => {
      let text = ''
      const stream = await client.chat.completions.create({ ...body, stream: true })
      for await (const chunk of stream) text += chunk.choices[0]?.delta.content ?? ''
      return text
    })
    const wholes = bodies.map(async (body) => {
      const answer = await client.chat.completions.create(body)
      return answer.choices[0]?.message.content ?? ''
    })
    expect(await Promise.all(texts)).toEqual(await Promise.all(wholes))
  })
})
