// C5 budgets in money and tokens, as clients meet them: what is refused, what ends in the middle, and how far it can go
// wrong when many call at once.
import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import OpenAI from 'openai'
import { failureOf } from '../failure-of.ts'
import { startSimulator } from '../simulator/start-simulator.ts'
import type { Simulator } from '../simulator/start-simulator.ts'
import { until } from '../until.ts'
import { startGateway } from './start-gateway.ts'
import type { RunningGateway } from './start-gateway.ts'

let simulator: Simulator
let gateway: RunningGateway

const names = ['pennies', 'crowd', 'stream', 'tokens', 'unknown', 'free', 'alert', 'soft']
const keyFor = (name: string): string => `test-key-of-budgets-${name}`
/** A hundredth of a cent for each token of an answer, and nothing for the request: sums that can be seen through. */
const price = 'price: { input: 0, output: 100 }'

function configWith(): string {
  const keys = names.map((name) => `{ name: ${name}, secret: env:KEY_${name.toUpperCase()} }`)
  return `
discover: off
server: { drain_delay: 0s }
keys: [${keys.join(', ')}]
providers: { sim: { type: openai-compatible, base_url: "${simulator.baseUrl}/v1", api_key: env:SIM_KEY } }
models:
  ten: { deployments: [{ provider: sim, model: "tokens:10", ${price} }] }
  long: { deployments: [{ provider: sim, model: "tokens:6000", ${price} }] }
  slow: { deployments: [{ provider: sim, model: "tokens:10+head-delay:50", ${price} }] }
  free: { deployments: [{ provider: sim, model: "tokens:10", price: { input: 0, output: 0 } }] }
  unpriced: { deployments: [{ provider: sim, model: "tokens:10" }] }
budgets:
  keys:
    pennies: [{ dollars: 0.005, per: total }]
    crowd: [{ dollars: 0.1, per: month }]
    stream: [{ dollars: 0.25, per: day }]
    tokens: [{ tokens: 100, per: hour }]
    unknown: [{ dollars: 10, per: day }]
    free: [{ dollars: 0, per: day }]
    alert: [{ dollars: 0.002, per: day, alerts: [50], stops: off }]
    soft: [{ dollars: 0.001, per: day, stops: off }]
`
}

beforeAll(async () => {
  simulator = await startSimulator({ keys: 'any' })
  const environment = Object.fromEntries(names.map((name) => [`KEY_${name.toUpperCase()}`, keyFor(name)]))
  gateway = await startGateway({ config: configWith(), environment })
})

afterAll(async () => {
  await gateway.stop('SIGKILL')
  await simulator.stop()
})

const messages = [{ role: 'user', content: 'Hello' } as const]

function clientOf(name: string): OpenAI {
  return new OpenAI({ baseURL: `${gateway.url}/v1`, apiKey: keyFor(name) })
}

async function ask(name: string, model: string): Promise<void> {
  await clientOf(name).chat.completions.create({ model, messages, max_tokens: 10 })
}

async function refusalOf(asked: () => Promise<unknown>): Promise<InstanceType<typeof OpenAI.APIError>> {
  const failure = await failureOf(asked)
  if (failure instanceof OpenAI.APIError) return failure
  throw failure
}

describe('C5 a budget in money', () => {
  test('is spent to its end, and then refuses without the SDK trying again', async () => {
    for (let call = 0; call < 5; call += 1) await ask('pennies', 'ten')
    const asked = simulator.requests.length
    const refused = await refusalOf(() => ask('pennies', 'ten'))
    expect([refused.status, refused.code, refused.type]).toEqual([
      429,
      'budget_exhausted',
      'insufficient_quota',
    ])
    expect(refused.message).toContain('The budget of the key "pennies" ($0.005 in total) has nothing left')
    expect(simulator.requests.length).toBe(asked)
  })

  test('holds when two hundred call at once', async () => {
    const calls = await Promise.allSettled(Array.from({ length: 200 }, () => ask('crowd', 'slow')))
    // Each call costs a tenth of a cent: a hundred of them are the budget, and none beyond it is let in.
    expect(calls.filter(({ status }) => status === 'fulfilled').length).toBe(100)
  })

  test('ends a stream in the middle, with an error that says why', async () => {
    let text = ''
    const refused = await refusalOf(async () => {
      const stream = await clientOf('stream').chat.completions.create({
        model: 'long',
        messages,
        stream: true,
      })
      for await (const chunk of stream) text += chunk.choices[0]?.delta.content ?? ''
    })
    expect(refused.code).toBe('budget_exhausted')
    // Twenty-five cents are 2,500 tokens: two pieces of 1,024 fit.
    expect(text.trim().split(/\s+/).length).toBeWithin(1_900, 2_050)
    await until(() => gateway.log.some(({ event, outcome }) => event === 'call' && outcome === 'budget'))
  })

  test('lets nothing pass whose price nobody knows, and all that costs nothing', async () => {
    expect((await refusalOf(() => ask('unknown', 'unpriced'))).code).toBe('price_unknown')
    await ask('free', 'free')
    expect((await refusalOf(() => ask('free', 'ten'))).code).toBe('budget_exhausted')
  })

  test('tells when a share of it is reached, once', async () => {
    await ask('alert', 'ten')
    await ask('alert', 'ten')
    await ask('soft', 'ten')
    await ask('soft', 'ten')
    const told = await gateway.logged(({ event, name }) => event === 'budget_reached' && name === 'alert')
    expect(told).toMatchObject({ level: 'key', percent: 50, spent: 1_000_000, amount: 2_000_000 })
    expect(
      gateway.log.filter(({ event, name }) => event === 'budget_reached' && name === 'alert'),
    ).toHaveLength(1)
  })
})

