// Models that are on their way out, that change behind their name, and calls that must come out the same: as a client with
// an official SDK sees them, through a real gateway.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Anthropic } from '@anthropic-ai/sdk'
import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import OpenAI, { BadRequestError, NotFoundError } from 'openai'
import { failureOf } from '../failure-of.ts'
import { until } from '../until.ts'
import { simulatorKey, startSimulator } from '../simulator/start-simulator.ts'
import type { Simulator } from '../simulator/start-simulator.ts'
import { startGateway, testKey } from './start-gateway.ts'
import type { RunningGateway } from './start-gateway.ts'

let reported = 'weights-1'
/** A provider whose model is whatever `reported` says. */
const turncoat = Bun.serve({
  port: 0,
  hostname: '127.0.0.1',
  fetch: () =>
    Response.json({
      id: 'x',
      object: 'chat.completion',
      created: 1,
      model: reported,
      choices: [{ index: 0, finish_reason: 'stop', message: { role: 'assistant', content: 'hi' } }],
      usage: { prompt_tokens: 1, completion_tokens: 1, total_tokens: 2 },
    }),
})

let simulator: Simulator
let gateway: RunningGateway
let client: OpenAI
const dataDirectory = mkdtempSync(join(tmpdir(), 'sallyport-lifecycle-'))

const past = 'deprecated: 2020-01-01, retires: 2020-06-01'

function config(): string {
  const sim = `{ type: openai-compatible, base_url: "${simulator.baseUrl}/v1", api_key: env:SIM_KEY }`
  return [
    'discover: off',
    'server: { drain_delay: 0s }',
    'providers:',
    `  sim: ${sim}`,
    `  mirror: ${sim}`,
    `  claude: { type: anthropic, base_url: "${simulator.baseUrl}/v1", api_key: env:SIM_KEY, models: [m-0613] }`,
    `  turncoat: { type: openai-compatible, base_url: "${turncoat.url.href}v1" }`,
    'models:',
    '  young: { deployments: [{ provider: sim, model: m-2024-08-06 }] }',
    '  old: { deployments: [{ provider: sim, model: old, deprecated: 2020-01-01, retires: 2099-03-01, replaced_by: sim/young }] }',
    `  gone: { deployments: [{ provider: sim, model: gone, ${past}, replaced_by: young }] }`,
    `  heir: { on_retired: replace, deployments: [{ provider: sim, model: gone, ${past}, replaced_by: young }] }`,
    `  half: { deployments: [{ provider: sim, model: gone, ${past} }, { provider: sim, model: m }] }`,
    `  undead: { deployments: [{ provider: sim, model: undead, ${past}, retired: allow }] }`,
    '  turning: { deployments: [{ provider: turncoat, model: weights }] }',
    '  exact:',
    '    deterministic: required',
    '    deployments:',
    '      - { provider: sim, model: m }',
    '      - { provider: claude, model: m-0613 }',
    '      - { provider: sim, model: "status:500", version: pinned }',
    '      - { provider: sim, model: m-2024-08-06 }',
    '  twice:',
    '    deployments:',
    '      - { provider: sim, model: m-2024-08-06 }',
    '      - { provider: sim, model: m-2024-11-20 }',
    '      - { provider: mirror, model: m-2024-08-06 }',
    'keys:',
    '  - { name: tests, secret: env:TEST_KEY }',
    '',
  ].join('\n')
}

async function start(): Promise<void> {
  gateway = await startGateway({ config: config(), dataDirectory, environment: { SIM_KEY: simulatorKey } })
  client = new OpenAI({ baseURL: `${gateway.url}/v1`, apiKey: testKey, maxRetries: 0 })
}

beforeAll(async () => {
  simulator = await startSimulator()
  await start()
})

afterAll(async () => {
  await gateway.stop()
  await simulator.stop()
  await turncoat.stop(true)
  rmSync(dataDirectory, { recursive: true, force: true })
})

const messages = [
  { role: 'system' as const, content: 'Be brief.' },
  { role: 'user' as const, content: 'Tell me of gates' },
]
const required = { headers: { 'x-sallyport-deterministic': 'required' } }

async function headersOf(
  model: string,
  more: { seed?: number; stream?: boolean } = {},
  options = {},
): Promise<Headers> {
  const asked = client.chat.completions.create({ model, messages, ...more }, options)
  const { data, response } = await asked.withResponse()
  if (Symbol.asyncIterator in data) for await (const _ of data) continue
  return response.headers
}

