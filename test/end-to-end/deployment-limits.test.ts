// C4 limits of deployments: who is passed over, what a client is told when that is everybody, what an operator sees, and
// what a judge's calls count for.
import Anthropic from '@anthropic-ai/sdk'
import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import OpenAI from 'openai'
import { failureOf } from '../failure-of.ts'
import { at } from '../json-at.ts'
import { startSimulator } from '../simulator/start-simulator.ts'
import type { Simulator } from '../simulator/start-simulator.ts'
import { until } from '../until.ts'
import { startGateway, testKey } from './start-gateway.ts'
import type { RunningGateway } from './start-gateway.ts'

let simulator: Simulator
let gateway: RunningGateway

const operatorKey = 'test-key-of-the-operator-of-limits'
const judgedKey = 'test-key-of-limits-that-is-judged'
const poorKey = 'test-key-of-limits-without-money'
const price = 'price: { input: 0, output: 100 }'

function configWith(first = '2/h'): string {
  return `
discover: off
server: { drain_delay: 0s }
keys:
  - { name: tests, secret: env:TEST_KEY }
  - { name: judged, secret: env:JUDGED_KEY }
  - { name: poor, secret: env:POOR_KEY }
  - { name: operator, secret: env:OPERATOR_KEY, scopes: [admin] }
providers:
  here: { type: openai-compatible, base_url: "${simulator.baseUrl}/v1", api_key: env:SIM_KEY }
  there: { type: openai-compatible, base_url: "${simulator.baseUrl}/v1", api_key: env:SIM_KEY }
models:
  pair:
    deployments:
      - { provider: here, model: "tokens:3", limits: { requests: ${first} } }
      - { provider: there, model: "tokens:3", limits: { requests: 1/h } }
  other-name: { deployments: [{ provider: there, model: "tokens:3" }] }
  counted: { deployments: [{ provider: here, model: "tokens:10+head-delay:60", limits: { output_tokens: 100/h } }] }
  narrow: { deployments: [{ provider: here, model: "tokens:4", limits: { input_tokens: 20/h } }] }
  breaking:
    deployments:
      - { provider: here, model: "status:500" }
      - { provider: here, model: "tokens:5", limits: { requests: 1/h } }
      - { provider: there, model: "tokens:6" }
  canned:
    last_resort: { message: "Please come again." }
    deployments: [{ provider: here, model: "tokens:7", limits: { requests: 1/h } }]
  kept-apart:
    last_resort: { deployment: { provider: there, model: "tokens:8", limits: { requests: 1/h } }, message: "Later." }
    deployments: [{ provider: here, model: "tokens:9", limits: { requests: 1/h } }]
  judge: { deployments: [{ provider: here, model: "tokens:11", ${price} }] }
  weighed:
    classifier: { simple: [small], hard: [large], judge: judge }
    deployments:
      - { provider: here, model: "tokens:12", tags: [large], price: { input: 0, output: 0 } }
      - { provider: there, model: "tokens:12", tags: [small], price: { input: 0, output: 0 } }
  dear-judge: { deployments: [{ provider: here, model: "tokens:13", ${price} }] }
  weighed-dear:
    classifier: { simple: [small], hard: [large], judge: dear-judge }
    deployments:
      - { provider: here, model: "tokens:14", tags: [large], price: { input: 0, output: 0 } }
      - { provider: there, model: "tokens:14", tags: [small], price: { input: 0, output: 0 } }
limits:
  keys: { judged: { requests: 3/h, concurrency: 1, output_tokens: 10k/d } }
  models: { judge: { requests: 2/h } }
budgets:
  keys: { judged: [{ dollars: 1, per: day }], poor: [{ dollars: 0, per: day }] }
`
}

beforeAll(async () => {
  simulator = await startSimulator({ keys: 'any' })
  const environment = { OPERATOR_KEY: operatorKey, JUDGED_KEY: judgedKey, POOR_KEY: poorKey }
  gateway = await startGateway({ config: configWith(), environment })
})

afterAll(async () => {
  await gateway.stop('SIGKILL')
  await simulator.stop()
})

const messages = [{ role: 'user', content: 'Hello' } as const]

interface Asking {
  readonly key?: string
  readonly headers?: Readonly<Record<string, string>>
  readonly [member: string]: unknown
}

async function ask(model: string, { key = testKey, headers = {}, ...more }: Asking = {}): Promise<Headers> {
  const client = new OpenAI({ baseURL: `${gateway.url}/v1`, apiKey: key, maxRetries: 0 })
  const { response } = await client.chat.completions
    .create({ model, messages, ...more }, { headers })
    .withResponse()
  return response.headers
}

async function answeredBy(model: string, asking: Asking = {}): Promise<string | null> {
  return (await ask(model, asking)).get('x-sallyport-deployment')
}

async function refusalOf(asked: () => Promise<unknown>): Promise<InstanceType<typeof OpenAI.APIError>> {
  const failure = await failureOf(asked)
  if (failure instanceof OpenAI.APIError) return failure
  throw failure
}

async function seen(path: string): Promise<unknown> {
  const headers = { authorization: `Bearer ${operatorKey}` }
  return await (await fetch(`${gateway.url}${path}`, { headers })).json()
}

