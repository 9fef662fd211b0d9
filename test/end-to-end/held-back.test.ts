// What is held back for a call is what is let through: by words that its provider heeds, for each of its answers, for all that
// it goes on with, and at the price of the service tier that it asks for.
import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { simulatorKey, startSimulator } from '../simulator/start-simulator.ts'
import type { Simulator } from '../simulator/start-simulator.ts'
import { bodyText, lastRequest } from '../simulator/last-request.ts'
import { providerConfig } from './five-dialects.ts'
import { startGateway } from './start-gateway.ts'
import type { RunningGateway } from './start-gateway.ts'

type Json = Readonly<Record<string, unknown>>

let simulator: Simulator
let gateway: RunningGateway

/** A quarter dollar is 2,500 tokens of answers, and so are two pieces of 1,024. */
const quarter = '{ dollars: 0.25, per: day }'
const budgets = {
  foreign: quarter,
  broken: quarter,
  pair: quarter,
  whole: '{ dollars: 1, per: day }',
  tier: '{ dollars: 0.002, per: day }',
  told: '{ tokens: 2000, per: hour }',
  kept: '{ tokens: 2000, per: hour }',
  filtered: '{ tokens: 200, per: hour }',
  counts: '{ tokens: 100, per: hour }',
}
const names = [...Object.keys(budgets), 'limited', 'free']
const keyFor = (name: string): string => `test-key-of-holds-${name}`
const price = 'price: { input: 0, output: 100 }'

function config(): string {
  const keys = names.map((name) => `{ name: ${name}, secret: env:KEY_${name.toUpperCase()} }`)
  const money = Object.entries(budgets).map(([name, budget]) => `    ${name}: [${budget}]`)
  return `
discover: off
server: { drain_delay: 0s }
keys: [${keys.join(', ')}]
providers:
  sim: ${providerConfig('openai-chat', simulator.baseUrl)}
  claude: ${providerConfig('anthropic-messages', simulator.baseUrl)}
  keeper: ${providerConfig('openai-responses', simulator.baseUrl)}
models:
  long: { deployments: [{ provider: sim, model: "tokens:6000", ${price} }] }
  endless: { deployments: [{ provider: sim, model: endless, ${price} }] }
  known: { deployments: [{ provider: sim, model: "tokens:10", capabilities: { output: 20000 }, ${price} }] }
  tiers:
    deployments:
      - { provider: sim, model: "tokens:10", price: { input: 0, output: 100, service_tiers: { priority: { factor: 3 } } } }
  told: { deployments: [{ provider: sim, model: "tokens:16", ${price} }] }
  filtered: { deployments: [{ provider: sim, model: "tokens:16+async-filter", ${price} }] }
  kept: { deployments: [{ provider: keeper, model: "tokens:16", ${price} }] }
  counts: { deployments: [{ provider: claude, model: "tokens:16", ${price} }] }
budgets:
  keys:
${money.join('\n')}
limits: { keys: { limited: { output_tokens: 100k/h } } }
`
}

beforeAll(async () => {
  simulator = await startSimulator()
  const secrets = names.map((name) => [`KEY_${name.toUpperCase()}`, keyFor(name)] as const)
  const environment = { ...Object.fromEntries(secrets), SIM_KEY: simulatorKey }
  gateway = await startGateway({ config: config(), environment })
})

afterAll(async () => {
  await gateway.stop('SIGKILL')
  await simulator.stop()
})

function post(name: string, path: string, body: Json): Promise<Response> {
  return fetch(`${gateway.url}${path}`, {
    method: 'POST',
    headers: { authorization: `Bearer ${keyFor(name)}`, 'content-type': 'application/json' },
    body: JSON.stringify(body),
  })
}

const messages = [{ role: 'user', content: 'Hello' }]

/** Pieces of an answer that came, and the code of the error at its end. */
async function streamed(name: string, body: Json): Promise<{ pieces: number; code: unknown }> {
  const answer = await post(name, '/v1/chat/completions', { messages, stream: true, ...body })
  const events = (await answer.text()).split('\n').filter((line) => line.startsWith('data: {'))
  const read = events.map((line) => JSON.parse(line.slice('data: '.length)))
  return {
    pieces: read.filter(({ choices }) => (choices?.[0]?.delta?.content ?? '') !== '').length,
    code: read.find(({ error }) => error !== undefined)?.error.code,
  }
}

