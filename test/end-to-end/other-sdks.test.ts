// Other clients that people use, in front of a provider of every dialect: the Vercel AI SDK through each of its providers,
// LangChain, and OpenAI's agents.
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'bun:test'
import { createAnthropic } from '@ai-sdk/anthropic'
import { createGoogleGenerativeAI } from '@ai-sdk/google'
import { createOpenAI } from '@ai-sdk/openai'
import { createOpenAICompatible } from '@ai-sdk/openai-compatible'
import { HumanMessage } from '@langchain/core/messages'
import { ChatOpenAI } from '@langchain/openai'
import { Agent, OpenAIProvider, Runner, setTracingDisabled, tool as agentTool } from '@openai/agents'
import { generateText, jsonSchema, stepCountIs, streamText, tool as sdkTool } from 'ai'
import OpenAI from 'openai'
import * as z from 'zod'
import type { Simulator } from '../simulator/start-simulator.ts'
import { add, asksForSum, numbers, question, said, says, sumsAsked } from './adding-tool.ts'
import { fiveProviders, startFiveDialects } from './five-dialects.ts'
import { testKey } from './start-gateway.ts'
import type { RunningGateway } from './start-gateway.ts'

let simulator: Simulator
let gateway: RunningGateway
let v1 = ''

beforeAll(async () => {
  setTracingDisabled(true)
  ;({ simulator, gateway } = await startFiveDialects())
  v1 = `${gateway.url}/v1`
})

afterAll(async () => {
  await gateway.stop()
  await simulator.stop()
})

beforeEach(() => simulator.clearScript())

const providers = Object.entries(fiveProviders).map(([dialect, name]) => [dialect, `${name}/m`] as const)

describe.each(providers)('in front of %s', (_dialect, model) => {
  describe("Vercel's SDK", () => {
    const makes = [
      ['openai chat', () => createOpenAI({ baseURL: v1, apiKey: testKey }).chat(model)],
      ['openai responses', () => createOpenAI({ baseURL: v1, apiKey: testKey }).responses(model)],
      ['compatible', () => createOpenAICompatible({ name: 's', baseURL: v1, apiKey: testKey })(model)],
      ['anthropic', () => createAnthropic({ baseURL: v1, apiKey: testKey })(model)],
      [
        'google',
        () => createGoogleGenerativeAI({ baseURL: `${gateway.url}/v1beta`, apiKey: testKey })(model),
      ],
    ] as const

    test.each(makes)('generates, streams and runs tools through its %s provider', async (_name, make) => {
      simulator.next(says, says, asksForSum, says)
      const whole = await generateText({ model: make(), prompt: question })
      expect(whole.text).toBe(said)
      expect(await streamText({ model: make(), prompt: question }).text).toBe(said)
      const tools = {
        add: sdkTool({
          description: 'Adds.',
          inputSchema: jsonSchema<{ a: number; b: number }>(numbers),
          execute: (input) => add(input),
        }),
      }
      const looped = await generateText({ model: make(), prompt: question, tools, stopWhen: stepCountIs(3) })
      expect(looped.text).toBe(said)
      expect(sumsAsked()).toEqual(['2+3'])
    })
  })

  test('LangChain generates and streams', async () => {
    simulator.next(says, says)
    const chat = new ChatOpenAI({ model, apiKey: testKey, configuration: { baseURL: v1 }, maxRetries: 0 })
    expect((await chat.invoke([new HumanMessage(question)])).text).toBe(said)
    let streamed = ''
    for await (const chunk of await chat.stream([new HumanMessage(question)])) streamed += chunk.text
    expect(streamed).toBe(said)
  })

  test("OpenAI's agents run to their end", async () => {
    simulator.next(asksForSum, says)
    const parameters = z.object({ a: z.number(), b: z.number() })
    const tools = [agentTool({ name: 'add', description: 'Adds.', parameters, execute: add })]
    const agent = new Agent({ name: 'adder', model, instructions: 'Add.', tools })
    const runner = new Runner({
      modelProvider: new OpenAIProvider({ openAIClient: new OpenAI({ baseURL: v1, apiKey: testKey }) }),
    })
    expect((await runner.run(agent, question)).finalOutput).toBe(said)
    expect(sumsAsked()).toEqual(['2+3'])
  })
})
