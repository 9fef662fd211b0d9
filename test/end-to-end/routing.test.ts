// Where calls of a model go, through a running gateway: what narrows its deployments, what is said of that to the client,
// and what a new config changes.
import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import OpenAI from 'openai'
import { startSimulator } from '../simulator/start-simulator.ts'
import type { Simulator } from '../simulator/start-simulator.ts'
import { until } from '../until.ts'
import { startGateway, testKey } from './start-gateway.ts'
import type { RunningGateway } from './start-gateway.ts'

let simulator: Simulator
let gateway: RunningGateway

function configWith(canaryPercent: number): string {
  const providers = ['here', 'there', 'far'].map(
    (name) =>
      `  ${name}: { type: openai-compatible, base_url: "${simulator.baseUrl}/v1", api_key: env:SIM_KEY }`,
  )
  return `
discover: off
server: { drain_delay: 0s }
keys: [{ name: tests, secret: env:TEST_KEY }]
providers:
${providers.join('\n')}
models:
  plain:
    deployments: [{ provider: here, model: "tokens:3" }, { provider: there, model: "tokens:3" }]
  mixed:
    deployments:
      - { provider: here, model: "tokens:3", capabilities: { vision: off, tools: off, context: 1k } }
      - { provider: there, model: "tokens:3" }
  ruled:
    rules:
      - { when: '"secret" in tags', use: [own] }
      - { when: 'metadata.tier == "gold"', use: [there/tokens:3] }
      - { when: 'weekday >= 1 && input_tokens > 1000', use: [far/tokens:3] }
    deployments:
      - { provider: here, model: "tokens:3", tags: [own] }
      - { provider: there, model: "tokens:3" }
      - { provider: far, model: "tokens:3" }
  canary:
    splits: [{ name: canary, percent: ${canaryPercent}, use: [new] }]
    deployments:
      - { provider: here, model: "tokens:3" }
      - { provider: there, model: "tokens:4", tags: [new] }
  sick-canary:
    splits: [{ name: sick, percent: 100, use: [new] }]
    deployments:
      - { provider: here, model: "tokens:3" }
      - { provider: there, model: "status:500", tags: [new] }
  judged:
    classifier: { simple: [small], hard: [large] }
    deployments:
      - { provider: here, model: "tokens:3", tags: [large] }
      - { provider: there, model: "tokens:3", tags: [small] }
  weighed:
    classifier: { simple: [small], hard: [large], judge: far/judge }
    deployments:
      - { provider: here, model: "tokens:3", tags: [large] }
      - { provider: there, model: "tokens:3", tags: [small] }
  held:
    policy: weighted
    sticky: user
    deployments: [{ provider: here, model: "tokens:3" }, { provider: there, model: "tokens:3" }]
  cheap:
    policy: least_cost
    deployments:
      - { provider: here, model: "tokens:3", price: { input: 1, output: 1 } }
      - { provider: there, model: "tokens:3", price: { input: 1, output: 1 } }
`
}

beforeAll(async () => {
  simulator = await startSimulator({ keys: 'any' })
  gateway = await startGateway({ config: configWith(20) })
})

afterAll(async () => {
  await gateway.stop('SIGKILL')
  await simulator.stop()
})

type Body = Omit<OpenAI.Chat.ChatCompletionCreateParamsNonStreaming, 'model' | 'messages'> & {
  readonly messages?: OpenAI.Chat.ChatCompletionMessageParam[]
}

/** Who answered a call, and why: `there/tokens:3 | rule 2`. */
async function answeredBy(
  model: string,
  body: Body = {},
  headers: Readonly<Record<string, string>> = {},
): Promise<string> {
  const client = new OpenAI({ baseURL: `${gateway.url}/v1`, apiKey: testKey, maxRetries: 0 })
  const messages = [{ role: 'user', content: 'Hello' } as const]
  const { response } = await client.chat.completions
    .create({ model, messages, ...body }, { headers })
    .withResponse()
  const name = response.headers.get('x-sallyport-deployment')
  return `${name} | ${response.headers.get('x-sallyport-route') ?? ''}`
}