test('C5 what was spent is spent after a process was killed', async () => {
  const environment = Object.fromEntries(names.map((name) => [`KEY_${name.toUpperCase()}`, keyFor(name)]))
  const dataDirectory = mkdtempSync(join(tmpdir(), 'sallyport-budgets-'))
  try {
    const first = await startGateway({ config: configWith(), environment, dataDirectory })
    const asked = (url: string): Promise<number> =>
      fetch(`${url}/v1/chat/completions`, {
        method: 'POST',
        headers: { authorization: `Bearer ${keyFor('pennies')}` },
        body: JSON.stringify({ model: 'ten', messages, max_tokens: 10 }),
      }).then(({ status }) => status)
    const before: number[] = []
    for (let call = 0; call < 3; call += 1) before.push(await asked(first.url))
    await first.stop('SIGKILL')
    await using second = await startGateway({ config: configWith(), environment, dataDirectory })
    const after: number[] = []
    for (let call = 0; call < 3; call += 1) after.push(await asked(second.url))
    expect([before, after]).toEqual([
      [200, 200, 200],
      [200, 200, 429],
    ])
  } finally {
    rmSync(dataDirectory, { recursive: true, force: true })
  }
})

test('C5 a budget that a changed config brings knows what was spent, and says the same after a restart', async () => {
  const dataDirectory = mkdtempSync(join(tmpdir(), 'sallyport-budgets-'))
  const environment = { KEY_TOKENS: keyFor('tokens') }
  const config = (budgets: string): string => `
discover: off
server: { drain_delay: 0s }
keys: [{ name: tokens, secret: env:KEY_TOKENS }]
providers: { sim: { type: openai-compatible, base_url: "${simulator.baseUrl}/v1", api_key: env:SIM_KEY } }
models:
  moved: { deployments: [{ provider: sim, model: cut-after-head }, { provider: sim, model: "tokens:10", priority: 2 }] }
${budgets}`
  const budgets = 'budgets: { keys: { tokens: [{ tokens: 100000, per: day }] } }'
  const authorization = { authorization: `Bearer ${keyFor('tokens')}` }
  const asked = async (url: string): Promise<number> => {
    const body = JSON.stringify({ model: 'moved', messages, max_tokens: 10 })
    const answer = await fetch(`${url}/v1/chat/completions`, { method: 'POST', headers: authorization, body })
    const { usage } = (await answer.json()) as { usage: { total_tokens: number } }
    return usage.total_tokens
  }
  const left = async (url: string) => {
    const answer = await fetch(`${url}/v1/usage`, { headers: authorization })
    type Used = { total: { attempts: number }; budgets: readonly { spent: number }[] }
    const { total, budgets: over } = (await answer.json()) as Used
    return { attempts: total.attempts, spent: over[0]?.spent }
  }
  try {
    const first = await startGateway({ config: config(''), environment, dataDirectory })
    const one = await asked(first.url)
    first.writeConfig(config(budgets))
    await until(async () => (await left(first.url)).spent === one)
    const both = one + (await asked(first.url))
    // Twice it was asked in vain before: that is not the client's.
    expect(await left(first.url)).toEqual({ attempts: 4, spent: both })
    await first.stop('SIGKILL')
    await using second = await startGateway({ config: config(budgets), environment, dataDirectory })
    expect(await left(second.url)).toEqual({ attempts: 4, spent: both })
  } finally {
    rmSync(dataDirectory, { recursive: true, force: true })
  }
})

test('C5 a budget in tokens counts those of request and answer', async () => {
  let used = 0
  const refused = await refusalOf(async () => {
    for (;;) {
      const { usage } = await clientOf('tokens').chat.completions.create({
        model: 'unpriced',
        messages,
        max_tokens: 10,
      })
      used += usage?.total_tokens ?? 0
    }
  })
  expect(refused.message).toContain('(100 tokens an hour)')
  // The next call could have been as long as what is held back for one.
  expect(used).toBeWithin(40, 101)
})

test('C5 budgets can be tried without a provider: the demo costs what the config says', async () => {
  const config = `
discover: off
server: { drain_delay: 0s }
keys: [{ name: trial, secret: env:KEY_TRIAL }]
providers: { demo: {} }
models: { echo: { deployments: [{ provider: demo, model: echo, ${price} }] } }
budgets: { keys: { trial: [{ dollars: 0.001, per: day }] } }
`
  await using own = await startGateway({ config, environment: { KEY_TRIAL: keyFor('trial') } })
  const client = new OpenAI({ baseURL: `${own.url}/v1`, apiKey: keyFor('trial') })
  const create = () => client.chat.completions.create({ model: 'echo', messages, max_tokens: 10 })
  const { usage } = await create()
  expect(usage?.completion_tokens).toBeGreaterThan(0)
  const refused = await refusalOf(create)
  expect([refused.status, refused.code]).toEqual([429, 'budget_exhausted'])
})
