// LangChain's client of OpenAI, unmodified, by chat completions and by responses, in front of a provider of every dialect.
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'bun:test'
import { HumanMessage } from '@langchain/core/messages'
import type { AIMessage, AIMessageChunk, ToolMessage } from '@langchain/core/messages'
import { tool } from '@langchain/core/tools'
import { ChatOpenAI } from '@langchain/openai'
import * as z from 'zod'
import { add, asksForSum, sumsAsked } from './adding-tool.ts'
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

beforeAll(async () => {
  rig = await startRig()
})

afterAll(() => rig[Symbol.asyncDispose]())

beforeEach(() => rig.forget())

const asked = [new HumanMessage(question)]
const place = z.object({ city: z.string(), degrees: z.number() })
const adding = tool(add, {
  name: 'add',
  description: 'Adds.',
  schema: z.object({ a: z.number(), b: z.number() }),
})

const ways = [
  ['chat completions', false],
  ['responses', true],
] as const
const pairs = ways.flatMap(([way, useResponsesApi]) =>
  upstreams.map(
    ([dialect, model, provider]) => [way, dialect, { useResponsesApi, model, provider }] as const,
  ),
)

function expectBilled({ usage_metadata: usage }: AIMessage | AIMessageChunk): void {
  const { input, output } = billed(rig.simulator)
  expect(usage).toMatchObject({ input_tokens: input, output_tokens: output, total_tokens: input + output })
}

describe.each(pairs)('by %s in front of %s', (_way, _dialect, { useResponsesApi, model, provider }) => {
  const chatOf = (name: string): ChatOpenAI =>
    new ChatOpenAI({
      model: name,
      apiKey: rig.key,
      configuration: { baseURL: rig.v1 },
      maxRetries: 0,
      useResponsesApi,
    })

  test('answers whole', async () => {
    rig.simulator.next(speaks)
    const answer = await chatOf(model).invoke(asked)
    expect(answer.text).toBe(spoken())
    expectBilled(answer)
  })

  test('streams', async () => {
    rig.simulator.next(speaks)
    let whole: AIMessageChunk | undefined
    let pieces = 0
    for await (const chunk of await chatOf(model).stream(asked)) {
      whole = whole === undefined ? chunk : whole.concat(chunk)
      pieces += 1
    }
    expect(pieces).toBeGreaterThan(5)
    expect(whole?.text).toBe(spoken())
    if (whole !== undefined) expectBilled(whole)
  })

  test.each([false, true])('calls a tool and takes its result, streaming: %p', async (isStream) => {
    rig.simulator.next(asksForSum, speaks)
    const chat = chatOf(model).bindTools([adding])
    const say = async (messages: Parameters<typeof chat.invoke>[0]): Promise<AIMessageChunk> => {
      if (!isStream) return await chat.invoke(messages)
      const chunks = await Array.fromAsync(await chat.stream(messages))
      return chunks.reduce((whole, chunk) => whole.concat(chunk))
    }
    const first = await say(asked)
    expect(first.tool_calls).toMatchObject([{ name: 'add', args: { a: 2, b: 3 } }])
    const results = await Promise.all(
      (first.tool_calls ?? []).map(
        async (call): Promise<ToolMessage> => await adding.invoke({ ...call, type: 'tool_call' }),
      ),
    )
    expect((await say([...asked, first, ...results])).text).toBe(spoken(question, '5'))
    expect(sumsAsked()).toEqual(['2+3'])
  })

  test('answers by a schema', async () => {
    const answer = await chatOf(model).withStructuredOutput(place, { method: 'jsonSchema' }).invoke(asked)
    expect(answer).toEqual({ city: 'text', degrees: 1.5 })
  })

  test('raises what is not there with its status', async () => {
    for (const missing of [unknownAt(provider), `${provider}s/m`]) {
      expect(await failureOf(() => chatOf(missing).invoke(asked))).toMatchObject({ status: 404 })
    }
  })

  test('raises what breaks in the middle of a stream after its words', async () => {
    rig.simulator.next(breaks)
    let text = ''
    const failure = await failureOf(async () => {
      for await (const chunk of await chatOf(model).stream(asked)) text += chunk.text
    })
    expect(failure).toMatchObject({ code: 'stream_interrupted' })
    expectBeginning(text)
  })
})