const picture: Body = {
  messages: [
    {
      role: 'user',
      content: [{ type: 'image_url', image_url: { url: 'https://a.example/a.png' } }],
    },
  ],
}

describe('B1 a request goes where it can be answered', () => {
  test('with pictures, with tools, and when it is long', async () => {
    const long = { messages: [{ role: 'user', content: 'word '.repeat(2_000) } as const] }
    const tool = { type: 'function', function: { name: 'f', parameters: { type: 'object' } } } as const
    expect(await answeredBy('mixed')).toBe('here/tokens:3 | ')
    expect(await answeredBy('mixed', picture)).toBe('there/tokens:3 | needs vision')
    expect(await answeredBy('mixed', { tools: [tool] })).toBe('there/tokens:3 | needs tools')
    expect(await answeredBy('mixed', long)).toBe('there/tokens:3 | needs context')
  })

  test('in every format, streamed too', async () => {
    const source = { type: 'base64', media_type: 'image/png', data: 'aGVsbG8=' }
    const url = 'data:image/png;base64,aGVsbG8='
    const input = [{ role: 'user', content: [{ type: 'input_image', image_url: url, detail: 'auto' }] }]
    const messages = [{ role: 'user', content: [{ type: 'image', source }] }]
    const contents = [{ role: 'user', parts: [{ inlineData: { mimeType: 'image/png', data: 'aGVsbG8=' } }] }]
    const model = 'mixed'
    const calls: readonly (readonly [string, unknown])[] = [
      ['/v1/chat/completions', { model, ...picture, stream: true }],
      ['/v1/responses', { model, input, stream: true }],
      ['/v1/messages', { model, messages, max_tokens: 100, stream: true }],
      ['/v1beta/models/mixed:generateContent', { contents }],
    ]
    for (const [path, body] of calls) {
      const response = await fetch(gateway.url + path, {
        method: 'POST',
        headers: { authorization: `Bearer ${testKey}`, 'content-type': 'application/json' },
        body: JSON.stringify(body),
      })
      await response.text()
      expect([path, response.status, response.headers.get('x-sallyport-route')]).toEqual([
        path,
        200,
        'needs vision',
      ])
    }
  })

  test('and nothing is said of it where all can do the same', async () => {
    expect(await answeredBy('plain', picture)).toBe('here/tokens:3 | ')
  })
})

describe('B5 rules', () => {
  test('send calls by their tags, by metadata and by their size', async () => {
    const long = { messages: [{ role: 'user', content: 'word '.repeat(5_000) } as const] }
    expect(await answeredBy('ruled')).toBe('here/tokens:3 | ')
    expect(await answeredBy('ruled', long, { 'x-sallyport-tags': 'secret' })).toBe('here/tokens:3 | rule 1')
    expect(await answeredBy('ruled', { metadata: { tier: 'gold' } })).toBe('there/tokens:3 | rule 2')
    expect(await answeredBy('ruled', {}, { 'x-sallyport-metadata': 'tier=gold' })).toBe(
      'there/tokens:3 | rule 2',
    )
    expect(await answeredBy('ruled', long)).toBe('far/tokens:3 | rule 3')
  })

  test('are in the log line and in the metrics', async () => {
    await answeredBy('ruled', { metadata: { tier: 'gold' } })
    await gateway.logged(({ event, route }) => event === 'call' && route === 'rule 2')
    const scraped = await fetch(`${gateway.url}/metrics`, { headers: { authorization: `Bearer ${testKey}` } })
    expect(await scraped.text()).toMatch(
      /sallyport_routing_decisions_total\{model="ruled",decision="rule 2"\} [1-9]/,
    )
  })

  test('refuse a header that they cannot read', async () => {
    const refused = answeredBy('ruled', {}, { 'x-sallyport-metadata': 'gold' })
    expect(await refused.catch(({ status, message }) => `${status} ${message}`)).toContain('400 ')
  })
})

