// Whatever ends a call, nothing that it held stays held, and what it used is counted once: the ways out that lie beside the
// usual ones.
import type { Socket } from 'node:net'
import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import OpenAI from 'openai'
import { failureOf } from '../failure-of.ts'
import { listen } from '../loopback-server.ts'
import type { LoopbackServer } from '../loopback-server.ts'
import { startSimulator } from '../simulator/start-simulator.ts'
import type { Simulator } from '../simulator/start-simulator.ts'
import { until } from '../until.ts'
import { startGateway } from './start-gateway.ts'
import type { RunningGateway } from './start-gateway.ts'

let simulator: Simulator
let gateway: RunningGateway
let pages: LoopbackServer

const names = ['leaver', 'broken', 'lastly', 'chunky'] as const
type Name = (typeof names)[number]
const keyFor = (name: Name): string => `test-key-of-ways-out-${name}`
const price = 'price: { input: 0, output: 100 }'

function config(): string {
  const keys = names.map((name) => `{ name: ${name}, secret: env:KEY_${name.toUpperCase()} }`)
  return `
discover: off
server: { drain_delay: 0s }
keys: [${keys.join(', ')}]
providers:
  sim: { type: openai-compatible, base_url: "${simulator.baseUrl}/v1", api_key: env:SIM_KEY }
  pages: { type: openai-compatible, base_url: "http://127.0.0.1:${pages.port}/v1", api_key: env:SIM_KEY }
models:
  weighed:
    classifier: { simple: [small], hard: [large], judge: "sim/tokens:3+head-delay:300" }
    deployments:
      - { provider: sim, model: "tokens:3", tags: [large] }
      - { provider: sim, model: "tokens:4", tags: [small] }
  goes-on:
    on_break: continue
    deployments:
      - { provider: sim, model: "tokens:60+report:m+cut-after:41", prefill: on }
      - { provider: sim, model: "tokens:60+report:m+continues", prefill: on }
  dear-at-last:
    last_resort: { deployment: { provider: sim, model: "tokens:5" } }
    deployments: [{ provider: sim, model: "status:500", ${price} }]
  chunky: { deployments: [{ provider: pages, model: page, ${price} }] }
limits:
  keys:
    leaver: { concurrency: 1 }
    broken: { output_tokens: 5k/h }
budgets:
  keys:
    lastly: [{ dollars: 1, per: day }]
    chunky: [{ dollars: 0.25, per: day }]
`
}

beforeAll(async () => {
  simulator = await startSimulator({ keys: 'any' })
  pages = await listen(sendPages)
  const environment = Object.fromEntries(names.map((name) => [`KEY_${name.toUpperCase()}`, keyFor(name)]))
  gateway = await startGateway({ config: config(), environment })
})

afterAll(async () => {
  await gateway.stop('SIGKILL')
  await simulator.stop()
  await pages[Symbol.asyncDispose]()
})

const messages = [{ role: 'user', content: 'Hello' } as const]

function clientOf(name: Name): OpenAI {
  return new OpenAI({ baseURL: `${gateway.url}/v1`, apiKey: keyFor(name), maxRetries: 0 })
}

describe('a client that leaves while a judge still weighs its request', () => {
  test('holds nothing, and nobody is asked for it any more', async () => {
    const leaving = new AbortController()
    const asked = fetch(`${gateway.url}/v1/chat/completions`, {
      method: 'POST',
      headers: { authorization: `Bearer ${keyFor('leaver')}` },
      body: JSON.stringify({ model: 'weighed', messages }),
      signal: leaving.signal,
    })
    await until(() => simulator.requests.some(({ path }) => path.endsWith('/completions')))
    leaving.abort()
    await failureOf(() => asked)
    const call = await gateway.logged(({ event, status }) => event === 'call' && status === 499)
    await gateway.logged(({ event, purpose }) => event === 'call' && purpose === 'judge')
    await clientOf('leaver').chat.completions.create({ model: 'sim/tokens:2', messages })
    expect(call).toMatchObject({ attempts: 0 })
    expect(simulator.bill.map(({ model }) => model)).toEqual(['tokens:3+head-delay:300', 'tokens:2'])
  })
})

describe('a stream that another deployment goes on with', () => {
  test('has used the tokens of both', async () => {
    const remaining = async (): Promise<number> => {
      const { response } = await clientOf('broken')
        .chat.completions.create({ model: 'sim/tokens:1', messages, max_tokens: 1 })
        .withResponse()
      return Number(response.headers.get('x-ratelimit-remaining-tokens'))
    }
    const before = await remaining()
    const stream = await clientOf('broken').chat.completions.create({
      model: 'goes-on',
      messages,
      max_tokens: 60,
      stream: true,
    })
    for await (const _ of stream);
    const parts = simulator.bill.filter(({ model }) => model.startsWith('tokens:60'))
    // And the one that it took to ask what is left.
    const produced = parts.reduce((sum, { outputTokens }) => sum + outputTokens, 1)
    expect([parts.length, before - (await remaining())]).toEqual([2, produced])
  })
})

describe('a last resort whose price nobody knows', () => {
  test('is no way around a budget in money', async () => {
    const failure = await failureOf(() =>
      clientOf('lastly').chat.completions.create({ model: 'dear-at-last', messages }),
    )
    expect(failure).toMatchObject({ code: 'price_unknown' })
    expect(simulator.bill.some(({ model }) => model === 'tokens:5')).toBe(false)
  })
})

const pageWords = 400
const pagesSent = 30

/** A provider that sends a page in each event. */
function sendPages(socket: Socket): void {
  const event = (chunk: object): string =>
    `data: ${JSON.stringify({ id: 'x', object: 'chat.completion.chunk', created: 0, model: 'page', ...chunk })}\n\n`
  const said = (delta: object, finish: string | null = null): string =>
    event({ choices: [{ index: 0, delta, finish_reason: finish }] })
  socket.once('data', () => {
    socket.write('HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\nconnection: close\r\n\r\n')
    const sendPage = (left: number): void => {
      if (left === 0) {
        const usage = { prompt_tokens: 1, completion_tokens: pageWords * pagesSent, total_tokens: 1 }
        socket.end(`${said({}, 'stop')}${event({ choices: [], usage })}data: [DONE]\n\n`)
        return
      }
      socket.write(said({ content: 'words '.repeat(pageWords) }))
      setTimeout(() => sendPage(left - 1), 2)
    }
    sendPage(pagesSent)
  })
}

describe('a stream that comes in pages', () => {
  test('is no longer than its budget allows, and a piece', async () => {
    const stream = await clientOf('chunky').chat.completions.create({
      model: 'chunky',
      messages,
      stream: true,
    })
    let words = 0
    const failure = await failureOf(async () => {
      for await (const { choices } of stream) words += (choices[0]?.delta.content ?? '').split(' ').length
    })
    expect(failure).toMatchObject({ code: 'budget_exhausted' })
    // A quarter of a dollar is 2,500 tokens.
    expect(words).toBeWithin(1_000, 2_500 + 1_024)
    const call = await gateway.logged(({ event, model }) => event === 'call' && model === 'chunky')
    // What was seen is paid: no page of it is one token.
    expect(Number(call['output_tokens'])).toBeGreaterThan(words)
  })
})
