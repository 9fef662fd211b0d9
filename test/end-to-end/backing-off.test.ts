// C4, C5 how the SDKs of three dialects meet a limit: they come again when they are told to, and not at all where only
// somebody who raises a budget could help; for whole answers and for streams.
import Anthropic from '@anthropic-ai/sdk'
import { GoogleGenAI } from '@google/genai'
import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import OpenAI from 'openai'
import { failureOf } from '../failure-of.ts'
import { startSimulator } from '../simulator/start-simulator.ts'
import type { Simulator } from '../simulator/start-simulator.ts'
import { startGateway } from './start-gateway.ts'
import type { RunningGateway } from './start-gateway.ts'

let simulator: Simulator
let gateway: RunningGateway

/** A request as the SDK sent it. */
interface Sent {
  readonly status: number
  readonly retryAfter: string | null
  readonly sentMs: number
}

interface Asking {
  readonly model: string
  readonly apiKey: string
  readonly retries: number
  readonly fetch: typeof fetch
}

interface Sdk {
  readonly name: string
  /** Asks once, and reads the answer to its end. */
  ask(asking: Asking): Promise<void>
  /** Of a refusal that lasts until somebody raises something. */
  readonly untilRaised: number
}

const messages = [{ role: 'user', content: 'Hello' } as const]

function openai({ apiKey, retries, fetch }: Asking): OpenAI {
  return new OpenAI({ baseURL: `${gateway.url}/v1`, apiKey, maxRetries: retries, fetch })
}

function anthropic({ apiKey, retries, fetch }: Asking): Anthropic {
  return new Anthropic({ baseURL: gateway.url, apiKey, maxRetries: retries, fetch })
}

/** It waits by a plan of its own, whatever an answer says. */
function google({ apiKey, retries, fetch }: Asking): GoogleGenAI {
  const retryOptions = { attempts: retries + 1, initialDelay: 1.1, jitter: 0 }
  return new GoogleGenAI({ apiKey, httpOptions: { baseUrl: gateway.url, retryOptions, fetch } })
}

async function read(stream: AsyncIterable<unknown>): Promise<void> {
  for await (const _ of stream);
}

const chat = { messages, max_tokens: 10 }
const response = { input: 'Hello', max_output_tokens: 16 }
const generate = { contents: 'Hello', config: { maxOutputTokens: 10 } }

const sdks: readonly Sdk[] = [
  {
    name: 'openai, chat',
    ask: async (asking) =>
      void (await openai(asking).chat.completions.create({ ...chat, model: asking.model })),
    untilRaised: 429,
  },
  {
    name: 'openai, chat, a stream',
    ask: async (asking) =>
      read(await openai(asking).chat.completions.create({ ...chat, model: asking.model, stream: true })),
    untilRaised: 429,
  },
  {
    name: 'openai, responses',
    ask: async (asking) => void (await openai(asking).responses.create({ ...response, model: asking.model })),
    untilRaised: 429,
  },
  {
    name: 'openai, responses, a stream',
    ask: async (asking) =>
      read(await openai(asking).responses.create({ ...response, model: asking.model, stream: true })),
    untilRaised: 429,
  },
  {
    name: '@anthropic-ai/sdk',
    ask: async (asking) => void (await anthropic(asking).messages.create({ ...chat, model: asking.model })),
    untilRaised: 429,
  },
  {
    name: '@anthropic-ai/sdk, a stream',
    ask: async (asking) =>
      read(await anthropic(asking).messages.create({ ...chat, model: asking.model, stream: true })),
    untilRaised: 429,
  },
  {
    name: '@google/genai',
    ask: async (asking) =>
      void (await google(asking).models.generateContent({ ...generate, model: asking.model })),
    untilRaised: 400,
  },
  {
    name: '@google/genai, a stream',
    ask: async (asking) =>
      read(await google(asking).models.generateContentStream({ ...generate, model: asking.model })),
    untilRaised: 400,
  },
]

/** What an SDK sends, and what it is told. */
function recorder(): { readonly sent: readonly Sent[]; readonly fetch: typeof fetch } {
  const sent: Sent[] = []
  const recording = async (...asked: Parameters<typeof fetch>): Promise<Response> => {
    const sentMs = performance.now()
    const answer = await fetch(...asked)
    sent.push({ status: answer.status, retryAfter: answer.headers.get('retry-after'), sentMs })
    return answer
  }
  return { sent, fetch: Object.assign(recording, { preconnect: fetch.preconnect }) }
}

const quickKey = (index: number): string => `test-key-of-a-quick-limit-${index}`
const poorKey = 'test-key-without-money-for-sdks'
const smallKey = 'test-key-with-a-small-limit-for-sdks'

beforeAll(async () => {
  simulator = await startSimulator({ keys: 'any' })
  const quick = sdks.map((_, index) => `quick${index}`)
  const environment = {
    POOR: poorKey,
    SMALL: smallKey,
    ...Object.fromEntries(quick.map((name, index) => [name.toUpperCase(), quickKey(index)])),
  }
  gateway = await startGateway({
    environment,
    config: `
discover: off
server: { drain_delay: 0s }
keys:
  - { name: poor, secret: env:POOR }
  - { name: small, secret: env:SMALL }
${quick.map((name) => `  - { name: ${name}, secret: env:${name.toUpperCase()} }`).join('\n')}
providers: { sim: { type: openai-compatible, base_url: "${simulator.baseUrl}/v1", api_key: env:SIM_KEY } }
models:
  priced: { deployments: [{ provider: sim, model: "tokens:3", price: { input: 0, output: 100 } }] }
limits:
  keys:
    small: { input_tokens: 1/h }
${quick.map((name) => `    ${name}: { requests: 1/s }`).join('\n')}
budgets: { keys: { poor: [{ dollars: 0, per: total }] } }
`,
  })
})

afterAll(async () => {
  await gateway.stop('SIGKILL')
  await simulator.stop()
})

async function comesAgain({ ask }: Sdk, index: number): Promise<readonly Sent[]> {
  const { sent, fetch } = recorder()
  const asking = { apiKey: quickKey(index), model: 'priced', retries: 1, fetch }
  // One a second: the second call is refused, and what comes after the wait is not.
  await ask(asking)
  await ask(asking)
  return sent
}

test('C4 every SDK comes again when it is told to, and is answered', async () => {
  const all = await Promise.all(
    sdks.map(async (sdk, index) => [sdk.name, await comesAgain(sdk, index)] as const),
  )
  for (const [name, sent] of all) {
    const [, refused, again] = sent
    expect([name, ...sent.map(({ status, retryAfter }) => [status, retryAfter])]).toEqual([
      name,
      [200, null],
      [429, '1'],
      [200, null],
    ])
    expect(Number(again?.sentMs) - Number(refused?.sentMs)).toBeGreaterThan(950)
  }
})

describe.each(sdks)('C5 $name', ({ ask, untilRaised }) => {
  test.each([
    ['without money', poorKey],
    ['with what is too long for its limit', smallKey],
  ])('does not come again %s', async (_, apiKey) => {
    const { sent, fetch } = recorder()
    const failure = await failureOf(() => ask({ apiKey, model: 'priced', retries: 2, fetch }))
    expect(failure).toMatchObject({ status: untilRaised })
    expect(sent.map(({ status, retryAfter }) => [status, retryAfter])).toEqual([[untilRaised, null]])
  })
})
