// Other clients of the same dialect: the Vercel AI SDK and LangChain, a whole answer and a stream each.
import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { createOpenAI } from '@ai-sdk/openai'
import { createOpenAICompatible } from '@ai-sdk/openai-compatible'
import { HumanMessage } from '@langchain/core/messages'
import { ChatOpenAI } from '@langchain/openai'
import { generateText, streamText } from 'ai'
import { simulatorKey, startSimulator } from '../simulator/start-simulator.ts'
import type { Simulator } from '../simulator/start-simulator.ts'
import { configFor, startGateway, testKey } from './start-gateway.ts'
import type { RunningGateway } from './start-gateway.ts'

let simulator: Simulator
let gateway: RunningGateway
let baseURL = ''

beforeAll(async () => {
  simulator = await startSimulator()
  gateway = await startGateway({
    config: configFor(`${simulator.baseUrl}/v1`),
    environment: { SIM_KEY: simulatorKey },
  })
  baseURL = `${gateway.url}/v1`
})

afterAll(async () => {
  await gateway.stop()
  await simulator.stop()
})

describe('the Vercel AI SDK', () => {
  const models = [
    [
      'openai-compatible',
      () => createOpenAICompatible({ name: 'sallyport', baseURL, apiKey: testKey })('sim/m'),
    ],
    ['openai', () => createOpenAI({ baseURL, apiKey: testKey }).chat('sim/m')],
  ] as const

  test.each(models)('gets the same text whole and streamed through its %s provider', async (_name, make) => {
    const { text, usage } = await generateText({ model: make(), prompt: 'Tell me of gates' })
    expect(text).toStartWith('m')
    expect(usage.outputTokens).toBeGreaterThan(0)
    expect(await streamText({ model: make(), prompt: 'Tell me of gates' }).text).toBe(text)
  })
})

test('LangChain gets the same text whole and streamed', async () => {
  const model = new ChatOpenAI({ model: 'sim/m', apiKey: testKey, configuration: { baseURL }, maxRetries: 0 })
  const question = [new HumanMessage('Tell me of gates')]
  const { text } = await model.invoke(question)
  expect(text).toStartWith('m')
  let streamed = ''
  for await (const chunk of await model.stream(question)) streamed += chunk.text
  expect(streamed).toBe(text)
})
