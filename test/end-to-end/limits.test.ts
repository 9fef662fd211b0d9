// C4 limits of several layers, as clients meet them: what is refused, what they are told, and what was really used.
import Anthropic from '@anthropic-ai/sdk'
import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import OpenAI from 'openai'
import { failureOf } from '../failure-of.ts'
import { startSimulator } from '../simulator/start-simulator.ts'
import type { Simulator } from '../simulator/start-simulator.ts'
import { until } from '../until.ts'
import { startGateway } from './start-gateway.ts'
import type { RunningGateway } from './start-gateway.ts'

let simulator: Simulator
let gateway: RunningGateway

const names = ['few', 'tokens', 'alone', 'small', 'spare', 'sdk', 'claude', 'wide', 'left', 'page']
/** A web page of another origin that may call. */
const page = 'https://app.example.com'
const keyFor = (name: string): string => `test-key-of-limits-${name}`

function configWith(limits: string): string {
  const keys = names.map((name) => `{ name: ${name}, secret: env:KEY_${name.toUpperCase()} }`)
  return `
discover: off
server: { drain_delay: 0s, cors: ["${page}"] }
keys: [${keys.join(', ')}]
providers: { sim: { type: openai-compatible, base_url: "${simulator.baseUrl}/v1", api_key: env:SIM_KEY } }
models:
  rare: { deployments: [{ provider: sim, model: "tokens:3" }] }
limits:
${limits}
`
}

const limits = `
  models: { rare: { requests: 2/h } }
  keys:
    few: { requests: 2/h }
    tokens: { output_tokens: 100/h }
    alone: { concurrency: 1 }
    small: { input_tokens: 20/h }
    sdk: { requests: 1/s }
    claude: { requests: 50/m, tokens: 100k/m }
    page: { requests: 50/m, tokens: 100k/m }
    left: { concurrency: 1, output_tokens: 5000/h }
`

beforeAll(async () => {
  simulator = await startSimulator({ keys: 'any' })
  const environment = Object.fromEntries(names.map((name) => [`KEY_${name.toUpperCase()}`, keyFor(name)]))
  gateway = await startGateway({ config: configWith(limits), environment })
})

afterAll(async () => {
  await gateway.stop('SIGKILL')
  await simulator.stop()
})

function clientOf(name: string, maxRetries = 0): OpenAI {
  return new OpenAI({ baseURL: `${gateway.url}/v1`, apiKey: keyFor(name), maxRetries })
}

const messages = [{ role: 'user', content: 'Hello' } as const]

async function ask(name: string, model = 'sim/tokens:3', more = {}): Promise<Headers> {
  const { response } = await clientOf(name)
    .chat.completions.create({ model, messages, ...more })
    .withResponse()
  return response.headers
}

async function refusalOf(asked: () => Promise<unknown>): Promise<InstanceType<typeof OpenAI.APIError>> {
  const failure = await failureOf(asked)
  if (failure instanceof OpenAI.APIError) return failure
  throw failure
}

describe('C4 a limit on requests', () => {
  test('tells what is left, refuses the third, and says when to come again', async () => {
    const first = await ask('few')
    expect([
      first.get('x-ratelimit-limit-requests'),
      first.get('x-ratelimit-remaining-requests'),
      first.get('x-ratelimit-remaining'),
      first.get('ratelimit-policy'),
      first.get('ratelimit'),
    ]).toEqual([
      '2',
      '1',
      '1',
      '"key-requests";q=2;w=3600',
      expect.stringMatching(/^"key-requests";r=1;t=\d+$/),
    ])
    expect((await ask('few')).get('x-ratelimit-remaining-requests')).toBe('0')
    const refused = await refusalOf(() => ask('few'))
    expect([refused.status, refused.code, refused.type]).toEqual([429, 'rate_limited', 'rate_limit_error'])
    expect(refused.message).toContain('The key "few" may use 2 requests in an hour.')
    expect(Number(refused.headers?.get('retry-after'))).toBeWithin(1_700, 1_801)
    expect(refused.headers?.get('x-ratelimit-remaining-requests')).toBe('0')
    expect(simulator.bill.filter(({ model }) => model === 'tokens:3').length).toBe(2)
  })

  test('holds for a model whoever calls it', async () => {
    await ask('spare', 'rare')
    await ask('wide', 'rare')
    expect((await refusalOf(() => ask('spare', 'rare'))).message).toContain('The model "rare"')
  })

  test('is waited for by the SDK, as it is told to', async () => {
    await ask('sdk')
    const startedMs = performance.now()
    await clientOf('sdk', 1).chat.completions.create({ model: 'sim/tokens:3', messages })
    expect(performance.now() - startedMs).toBeGreaterThan(500)
  })
})

