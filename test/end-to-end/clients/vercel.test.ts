// The Vercel AI SDK, unmodified: each of its providers in front of a provider of every dialect.
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'bun:test'
import { createAnthropic } from '@ai-sdk/anthropic'
import { createGoogleGenerativeAI } from '@ai-sdk/google'
import { createOpenAI } from '@ai-sdk/openai'
import { createOpenAICompatible } from '@ai-sdk/openai-compatible'
import { APICallError, generateText, jsonSchema, Output, stepCountIs, streamText, tool } from 'ai'
import type { LanguageModel, LanguageModelUsage } from 'ai'
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
  thinks,
  thinksOfSum,
  thought,
  unknownAt,
  upstreams,
} from './rig.ts'
import type { Rig } from './rig.ts'
import { failureOf } from '../../failure-of.ts'

let rig: Rig

beforeAll(async () => {
  // It warns of every model that it does not know by name.
  globalThis.AI_SDK_LOG_WARNINGS = false
  rig = await startRig()
})

afterAll(() => rig[Symbol.asyncDispose]())

beforeEach(() => rig.forget())

const at = () => ({ baseURL: rig.v1, apiKey: rig.key })
const compatible = () => ({
  ...at(),
  name: 'sallyport',
  includeUsage: true,
  supportsStructuredOutputs: true,
})

interface Maker {
  readonly name: string
  make(model: string): LanguageModel
  /** What it makes of a tool's result, if not the text itself. */
  readonly sum?: string
  /** Chat completions of OpenAI itself have no thoughts to be heard. */
  readonly isDeaf?: true
  /** Gives thoughts back without their seals. Anthropic thinks no further after calls whose thoughts are not sealed. */
  readonly losesSeals?: true
}

const makers: readonly Maker[] = [
  { name: 'openai chat', make: (model) => createOpenAI(at()).chat(model), isDeaf: true },
  { name: 'openai responses', make: (model) => createOpenAI(at()).responses(model) },
  {
    name: 'openai-compatible',
    make: (model) => createOpenAICompatible(compatible())(model),
    losesSeals: true,
  },
  { name: 'anthropic', make: (model) => createAnthropic(at())(model) },
  {
    name: 'google',
    make: (model) => createGoogleGenerativeAI({ ...at(), baseURL: `${rig.url}/v1beta` })(model),
    sum: '{"name":"add","content":"5"}',
  },
]
const pairs = makers.flatMap((maker) =>
  upstreams.map(([dialect, model, provider]) => [maker.name, dialect, { maker, model, provider }] as const),
)

const prompt = question
const place = z.object({ city: z.string(), degrees: z.number() })
const somewhere = { city: 'text', degrees: 1.5 }
const tools = {
  add: tool({
    description: 'Adds.',
    inputSchema: jsonSchema<{ a: number; b: number }>(numbers),
    execute: (input) => add(input),
  }),
}

/** As each of them asks for thoughts. */
const effort = { reasoningEffort: 'medium' }
const asksForThoughts = {
  openai: { ...effort, reasoningSummary: 'auto', forceReasoning: true },
  sallyport: effort,
  anthropic: { thinking: { type: 'enabled', budgetTokens: 1024 } },
  google: { thinkingConfig: { includeThoughts: true, thinkingBudget: 1024 } },
}

function expectBilled(usage: LanguageModelUsage, answers = 1): void {
  const { input, output } = billed(rig.simulator, answers)
  expect(usage).toMatchObject({ inputTokens: input, outputTokens: output, totalTokens: input + output })
}

describe.each(pairs)('its %s provider in front of %s', (_client, dialect, { maker, model, provider }) => {
  const { make, sum = '5', isDeaf = false, losesSeals = false } = maker

  test('generates', async () => {
    rig.simulator.next(speaks)
    const { text, finishReason, usage } = await generateText({ model: make(model), prompt })
    expect({ text, finishReason }).toEqual({ text: spoken(), finishReason: 'stop' })
    expectBilled(usage)
  })

  test('streams', async () => {
    rig.simulator.next(speaks)
    const answer = streamText({ model: make(model), prompt })
    const pieces = await Array.fromAsync(answer.textStream)
    expect(pieces.join('')).toBe(spoken())
    expect(pieces.length).toBeGreaterThan(5)
    expect(await answer.finishReason).toBe('stop')
    expectBilled(await answer.totalUsage)
  })

  test('runs tools in a loop, whole and streamed', async () => {
    rig.simulator.next(asksForSum, speaks, asksForSum, speaks)
    const asked = { model: make(model), prompt, tools, stopWhen: stepCountIs(3) }
    const whole = await generateText(asked)
    expect(whole.text).toBe(spoken(question, sum))
    expectBilled(whole.totalUsage, 2)
    const streamed = streamText(asked)
    expect(await streamed.text).toBe(spoken(question, sum))
    expectBilled(await streamed.totalUsage, 2)
    expect((await streamed.steps).map(({ toolCalls }) => toolCalls.map(({ input }) => input))).toEqual([
      [{ a: 2, b: 3 }],
      [],
    ])
    expect(sumsAsked()).toEqual(['2+3', '2+3'])
  })

  test('hears thoughts where its provider can, and gives them back with results', async () => {
    rig.simulator.next(thinksOfSum, thinks, thinksOfSum, thinks)
    const asked = {
      model: make(model),
      prompt,
      tools,
      stopWhen: stepCountIs(3),
      providerOptions: asksForThoughts,
    }
    const whole = await generateText(asked)
    const streamed = streamText(asked)
    expect([whole.text, await streamed.text]).toEqual([spoken(question, sum), spoken(question, sum)])
    const heard = isDeaf || (losesSeals && dialect === 'anthropic-messages') ? undefined : thought
    expect([whole.reasoningText, await streamed.reasoningText]).toEqual([heard, heard])
    expect(sumsAsked()).toEqual(['2+3', '2+3'])
  })

  test('answers by a schema, whole and streamed', async () => {
    const asked = { model: make(model), prompt, output: Output.object({ schema: place }) }
    expect((await generateText(asked)).output).toEqual(somewhere)
    expect(await streamText(asked).output).toEqual(somewhere)
  })

  test('raises what is not there as an error of the call', async () => {
    for (const missing of [unknownAt(provider), `${provider}s/m`]) {
      const asked = { model: make(missing), prompt, maxRetries: 0 }
      const failure = await failureOf(() => generateText(asked))
      if (!APICallError.isInstance(failure)) throw failure
      expect(failure.statusCode).toBe(404)
    }
  })

  test('tells what breaks in the middle of a stream after its words', async () => {
    rig.simulator.next(breaks)
    const errors: unknown[] = []
    const answer = streamText({
      model: make(model),
      prompt,
      maxRetries: 0,
      onError: ({ error }) => {
        errors.push(error)
      },
    })
    let text = ''
    for await (const part of answer.fullStream) if (part.type === 'text-delta') text += part.text
    expectBeginning(text)
    expect(errors).toHaveLength(1)
  })
})
