// OpenAI's agents, unmodified, by responses and by chat completions, in front of a provider of every dialect: an agent with
// one tool runs to its end.
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'bun:test'
import { Agent, OpenAIProvider, Runner, setTracingDisabled, tool } from '@openai/agents'
import OpenAI from 'openai'
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
  setTracingDisabled(true)
  rig = await startRig()
})

afterAll(() => rig[Symbol.asyncDispose]())

beforeEach(() => rig.forget())

const instructions = 'Add what there is to add.'
const sum = spoken(instructions, question, '5')
const place = z.object({ city: z.string(), degrees: z.number() })
const adding = tool({
  name: 'add',
  description: 'Adds.',
  parameters: z.object({ a: z.number(), b: z.number() }),
  execute: add,
})

const ways = [
  ['responses', true],
  ['chat completions', false],
] as const
const pairs = ways.flatMap(([way, useResponses]) =>
  upstreams.map(([dialect, model, provider]) => [way, dialect, { useResponses, model, provider }] as const),
)

function agentOf(model: string): Agent {
  return new Agent({ name: 'adder', model, instructions, tools: [adding] })
}

describe.each(pairs)('by %s in front of %s', (_way, _dialect, { useResponses, model, provider }) => {
  const runner = (): Runner => {
    const openAIClient = new OpenAI({ baseURL: rig.v1, apiKey: rig.key, maxRetries: 0 })
    return new Runner({ modelProvider: new OpenAIProvider({ openAIClient, useResponses }) })
  }

  test('an agent runs to its end', async () => {
    rig.simulator.next(asksForSum, speaks)
    const result = await runner().run(agentOf(model), question)
    expect(result.finalOutput).toBe(sum)
    expect(sumsAsked()).toEqual(['2+3'])
    const { input, output } = billed(rig.simulator, 2)
    expect(result.state.usage).toMatchObject({ requests: 2, inputTokens: input, outputTokens: output })
  })

  test('an agent runs to its end in a stream', async () => {
    rig.simulator.next(asksForSum, speaks)
    const result = await runner().run(agentOf(model), question, { stream: true })
    let text = ''
    for await (const piece of result.toTextStream()) text += piece
    await result.completed
    expect([text, result.finalOutput]).toEqual([sum, sum])
    expect(sumsAsked()).toEqual(['2+3'])
  })

  test('an agent takes its conversation along', async () => {
    // The tools are still there; it is to speak nevertheless.
    rig.simulator.next(asksForSum, speaks, { answer: { ...speaks.answer, toolCalls: [] } })
    const first = await runner().run(agentOf(model), question)
    const second = await runner().run(agentOf(model), [
      ...first.history,
      { role: 'user', content: 'And then?' },
    ])
    expect(second.finalOutput).toBe(spoken(instructions, question, '5', sum, 'And then?'))
    expect(sumsAsked()).toEqual(['2+3'])
  })

  test('an agent answers by a schema', async () => {
    const agent = new Agent({ name: 'teller', model, instructions, outputType: place })
    const result = await runner().run(agent, question)
    expect(result.finalOutput).toEqual({ city: 'text', degrees: 1.5 })
  })

  test('what is not there is raised as NotFoundError', async () => {
    for (const missing of [unknownAt(provider), `${provider}s/m`]) {
      const failure = await failureOf(() => runner().run(agentOf(missing), question))
      expect(failure).toBeInstanceOf(OpenAI.NotFoundError)
    }
  })

  test('what breaks in the middle of a stream is raised after its words', async () => {
    rig.simulator.next(breaks)
    const agent = new Agent({ name: 'teller', model })
    const result = await runner().run(agent, question, { stream: true })
    let text = ''
    const failure = await failureOf(async () => {
      for await (const piece of result.toTextStream()) text += piece
      await result.completed
    })
    expect(failure).toBeInstanceOf(Error)
    expectBeginning(text)
  })
})