describe('C4 a web page of another origin', () => {
  test.each(['chat/completions', 'messages'])('may read what is left, and all else: %s', async (path) => {
    const answer = await fetch(`${gateway.url}/v1/${path}`, {
      method: 'POST',
      headers: {
        origin: page,
        authorization: `Bearer ${keyFor('page')}`,
        'content-type': 'application/json',
      },
      body: JSON.stringify({ model: 'sim/tokens:3', messages, max_tokens: 10 }),
    })
    await answer.arrayBuffer()
    const shown = new Set(answer.headers.get('access-control-expose-headers')?.split(', '))
    const own = [...answer.headers.keys()].filter((name) =>
      /^(x-|retry|request|server|ratelimit|anthropic)/.test(name),
    )
    expect([answer.status, own.filter((name) => !shown.has(name))]).toEqual([200, []])
    expect(own).toContain('x-ratelimit-remaining-tokens')
    expect(own.some((name) => name.startsWith('anthropic-ratelimit-'))).toBe(path === 'messages')
  })
})

describe('C4 a limit on tokens', () => {
  test('holds back what an answer may have, and gives back what it had not', async () => {
    const bounded = { max_tokens: 60 }
    for (let call = 0; call < 3; call += 1) await ask('tokens', 'sim/tokens:10', bounded)
    // Thirty are used: two at once of sixty each do not fit into what is left.
    const slow = 'sim/tokens:10+head-delay:100'
    const pair = await Promise.allSettled([ask('tokens', slow, bounded), ask('tokens', slow, bounded)])
    expect(pair.map(({ status }) => status).toSorted()).toEqual(['fulfilled', 'rejected'])
  })

  test('refuses what alone is too much, and tells the SDK not to try again', async () => {
    const long = { messages: [{ role: 'user', content: 'word '.repeat(200) }] }
    const refused = await refusalOf(() => ask('small', 'sim/tokens:3', long))
    expect([refused.status, refused.code, refused.headers?.get('x-should-retry')]).toEqual([
      429,
      'limit_too_small',
      'false',
    ])
  })
})

describe('C4 calls at a time', () => {
  test('are counted to the end of a stream', async () => {
    const stream = await clientOf('alone').chat.completions.create({
      model: 'sim/tokens:40+gap:10',
      messages,
      stream: true,
    })
    expect((await refusalOf(() => ask('alone'))).message).toContain('1 calls at a time')
    for await (const _ of stream);
    await ask('alone')
  })

  test('are given back by a client that leaves, with the tokens that it did not get', async () => {
    const leaving = new AbortController()
    const stream = await clientOf('left').chat.completions.create(
      { model: 'sim/tokens:10000+gap:5', messages, stream: true },
      { signal: leaving.signal },
    )
    for await (const _ of stream) leaving.abort()
    await until(async () => (await failureOrNone(() => ask('left'))) === undefined)
  })
})

async function failureOrNone(run: () => Promise<unknown>): Promise<unknown> {
  try {
    await run()
    return undefined
  } catch (failure) {
    return failure
  }
}

test('Anthropic’s clients find Anthropic’s names', async () => {
  const client = new Anthropic({ baseURL: gateway.url, apiKey: keyFor('claude'), maxRetries: 0 })
  const { response } = await client.messages
    .create({ model: 'sim/tokens:3', max_tokens: 10, messages })
    .withResponse()
  const { headers } = response
  expect(headers.get('anthropic-ratelimit-requests-limit')).toBe('50')
  expect(headers.get('anthropic-ratelimit-requests-remaining')).toBe('49')
  expect(headers.get('anthropic-ratelimit-tokens-limit')).toBe('100000')
  expect(headers.get('anthropic-ratelimit-tokens-reset')).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/)
})

test('another config changes a limit, and what was used stays used', async () => {
  gateway.writeConfig(configWith(limits.replace('few: { requests: 2/h }', 'few: { requests: 4/h }')))
  await until(async () => (await failureOrNone(() => ask('few'))) === undefined)
  expect((await ask('few')).get('x-ratelimit-limit-requests')).toBe('4')
  expect((await refusalOf(() => ask('few'))).code).toBe('rate_limited')
})
