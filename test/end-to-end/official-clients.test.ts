// The official clients as judges, unmodified, in front of a provider of every dialect: a whole answer, a stream, a tool
// loop, structured output where the client has it, and the client's own error classes.
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'bun:test'
import Anthropic from '@anthropic-ai/sdk'
import { betaTool } from '@anthropic-ai/sdk/helpers/beta/json-schema'
import { ApiError, FunctionCallingConfigMode, GoogleGenAI } from '@google/genai'
import OpenAI from 'openai'
import { zodResponseFormat, zodTextFormat } from 'openai/helpers/zod'
import * as z from 'zod'
import { add, asksForSum, numbers, question, said, says, sumsAsked } from './adding-tool.ts'
import type { Behaviour } from '../simulator/behaviour.ts'
import type { Simulator } from '../simulator/start-simulator.ts'
import { fiveProviders, startFiveDialects } from './five-dialects.ts'
import { testKey } from './start-gateway.ts'
import type { RunningGateway } from './start-gateway.ts'

let simulator: Simulator
let gateway: RunningGateway
let openai: OpenAI
let anthropic: Anthropic
let google: GoogleGenAI
let v1 = ''

beforeAll(async () => {
  ;({ simulator, gateway } = await startFiveDialects())
  v1 = `${gateway.url}/v1`
  openai = new OpenAI({ baseURL: v1, apiKey: testKey, maxRetries: 0 })
  anthropic = new Anthropic({ baseURL: gateway.url, apiKey: testKey, maxRetries: 0 })
  google = new GoogleGenAI({ apiKey: testKey, httpOptions: { baseUrl: gateway.url } })
})

afterAll(async () => {
  await gateway.stop()
  await simulator.stop()
})

beforeEach(() => simulator.clearScript())

const midway: Behaviour = { answer: { text: said.repeat(5) }, fault: { kind: 'error-event', atEvent: 8 } }
const providers = Object.entries(fiveProviders).map(([dialect, name]) => [dialect, `${name}/m`] as const)

