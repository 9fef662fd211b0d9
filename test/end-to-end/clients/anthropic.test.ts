// Anthropic's client, unmodified, asking for messages of a provider of every dialect: whole and streamed, with tools in
// threads and without, counted, listed, and with its own error classes.
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'bun:test'
import Anthropic from '@anthropic-ai/sdk'
import { betaTool } from '@anthropic-ai/sdk/helpers/beta/json-schema'
import { zodOutputFormat } from '@anthropic-ai/sdk/helpers/zod'
import * as z from 'zod'
import { add, asksForSum, numbers, sumsAsked } from './adding-tool.ts'
import {
  billed,
  breaks,
  expectBeginning,
  question,
  sentBodies,
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
let client: Anthropic

beforeAll(async () => {
  rig = await startRig()
  client = new Anthropic({ baseURL: rig.url, apiKey: rig.key, maxRetries: 0 })
})

afterAll(() => rig[Symbol.asyncDispose]())

beforeEach(() => rig.forget())

const max_tokens = 2000
const messages = [{ role: 'user' as const, content: question }]
const place = z.object({ city: z.string(), degrees: z.number() })
const somewhere = { city: 'text', degrees: 1.5 }
const adding = betaTool({ name: 'add', description: 'Adds.', inputSchema: numbers, run: add })

function expectBilled(usage: Anthropic.Usage): void {
  const { input, output } = billed(rig.simulator)
  expect(usage).toMatchObject({ input_tokens: input, output_tokens: output })
}

describe.each(upstreams)('in front of %s', (dialect, model, provider) => {
  const hasThreads = dialect === 'anthropic-messages'

  test('create answers whole', async () => {
    rig.simulator.next(speaks)
    const message = await client.messages.create({ model, max_tokens, messages })
    expect(message).toMatchObject({
      type: 'message',
      role: 'assistant',
      content: [{ type: 'text', text: spoken() }],
      stop_reason: 'end_turn',
    })
    expect(message._request_id).toStartWith('call_')
    expectBilled(message.usage)
  })

  test('create streams events in the order of their grammar', async () => {
    rig.simulator.next(speaks)
    const types: string[] = []
    let text = ''
    for await (const event of await client.messages.create({ model, max_tokens, messages, stream: true })) {
      if (event.type !== types.at(-1)) types.push(event.type)
      if (event.type === 'content_block_delta' && event.delta.type === 'text_delta') text += event.delta.text
    }
    expect(text).toBe(spoken())
    expect(types).toEqual([
      'message_start',
      'content_block_start',
      'content_block_delta',
      'content_block_stop',
      'message_delta',
      'message_stop',
    ])
  })

  test('its stream helper tells every piece and gathers the message', async () => {
    rig.simulator.next(speaks)
    const stream = client.messages.stream({ model, max_tokens, messages })
    const pieces: string[] = []
    stream.on('text', (piece) => pieces.push(piece))
    const message = await stream.finalMessage()
    expect(pieces.join('')).toBe(spoken())
    expect(pieces.length).toBeGreaterThan(5)
    expect(message).toMatchObject({ content: [{ type: 'text', text: spoken() }], stop_reason: 'end_turn' })
    expectBilled(message.usage)
  })

  test('an answer that is cut by its limit says so', async () => {
    rig.simulator.next(speaks)
    const message = await client.messages.create({ model, max_tokens: 16, messages })
    expect(message.stop_reason).toBe('max_tokens')
    expectBilled(message.usage)
  })

  test('instructions stand before everything', async () => {
    rig.simulator.next(speaks)
    const system = 'Speak of gates alone.'
    const message = await client.messages.create({ model, max_tokens, system, messages })
    expect(message.content).toMatchObject([{ text: spoken(system, question) }])
  })

  test.each([false, true])(
    'the tool runner goes on in a thread or without, streaming: %p',
    async (stream) => {
      rig.simulator.next(asksForSum, speaks)
      const runner = client.beta.messages.toolRunner({ model, max_tokens, messages, tools: [adding], stream })
      const last = await runner.runUntilDone()
      expect(last.content).toMatchObject([{ type: 'text', text: spoken(question, '5') }])
      expect(sumsAsked()).toEqual(['2+3'])
      // Where there are no threads, the first request was refused before any provider was asked.
      const [first, second] = sentBodies(rig.simulator, 2)
      expect(first?.includes('"thread"')).toBe(hasThreads)
      expect(second?.includes('"previous_message_id"')).toBe(hasThreads)
      expect(second?.includes(question)).toBe(!hasThreads)
    },
  )

  test.each([false, true])('the tool runner goes on by its own history, streaming: %p', async (stream) => {
    rig.simulator.next(asksForSum, speaks)
    const asked = { model, max_tokens, messages, tools: [adding], thread: false as const, stream }
    const last = await client.beta.messages.toolRunner(asked).runUntilDone()
    expect(last.content).toMatchObject([{ type: 'text', text: spoken(question, '5') }])
    expect(sumsAsked()).toEqual(['2+3'])
  })

  test('a thread is one where it must be, and else is refused in words that the client knows', async () => {
    rig.simulator.next(speaks, speaks)
    const thread = client.beta.messages.thread({ model, max_tokens })
    if (!hasThreads) {
      const failure = await failureOf(() => thread.send(messages))
      expect(failure).toBeInstanceOf(Anthropic.BadRequestError)
      expect(failure).toMatchObject({ errorCode: 'thread_unsupported_request' })
      return
    }
    expect((await thread.send(messages)).content).toMatchObject([{ text: spoken() }])
    const second = await thread.send([{ role: 'user', content: 'And then?' }])
    expect(second.content).toMatchObject([{ text: spoken(question, spoken(), 'And then?') }])
  })

  test('a thread that may go on without being one does', async () => {
    rig.simulator.next(speaks, speaks)
    const unsupportedRequestBehavior = 'continue_unthreaded'
    const thread = client.beta.messages.thread({ model, max_tokens, unsupportedRequestBehavior })
    expect((await thread.stream(messages).finalMessage()).content).toMatchObject([{ text: spoken() }])
    const second = await thread.send([{ role: 'user', content: 'And then?' }])
    expect(second.content).toMatchObject([{ text: spoken(question, spoken(), 'And then?') }])
  })

  test('thoughts are heard, and go back with the results of tools', async () => {
    rig.simulator.next(thinksOfSum, thinks)
    const thinking = { type: 'enabled' as const, budget_tokens: 1024 }
    const asked = { model, max_tokens, messages, tools: [adding], thinking, thread: false as const }
    const runner = client.beta.messages.toolRunner({ ...asked, stream: true })
    const heard: unknown[] = []
    for await (const stream of runner) {
      stream.on('contentBlock', (block) =>
        heard.push(block.type === 'thinking' ? block.thinking : block.type),
      )
    }
    // Seals of Gemini's calls and texts stand in blocks of their own, without a word.
    const said = heard.filter((word) => word !== 'redacted_thinking' && word !== '')
    expect(said).toEqual([thought, 'tool_use', thought, 'text'])
    const last = await runner.done()
    const texts = last.content.flatMap((block) => (block.type === 'text' ? [block.text] : []))
    expect(texts).toEqual([spoken(question, '5')])
    expect(sumsAsked()).toEqual(['2+3'])
  })

  test('two calls at once keep their input apart in a stream', async () => {
    const calls = ['{"a":1,"b":20}', '{"a":300,"b":4}'].map((text) => ({ name: 'add', arguments: text }))
    rig.simulator.next({ answer: { toolCalls: calls, parallelTools: true } })
    const tools = [{ name: 'add', input_schema: numbers }]
    const message = await client.messages.stream({ model, max_tokens, messages, tools }).finalMessage()
    expect(message).toMatchObject({
      content: [
        { type: 'tool_use', name: 'add', input: { a: 1, b: 20 } },
        { type: 'tool_use', name: 'add', input: { a: 300, b: 4 } },
      ],
      stop_reason: 'tool_use',
    })
    expect(new Set(message.content.map((block) => block.type === 'tool_use' && block.id)).size).toBe(2)
  })

  test('parse gives an object of the schema, whole and streamed', async () => {
    const asked = { model, max_tokens, messages, output_config: { format: zodOutputFormat(place) } }
    expect((await client.messages.parse(asked)).parsed_output).toEqual(somewhere)
    expect((await client.messages.stream(asked).finalMessage()).parsed_output).toEqual(somewhere)
  })

  test('tokens are counted, by the provider where it can', async () => {
    const { input_tokens: tokens } = await client.messages.countTokens({ model, messages })
    if (hasThreads) expect(tokens).toBe(question.split(' ').length)
    else expect(tokens).toBeGreaterThan(4)
  })

  test('its model is listed and found by its name', async () => {
    const listed = await Array.fromAsync(client.models.list())
    expect(listed.map(({ id }) => id)).toContain(model)
    expect(await client.models.retrieve(model)).toMatchObject({ id: model, type: 'model' })
  })

  test('what is not there is NotFoundError, whoever says so', async () => {
    for (const missing of [unknownAt(provider), `${provider}s/m`]) {
      for (const stream of [false, true]) {
        const failure = await failureOf(() =>
          client.messages.create({ model: missing, max_tokens, messages, stream }),
        )
        expect(failure).toBeInstanceOf(Anthropic.NotFoundError)
        expect(failure).toMatchObject({ type: 'not_found_error', requestID: expect.stringMatching(/./u) })
      }
    }
  })

  test('a provider that has enough is RateLimitError with its time', async () => {
    const failure = await failureOf(() =>
      client.messages.create({ model: `${provider}/throttle-30`, max_tokens, messages }),
    )
    if (!(failure instanceof Anthropic.RateLimitError)) throw failure
    expect(failure.headers.get('retry-after')).toBe('30')
    expect(failure.type).toBe('rate_limit_error')
  })

  test('what breaks in the middle of a stream is raised after its words', async () => {
    rig.simulator.next(breaks, breaks)
    let text = ''
    const asked = { model, max_tokens, messages }
    const failure = await failureOf(async () => {
      for await (const event of await client.messages.create({ ...asked, stream: true })) {
        if (event.type === 'content_block_delta' && event.delta.type === 'text_delta')
          text += event.delta.text
      }
    })
    expect(failure).toBeInstanceOf(Anthropic.APIError)
    expect(failure).toMatchObject({ type: 'api_error' })
    expectBeginning(text)
    const helper = client.messages.stream(asked)
    expect(await failureOf(() => helper.finalMessage())).toBeInstanceOf(Anthropic.APIError)
  })
})

test('a key that is none is AuthenticationError', async () => {
  const stranger = new Anthropic({ baseURL: rig.url, apiKey: 'nobody', maxRetries: 0 })
  const asked = { model: 'claude/m', max_tokens, messages }
  expect(await failureOf(() => stranger.messages.create(asked))).toBeInstanceOf(Anthropic.AuthenticationError)
  expect(await failureOf(() => stranger.models.list())).toBeInstanceOf(Anthropic.AuthenticationError)
})