function refused(model: string, more: object = {}, options = {}): Promise<unknown> {
  return failureOf(() => client.chat.completions.create({ model, messages, ...more }, options))
}

/** One model, as it is shown. */
interface Shown {
  readonly sallyport: {
    readonly deployments: readonly { readonly reported_model?: string; readonly since?: string }[]
  }
}

async function shown(model: string): Promise<Shown> {
  const headers = { authorization: `Bearer ${testKey}` }
  return JSON.parse(await (await fetch(`${gateway.url}/v1/models/${model}`, { headers })).text())
}

async function reportedOf(model: string): Promise<string | undefined> {
  return (await shown(model)).sallyport.deployments[0]?.reported_model
}

async function metrics(): Promise<string> {
  return (await fetch(`${gateway.url}/metrics`, { headers: { authorization: `Bearer ${testKey}` } })).text()
}

describe('a deprecated model', () => {
  test.each([false, true])('says so in its answers (stream: %p)', async (stream) => {
    const headers = await headersOf('old', { stream })
    expect(headers.get('deprecation')).toBe('@1577836800')
    expect(headers.get('sunset')).toBe('Sun, 01 Mar 2099 00:00:00 GMT')
    expect(headers.get('link')).toBe('</v1/models/sim/young>; rel="successor-version"')
  })

  test('is the same when a client names its deployment', async () => {
    expect((await headersOf('sim/old')).get('deprecation')).toBe('@1577836800')
  })

  test('leaves others alone, also between two of its answers', async () => {
    for (const model of ['old', 'young', 'old', 'sim/other']) {
      const isOld = model === 'old'
      expect((await headersOf(model)).has('deprecation')).toBe(isOld)
    }
  })

  test('is logged once, and counted each time', async () => {
    await headersOf('old')
    await gateway.logged(({ event }) => event === 'model_deprecated')
    const lines = gateway.log.filter(({ event, model }) => event === 'model_deprecated' && model === 'old')
    expect(lines).toMatchObject([
      { level: 'warn', deployment: 'sim/old', retires: '2099-03-01', replaced_by: 'sim/young' },
    ])
    expect(await metrics()).toMatch(/sallyport_deprecated_calls_total\{provider="sim",model="old"\} [3-9]/)
  })

  test('is shown with its days, to Anthropic’s client in its own words', async () => {
    expect((await shown('old')).sallyport).toMatchObject({
      lifecycle: 'deprecated',
      deprecated: '2020-01-01',
      retires: '2099-03-01',
      replaced_by: 'sim/young',
      deployments: [{ name: 'sim/old', lifecycle: 'deprecated', retires: '2099-03-01' }],
    })
    const anthropic = new Anthropic({ baseURL: gateway.url, apiKey: testKey, maxRetries: 0 })
    expect(await anthropic.models.retrieve('old')).toMatchObject({
      lifecycle: 'deprecated',
      deprecated_at: '2020-01-01T00:00:00.000Z',
      retires_at: '2099-03-01T00:00:00.000Z',
    })
    expect(await anthropic.models.retrieve('young')).toMatchObject({
      lifecycle: 'active',
      deprecated_at: null,
    })
    for await (const { id, ...entry } of anthropic.models.list()) {
      if (id === 'old') expect(entry).toMatchObject({ lifecycle: 'deprecated' })
    }
  })
})

describe('a model that has retired', () => {
  test('is not found, and what to ask for instead is said', async () => {
    const failure = await refused('gone')
    expect(failure).toBeInstanceOf(NotFoundError)
    expect(failure).toMatchObject({ status: 404, code: 'model_retired', param: 'model' })
    expect(String(failure)).toContain('The model "gone" retired on 2020-06-01. Ask for "young" instead.')
  })

  test('is offered no more, and can still be looked at', async () => {
    const names: string[] = []
    for await (const { id } of client.models.list()) names.push(id)
    expect(names).toContain('heir')
    expect(names).not.toContain('gone')
    expect((await shown('gone')).sallyport).toMatchObject({ lifecycle: 'retired', replaced_by: 'young' })
  })

  test('is replaced where the config says so, and the answer tells by what', async () => {
    const headers = await headersOf('heir')
    expect(headers.get('x-sallyport-replaced-by')).toBe('young')
    expect(headers.get('x-sallyport-deployment')).toBe('sim/m-2024-08-06')
    expect(headers.get('x-sallyport-model')).toBe('heir')
    expect((await headersOf('young')).has('x-sallyport-replaced-by')).toBe(false)
  })

  test('leaves its place to the other deployments', async () => {
    const headers = await headersOf('half')
    expect(headers.get('x-sallyport-deployment')).toBe('sim/m')
    expect(headers.has('sunset')).toBe(false)
    expect((await shown('half')).sallyport).toMatchObject({
      deployments: [{ name: 'sim/m' }],
      retired_deployments: [{ name: 'sim/gone', lifecycle: 'retired' }],
    })
  })

  test('is asked all the same where that is allowed, and says so', async () => {
    expect((await headersOf('undead')).get('sunset')).toBe('Mon, 01 Jun 2020 00:00:00 GMT')
  })
})