describe('C4 a deployment with limits', () => {
  test('is passed over when it has been asked as much as it may be, and the client told when nobody is left', async () => {
    expect([await answeredBy('pair'), await answeredBy('pair'), await answeredBy('pair')]).toEqual([
      'here/tokens:3',
      'here/tokens:3',
      'there/tokens:3',
    ])
    const asked = simulator.requests.length
    const refused = await refusalOf(() => ask('pair'))
    expect([refused.status, refused.code, refused.type]).toEqual([
      429,
      'model_rate_limited',
      'rate_limit_error',
    ])
    // The first has room for one more after half an hour, the second only after a whole one.
    expect(Number(refused.headers?.get('retry-after'))).toBeWithin(1_700, 1_801)
    expect(simulator.requests.length).toBe(asked)
    const inMessages = new Anthropic({ baseURL: gateway.url, apiKey: testKey, maxRetries: 0 })
    const alike = await failureOf(() =>
      inMessages.messages.create({ model: 'pair', max_tokens: 5, messages, stream: true }),
    )
    expect(alike).toBeInstanceOf(Anthropic.RateLimitError)
  })

  test('has them under every name that it is asked by', async () => {
    expect((await refusalOf(() => ask('other-name'))).code).toBe('model_rate_limited')
    expect((await refusalOf(() => ask('there/tokens:3'))).code).toBe('model_rate_limited')
  })

  test('is well all the same, and an operator sees what is left', async () => {
    const answer = await seen('/admin/v1/deployments/here/tokens:3')
    expect(at(answer, 'data', 0)).toMatchObject({
      state: 'closed',
      limits: [{ kind: 'requests', limit: 2, per_seconds: 3_600, remaining: 0 }],
    })
    const metrics = await (await fetch(`${gateway.url}/metrics`)).text()
    expect(metrics).toMatch(
      /sallyport_deployment_limit_remaining\{provider="here",model="tokens:3",.*kind="requests",seconds="3600"\} 0/,
    )
  })

  test('counts the tokens that an attempt really used', async () => {
    for (let call = 0; call < 3; call += 1) await ask('counted', { max_tokens: 60 })
    // Thirty are used: two at once of sixty each do not fit into what is left.
    const pair = await Promise.allSettled([
      ask('counted', { max_tokens: 60 }),
      ask('counted', { max_tokens: 60 }),
    ])
    expect(pair.map(({ status }) => status).toSorted()).toEqual(['fulfilled', 'rejected'])
  })

  test('refuses for good what alone is more than it ever lets pass', async () => {
    const long = { messages: [{ role: 'user', content: 'word '.repeat(200) }] }
    const refused = await refusalOf(() => ask('narrow', long))
    expect([refused.code, refused.headers?.get('x-should-retry')]).toEqual(['limit_too_small', 'false'])
    expect(refused.message).toContain('The model "narrow" may use 20 input tokens')
  })

  test('is passed over after a failure, too, and the trace tells so', async () => {
    const trace = { headers: { 'x-sallyport-trace': 'on' } }
    expect(await answeredBy('breaking')).toBe('here/tokens:5')
    const headers = await ask('breaking', trace)
    expect(headers.get('x-sallyport-deployment')).toBe('there/tokens:6')
    const steps = JSON.stringify(await seen(`/admin/v1/calls/${headers.get('x-request-id')}/trace`))
    expect(steps).toContain('no_room')
    expect(steps).toContain('1 requests in 3600 s, room in ')
  })

  test('leaves the answer to the last resort, and that one has limits as well', async () => {
    await ask('canned')
    expect((await ask('canned')).get('x-sallyport-canned')).toBe('true')
    expect(await answeredBy('kept-apart')).toBe('here/tokens:9')
    expect(await answeredBy('kept-apart')).toBe('there/tokens:8')
    expect((await ask('kept-apart')).get('x-sallyport-canned')).toBe('true')
  })
})

describe('C4 a judge’s calls', () => {
  const judgedBy = async (): Promise<string | null> =>
    (await ask('weighed', { key: judgedKey, max_tokens: 10 })).get('x-sallyport-route')

  test('cost their caller tokens and money, and are no calls of its own', async () => {
    // One call at a time and three an hour: the judge's are not among them.
    expect(await judgedBy()).toContain('(judge')
    const headers = await ask('judge', { key: judgedKey, max_tokens: 10 })
    expect(headers.get('x-ratelimit-limit-requests')).toBe('2')
    expect(headers.get('x-ratelimit-remaining-requests')).toBe('0')
    // Eleven of the judge, ten of the answer, and ten of this one.
    expect(Number(headers.get('x-ratelimit-remaining-tokens'))).toBeWithin(9_969, 9_971)
  })

  test('are calls of the model that they ask, and what is refused there leaves the decision to what can be seen', async () => {
    expect(await judgedBy()).toContain('(judge silent)')
  })

  test('are not made for a call that may not be made', async () => {
    const asked = simulator.requests.length
    expect((await refusalOf(() => ask('weighed', { key: judgedKey }))).code).toBe('rate_limited')
    expect(simulator.requests.length).toBe(asked)
  })

  test('are refused where there is no money for them', async () => {
    const route = (await ask('weighed-dear', { key: poorKey, max_tokens: 10 })).get('x-sallyport-route')
    expect(route).toContain('(judge silent)')
    const line = await gateway.logged(({ event, purpose, code }) => {
      return event === 'call' && purpose === 'judge' && code === 'budget_exhausted'
    })
    expect(line).toMatchObject({ model: 'dear-judge' })
  })
})

test('another config changes a deployment’s limits, and what was used stays used', async () => {
  gateway.writeConfig(configWith('3/h'))
  await until(async () => {
    try {
      await ask('pair')
      return true
    } catch {
      return false
    }
  })
  expect((await refusalOf(() => ask('pair'))).code).toBe('model_rate_limited')
})