describe('B6 the classifier', () => {
  test('sends simple requests to the small one and hard ones to the large one, and says why', async () => {
    const content =
      'Prove rigorously, step by step, that the sum of 1/n^2 converges, derive its limit, and implement the check.'
    expect(await answeredBy('judged')).toMatch(/^there\/tokens:3 \| classifier simple complexity=0\.\d\d/)
    expect(await answeredBy('judged', { messages: [{ role: 'user', content }] })).toMatch(
      /^here\/tokens:3 \| classifier hard complexity=[01]\.\d\d \([a-z_]+ \+/,
    )
  })
})

describe('B6 a judge', () => {
  test('is asked how hard a request is, in a call of its own, and has the last word', async () => {
    simulator.next({ answer: { text: '9' } })
    expect(await answeredBy('weighed')).toBe('here/tokens:3 | classifier hard complexity=0.90 (judge)')
    const asked = await gateway.logged(({ event, purpose }) => event === 'call' && purpose === 'judge')
    expect(asked).toMatchObject({ model: 'far/judge', key: 'config:tests', status: 200 })
    const told = gateway.log.find(({ event, call }) => event === 'call' && call === asked['parent'])
    expect(told).toMatchObject({ model: 'weighed' })
    simulator.next({ answer: { text: 'I would say 2 out of 10.' } })
    expect(await answeredBy('weighed')).toBe('there/tokens:3 | classifier simple complexity=0.20 (judge)')
  })

  test('that is away or says no number leaves it to the look of the request', async () => {
    simulator.next({ fault: { kind: 'status', status: 503, body: { kind: 'envelope' } } })
    expect(await answeredBy('weighed')).toMatch(/^there\/tokens:3 \| classifier simple .*\(judge silent\)$/)
    simulator.next({ answer: { text: 'It is rather easy.' } })
    expect(await answeredBy('weighed')).toMatch(/\(judge silent\)$/)
  })
})

describe('H2 what is cached where', () => {
  test('holds a conversation to the deployment that has its beginning', async () => {
    const reply = { role: 'assistant', content: 'ok' } as const
    // All cost the same, so chance decides about the first question: eight times the same by chance is rare enough.
    for (let index = 0; index < 8; index++) {
      const opening = { role: 'user', content: `${index} `.repeat(3_000) } as const
      const first = await answeredBy('cheap', { messages: [opening] })
      await until(() => gateway.log.filter(({ model }) => model === 'cheap').length === 2 * index + 1)
      expect(await answeredBy('cheap', { messages: [opening, reply, opening] })).toBe(first)
      await until(() => gateway.log.filter(({ model }) => model === 'cheap').length === 2 * index + 2)
    }
  })
})

describe('B2 a sticky model', () => {
  test('keeps each user at one deployment, and uses all of them', async () => {
    const used = new Set<string>()
    for (let index = 0; index < 12; index++) {
      const user = `user-${index}`
      const first = await answeredBy('held', { user })
      expect(await answeredBy('held', { user })).toBe(first)
      used.add(first)
    }
    expect(used.size).toBe(2)
  })
})

describe('B7 a canary', () => {
  const callers = Array.from({ length: 60 }, (_, index) => `user-${index}`)
  const inCanary = async (): Promise<ReadonlySet<string>> => {
    const found = new Set<string>()
    for (const user of callers) {
      if ((await answeredBy('canary', { user })) === 'there/tokens:4 | split canary') found.add(user)
    }
    return found
  }

  test('keeps its callers when a new config makes it larger', async () => {
    const before = await inCanary()
    expect(before.size).toBeGreaterThan(3)
    expect(await inCanary()).toEqual(before)
    gateway.writeConfig(configWith(60))
    gateway.process.kill('SIGHUP')
    await until(() => gateway.log.some(({ event }) => event === 'config_reloaded'))
    const after = await inCanary()
    expect(after.size).toBeGreaterThan(before.size)
    expect([...before].every((user) => after.has(user))).toBe(true)
  })

  test('that is sick is no outage', async () => {
    expect(await answeredBy('sick-canary')).toBe('here/tokens:3 | split sick')
  })
})