describe.each(providers)('in front of %s', (_dialect, model) => {
  describe("OpenAI's client", () => {
    test('chats, whole and streamed', async () => {
      simulator.next(says, says)
      const messages = [{ role: 'user' as const, content: question }]
      const whole = await openai.chat.completions.create({ model, messages })
      expect(whole.choices[0]?.message.content).toBe(said)
      const stream = openai.chat.completions.stream({
        model,
        messages,
        stream_options: { include_usage: true },
      })
      expect(await stream.finalContent()).toBe(said)
      expect((await stream.finalChatCompletion()).usage?.completion_tokens).toBe(
        whole.usage?.completion_tokens,
      )
    })

    test('runs tools in a loop', async () => {
      simulator.next(asksForSum, says)
      const runner = openai.chat.completions.runTools({
        model,
        messages: [{ role: 'user', content: question }],
        tools: [
          {
            type: 'function',
            function: {
              name: 'add',
              parameters: numbers,
              parse: JSON.parse,
              function: add,
              description: 'Adds.',
            },
          },
        ],
      })
      expect(await runner.finalContent()).toBe(said)
      expect(sumsAsked()).toEqual(['2+3'])
    })

    test('parses what it asked for by a schema', async () => {
      const shape = z.object({ city: z.string() })
      const chat = await openai.chat.completions.parse({
        model,
        messages: [{ role: 'user', content: question }],
        response_format: zodResponseFormat(shape, 'place'),
      })
      expect(chat.choices[0]?.message.parsed).toEqual({ city: 'text' })
      const response = await openai.responses.parse({
        model,
        input: question,
        text: { format: zodTextFormat(shape, 'place') },
      })
      expect(response.output_parsed).toEqual({ city: 'text' })
    })

    test('asks for responses, whole, streamed and one after the other', async () => {
      simulator.next(says, says)
      const first = await openai.responses.create({ model, input: question })
      expect(first.output_text).toBe(said)
      const stream = openai.responses.stream({ model, input: 'And why?', previous_response_id: first.id })
      const numbersSeen: number[] = []
      for await (const event of stream) numbersSeen.push(event.sequence_number)
      expect(numbersSeen).toEqual(numbersSeen.map((_, index) => index))
      expect((await stream.finalResponse()).output_text).toBe(said)
      expect(Buffer.from(simulator.requests.at(-1)?.body ?? '').toString()).toContain('And why?')
      expect((await openai.responses.retrieve(first.id)).output_text).toBe(said)
    })

    test('raises what breaks in the middle of a stream', async () => {
      simulator.next(midway, midway)
      const messages = [{ role: 'user' as const, content: question }]
      const chat = openai.chat.completions.stream({ model, messages }).finalContent()
      expect(await chat.catch((error: unknown) => error)).toBeInstanceOf(OpenAI.OpenAIError)
      const responses = openai.responses.stream({ model, input: question }).finalResponse()
      expect(await responses.catch((error: unknown) => error)).toBeInstanceOf(Error)
    })
  })

  describe("Anthropic's client", () => {
    const messages = [{ role: 'user' as const, content: question }]

    test('asks for messages, whole and streamed', async () => {
      simulator.next(says, says)
      const whole = await anthropic.messages.create({ model, max_tokens: 2000, messages })
      expect(whole.content).toMatchObject([{ type: 'text', text: said }])
      const stream = anthropic.messages.stream({ model, max_tokens: 2000, messages })
      expect(await stream.finalText()).toBe(said)
      expect((await stream.finalMessage()).usage.output_tokens).toBe(whole.usage.output_tokens)
    })

    test('runs tools in a loop, in a thread where there is one', async () => {
      const tool = betaTool({ name: 'add', description: 'Adds.', inputSchema: numbers, run: add })
      // Without threads at the provider the first request is refused before anybody is asked.
      simulator.next(asksForSum, says)
      const runner = anthropic.beta.messages.toolRunner({ model, max_tokens: 2000, messages, tools: [tool] })
      const last = await runner.runUntilDone()
      expect(last.content).toMatchObject([{ type: 'text', text: said }])
      expect(sumsAsked()).toEqual(['2+3'])
      const bodies = simulator.requests.slice(-2).map(({ body }) => Buffer.from(body).toString())
      expect(bodies.map((body) => body.includes('"thread"'))).toEqual(
        model.startsWith('claude/') ? [true, true] : [false, false],
      )
    })

    test('counts tokens', async () => {
      const { input_tokens: tokens } = await anthropic.messages.countTokens({ model, messages })
      expect(tokens).toBeGreaterThan(4)
    })

    test('raises what breaks in the middle of a streamed message', async () => {
      simulator.next(midway)
      const text = anthropic.messages.stream({ model, max_tokens: 2000, messages }).finalText()
      expect(await text.catch((error: unknown) => error)).toBeInstanceOf(Anthropic.APIError)
    })
  })

  describe("Google's client", () => {
    test('generates, whole and streamed, and counts', async () => {
      simulator.next(says, says)
      const whole = await google.models.generateContent({ model, contents: question })
      expect(whole.text).toBe(said)
      let streamed = ''
      for await (const chunk of await google.models.generateContentStream({ model, contents: question })) {
        streamed += chunk.text ?? ''
      }
      expect(streamed).toBe(said)
      expect((await google.models.countTokens({ model, contents: question })).totalTokens).toBeGreaterThan(3)
    })

    test('calls functions and takes their results in a chat', async () => {
      simulator.next(asksForSum, says)
      const functionDeclarations = [{ name: 'add', description: 'Adds.', parametersJsonSchema: numbers }]
      const toolConfig = { functionCallingConfig: { mode: FunctionCallingConfigMode.AUTO } }
      const chat = google.chats.create({ model, config: { tools: [{ functionDeclarations }], toolConfig } })
      const first = await chat.sendMessage({ message: question })
      const [call] = first.functionCalls ?? []
      expect(call).toMatchObject({ name: 'add', args: { a: 2, b: 3 } })
      const functionResponse = {
        ...(call?.id !== undefined && { id: call.id }),
        name: 'add',
        response: { sum: 5 },
      }
      expect((await chat.sendMessage({ message: [{ functionResponse }] })).text).toBe(said)
    })

    test('raises what breaks in the middle of streamed content', async () => {
      simulator.next(midway)
      const stream = await google.models.generateContentStream({ model, contents: question })
      const whole = Array.fromAsync(stream)
      expect(await whole.catch((error: unknown) => error)).toBeInstanceOf(ApiError)
    })
  })
})

describe('a client that asks for what is not there gets an error class of its own:', () => {
  test('OpenAI', async () => {
    const asking = openai.responses.create({ model: 'none', input: 'x' })
    expect(await asking.catch((error: unknown) => error)).toBeInstanceOf(OpenAI.NotFoundError)
  })

  test('Anthropic', async () => {
    const asking = anthropic.messages.create({ model: 'none', max_tokens: 5, messages: [] })
    expect(await asking.catch((error: unknown) => error)).toBeInstanceOf(Anthropic.NotFoundError)
  })

  test('Google', async () => {
    const asking = google.models.generateContent({ model: 'none', contents: 'x' })
    expect(await asking.catch((error: unknown) => error)).toMatchObject({ name: 'ApiError', status: 404 })
  })
})

describe('a client that leaves closes the connection to the provider:', () => {
  const endless: Behaviour = { fault: { kind: 'endless' }, delays: { betweenEventsMs: 5 } }

  test.each(providers)('Messages in front of %s', async (_dialect, model) => {
    simulator.next(endless)
    const before = simulator.bill.length
    const stream = anthropic.messages.stream({
      model,
      max_tokens: 2000,
      messages: [{ role: 'user', content: question }],
    })
    for await (const event of stream) if (event.type === 'content_block_delta') break
    stream.abort()
    const entry = await simulator.waitForAbort(simulator.bill[before]?.attemptId)
    expect(entry.finish).toBe('aborted-by-client')
  })
})