interface Asked {
  readonly status: number
  readonly body: {
    readonly id?: string
    readonly error?: { readonly code: string; readonly message: string }
  }
}

async function asked(name: string, body: Json, path = '/v1/chat/completions'): Promise<Asked> {
  const answer = await post(name, path, path === '/v1/chat/completions' ? { messages, ...body } : body)
  return { status: answer.status, body: JSON.parse(await answer.text()) }
}

describe('C5 a stream', () => {
  test.each([
    ['foreign', { model: 'long', max_output_tokens: 1 }, 'by a word of another dialect'],
    ['broken', { model: 'endless', max_tokens: 10 }, 'by a word that its provider does not heed'],
    ['pair', { model: 'long', n: 2 }, 'in two answers at once'],
  ])('of %s passes no budget: %p', async (name, body) => {
    const { pieces, code } = await streamed(name, body)
    expect(code).toBe('budget_exhausted')
    expect(pieces).toBeWithin(1_900, 2_500)
  })

  test('within its bound is whole, however many of its events say nothing', async () => {
    expect(await streamed('filtered', { model: 'filtered', max_tokens: 8 })).toEqual({
      pieces: 8,
      code: undefined,
    })
  })
})

describe('C5 an answer that comes whole', () => {
  test('is held back for at the length that its model is known for, unless it is bounded', async () => {
    const refused = await asked('whole', { model: 'known' })
    expect(refused).toMatchObject({ status: 429, body: { error: { code: 'budget_exhausted' } } })
    expect(refused.body.error?.message).toContain(
      'so 20000 tokens would be held back for it: bound the answer, or stream it.',
    )
    expect((await asked('whole', { model: 'known', max_tokens: 100 })).status).toBe(200)
  })

  test('is held back for at the price of its service tier', async () => {
    const tier = (more: Json): Promise<Asked> => asked('tier', { model: 'tiers', max_tokens: 10, ...more })
    const dearer = [
      { service_tier: 'priority' },
      { service_tier: 'auto' },
      { service_tier: 'priority', serviceTier: 'flex' },
    ]
    for (const more of dearer) expect((await tier(more)).body.error?.code).toBe('budget_exhausted')
    expect((await tier({ service_tier: 'default' })).status).toBe(200)
    expect((await tier({})).status).toBe(200)
  })

  test('is none where tokens are only counted', async () => {
    const count = await asked('counts', { model: 'counts', messages }, '/v1/messages/count_tokens')
    expect(count.status).toBe(200)
  })
})

test('C5 a bound is told to the provider in the word that it heeds, where something goes by it', async () => {
  await asked('limited', { model: 'long', max_completion_tokens: 5 })
  expect(bodyText(lastRequest(simulator))).toContain('"max_tokens":5')
  await asked('free', { model: 'long', max_completion_tokens: 5 })
  expect(bodyText(lastRequest(simulator))).toContain('"max_completion_tokens":5')
})

describe('C5 a call that goes on with a response', () => {
  const input = 'one '.repeat(1_000)

  test.each(['told', 'kept'])('is held back for with all that was said before (%s)', async (name) => {
    const go = (more: Json): Promise<Asked> =>
      asked(name, { model: name, max_output_tokens: 16, ...more }, '/v1/responses')
    const first = await go({ input })
    expect(first.status).toBe(200)
    // A thousand of its two thousand tokens are spent: what was said before is needed once more, and does not fit.
    const second = await go({ input: 'And?', previous_response_id: first.body.id })
    expect(second.body.error?.code).toBe('budget_exhausted')
    expect((await go({ input: 'And?' })).status).toBe(200)
  })
})

test('C5 a client that leaves is billed by what the provider has counted so far', async () => {
  const model = 'sim/tokens:5000+usage:every-event+cached:1+gap:1'
  const answer = await post('free', '/v1/chat/completions', { model, messages, stream: true })
  const reader = answer.body?.getReader()
  await reader?.read()
  await reader?.cancel()
  const line = await gateway.logged((one) => one.event === 'call' && one['model'] === model)
  // Of the request alone nobody could say that it is one token: by its bytes it is more.
  expect(line).toMatchObject({ outcome: 'cancelled', usage: 'observed', input_tokens: 1 })
})