describe('a model that changes behind its name', () => {
  test('is noticed, also over a restart', async () => {
    await headersOf('turning')
    await until(async () => (await reportedOf('turning')) === 'weights-1')
    await gateway.stop()
    await start()
    expect(await reportedOf('turning')).toBe('weights-1')
    reported = 'weights-2'
    await headersOf('turning')
    const line = await gateway.logged(({ event }) => event === 'model_changed')
    expect(line).toMatchObject({
      level: 'warn',
      deployment: 'turncoat/weights',
      from: 'weights-1',
      to: 'weights-2',
    })
    const [deployment] = (await shown('turning')).sallyport.deployments
    expect(deployment?.reported_model).toBe('weights-2')
    expect(Date.parse(deployment?.since ?? '')).toBeGreaterThan(Date.parse(String(line['since'])))
    expect(await metrics()).toContain('sallyport_model_changes_total{provider="turncoat"} 1')
  })
})

describe('a deterministic call', () => {
  const hash = new Bun.CryptoHasher('sha256').update('Be brief.').digest('hex').slice(0, 16)

  test('says which version, state and system prompt its answer is from', async () => {
    const headers = await headersOf('young', { seed: 7 }, required)
    // What the answer says of itself; the simulator dates every name.
    expect(headers.get('x-sallyport-model-version')).toBe('m-2024-08-06-2026-11-01')
    expect(headers.get('x-sallyport-fingerprint')).toBe('fp_simulator')
    expect(headers.get('x-sallyport-system-prompt-hash')).toBe(hash)
    const streamed = await headersOf('young', { seed: 7, stream: true }, required)
    expect(streamed.get('x-sallyport-model-version')).toBe('m-2024-08-06')
    expect(streamed.get('x-sallyport-system-prompt-hash')).toBe(hash)
    expect((await headersOf('young', { seed: 7 })).has('x-sallyport-model-version')).toBe(false)
  })

  test.each([
    ['young', {}, 'seed', 'Send one as "seed"'],
    ['sim/m', { seed: 1 }, 'model', 'sim/m: "m" names no pinned version'],
    ['claude/m-0613', { seed: 1 }, 'model', 'claude/m-0613: takes no seed'],
  ])('of %s with %j is refused before anybody is asked', async (model, more, param, words) => {
    const failure = await refused(model, more, required)
    expect(failure).toBeInstanceOf(BadRequestError)
    expect(failure).toMatchObject({ code: 'not_deterministic', param })
    expect(String(failure)).toContain(words)
  })

  test('in Anthropic’s format is refused in its words', async () => {
    const anthropic = new Anthropic({ baseURL: gateway.url, apiKey: testKey, maxRetries: 0 })
    const asked = { model: 'young', max_tokens: 5, messages: [{ role: 'user' as const, content: 'hi' }] }
    const failure = await failureOf(() => anthropic.messages.create(asked, required))
    expect(failure).toMatchObject({
      status: 400,
      error: { error: { type: 'invalid_request_error' } },
    })
  })

  test('is what every call of a model is where its setting says so, and never moves to another version', async () => {
    expect(await refused('exact')).toMatchObject({ code: 'not_deterministic', param: 'seed' })
    expect(await refused('exact', { seed: 1 })).toMatchObject({ status: 502 })
  })

  test('moves to another provider of the same version', async () => {
    simulator.next({ fault: { kind: 'status', status: 500, body: { kind: 'envelope' } } })
    const headers = await headersOf('twice', { seed: 1 }, required)
    expect(headers.get('x-sallyport-deployment')).toStartWith('mirror/m-2024-08-06')
  })
})
