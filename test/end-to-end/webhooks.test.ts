// Webhooks as an operator has them: a real gateway, a receiver that checks signatures by the public specification, and
// everything between a budget that is used up and a process that is killed.
import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { at, listAt } from '../json-at.ts'
import { startSimulator } from '../simulator/start-simulator.ts'
import type { Simulator } from '../simulator/start-simulator.ts'
import { until } from '../until.ts'
import { startReceiver } from '../webhooks/receiver.ts'
import type { Receiver } from '../webhooks/receiver.ts'
import { verified } from '../webhooks/standard-webhooks.ts'
import { runCommand } from './run-command.ts'
import { startGateway } from './start-gateway.ts'
import type { GatewayOptions, RunningGateway } from './start-gateway.ts'

const secret = `whsec_${Buffer.alloc(32, 1).toString('base64')}`
const next = `whsec_${Buffer.alloc(32, 2).toString('base64')}`
const adminKey = 'admin-key-of-the-webhooks'
const spenderKey = 'spender-key-of-the-webhooks'

let folder: string
let simulator: Simulator
let receiver: Receiver
let gateway: RunningGateway

function configWith(hooks: string, more = 'egress: { allow: [127.0.0.0/8] }'): string {
  return `
discover: off
server: { drain_delay: 0s }
${more}
keys:
  - { name: admin, secret: env:ADMIN_KEY, scopes: [admin] }
  - { name: spender, secret: env:SPENDER_KEY }
  - { name: tests, secret: env:TEST_KEY }
providers: { sim: { type: openai-compatible, base_url: "${simulator.baseUrl}/v1", api_key: env:SIM_KEY } }
models:
  ten: { deployments: [{ provider: sim, model: "tokens:10", price: { input: 0, output: 100 } }] }
  old: { deployments: [{ provider: sim, model: "tokens:1", deprecated: 2020-01-01, retires: 2099-01-01 }] }
budgets: { keys: { spender: [{ dollars: 0.005, per: total, alerts: [50] }] } }
${hooks}
`
}

function hook(url = receiver.url): string {
  return `webhooks: [{ name: ops, url: "${url}", insecure: on, secret: "file:${folder}/secret" }]`
}

function started(config: string, more: Partial<GatewayOptions> = {}): Promise<RunningGateway> {
  return startGateway({
    config,
    environment: { ADMIN_KEY: adminKey, SPENDER_KEY: spenderKey },
    dataDirectory: join(folder, 'data'),
    ...more,
  })
}

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'webhooks-'))
  writeFileSync(join(folder, 'secret'), secret)
  simulator = await startSimulator({ keys: 'any' })
  receiver = await startReceiver()
  const made = await runCommand(folder, [
    'keys',
    'create',
    '--name',
    'short',
    '--expires',
    '2d',
    '--data-dir',
    'data',
  ])
  expect(made.code).toBe(0)
  gateway = await started(configWith(hook()))
})

afterAll(async () => {
  await gateway[Symbol.asyncDispose]()
  await receiver[Symbol.asyncDispose]()
  await simulator.stop()
  rmSync(folder, { recursive: true, force: true })
})

async function ask(model: string, key = 'test-key-of-the-end-to-end-suite'): Promise<number> {
  const answer = await fetch(`${gateway.url}/v1/chat/completions`, {
    method: 'POST',
    headers: { authorization: `Bearer ${key}` },
    body: JSON.stringify({ model, messages: [{ role: 'user', content: 'Hello' }], max_tokens: 10 }),
  })
  await answer.body?.cancel()
  return answer.status
}

async function admin(
  method: string,
  path: string,
  body?: object,
): Promise<{ status: number; said: unknown }> {
  const answer = await fetch(`${gateway.url}/admin/v1/webhooks${path}`, {
    method,
    headers: { authorization: `Bearer ${adminKey}` },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  })
  return { status: answer.status, said: await answer.json() }
}

/** Every event of a type that has come, each checked. */
function eventsOf(type: string): readonly unknown[] {
  return receiver.received
    .map((delivery) => verified(delivery, secret, Date.now()))
    .filter((event) => event['type'] === type)
    .map((event) => event['data'])
}

async function one(type: string): Promise<unknown> {
  await until(() => eventsOf(type).length > 0)
  return eventsOf(type)[0]
}

describe('events', () => {
  test('tell of a budget that is half used up, and of one that stops its first call', async () => {
    for (let calls = 0; calls < 5; calls += 1) expect(await ask('ten', spenderKey)).toBe(200)
    for (let calls = 0; calls < 3; calls += 1) expect(await ask('ten', spenderKey)).toBe(429)
    const facts = { level: 'key', name: 'spender', unit: 'dollars', per: 'total', amount: 0.005, stops: true }
    expect(await one('budget.alert')).toMatchObject({ ...facts, percent: 50, spent: 0.003 })
    expect(await one('budget.exhausted')).toMatchObject({ ...facts, spent: 0.005, held: 0 })
    expect([eventsOf('budget.alert').length, eventsOf('budget.exhausted').length]).toEqual([1, 1])
    await gateway.logged(({ event, name }) => event === 'budget_exhausted' && name === 'spender')
  })

  test('tell of a deployment that is ejected and of one that recovers', async () => {
    const eject = (act: string): Promise<Response> =>
      fetch(`${gateway.url}/admin/v1/deployments/sim/tokens:10/${act}`, {
        method: 'POST',
        headers: { authorization: `Bearer ${adminKey}` },
      })
    expect((await eject('eject')).status).toBe(200)
    expect(await one('deployment.ejected')).toMatchObject({ deployment: 'sim/tokens:10' })
    expect((await eject('restore')).status).toBe(200)
    expect(await one('deployment.recovered')).toMatchObject({
      deployment: 'sim/tokens:10',
      reason: 'restored',
    })
  })

  test('tell once a day that a deprecated model is used', async () => {
    for (let calls = 0; calls < 3; calls += 1) expect(await ask('old')).toBe(200)
    expect(await one('model.deprecated')).toMatchObject({
      model: 'old',
      deployment: 'sim/tokens:1',
      reason: 'used',
      deprecated: '2020-01-01',
      retires: '2099-01-01',
      replaced_by: null,
    })
    expect(eventsOf('model.deprecated')).toHaveLength(1)
  })

  test('tell of a key that expires soon', async () => {
    expect(await one('key.expiring')).toMatchObject({ name: 'short' })
    await gateway.logged(({ event, name }) => event === 'key_expires_soon' && name === 'short')
  })
})

describe('an operator', () => {
  test('sees how endpoints stand and what became of deliveries, and nothing that is secret', async () => {
    const { said: endpoints } = await admin('GET', '/endpoints')
    expect(at(endpoints, 'data', 0)).toMatchObject({
      id: 'ops',
      object: 'webhook.endpoint',
      origin: `http://127.0.0.1:${receiver.port}`,
      events: ['*'],
      state: 'working',
      waiting: 0,
    })
    expect(JSON.stringify(endpoints)).not.toMatch(/token=|whsec/)
    await until(
      async () => listAt((await admin('GET', '/deliveries?state=waiting')).said, 'data').length === 0,
    )
    const { said: page } = await admin('GET', '/deliveries?limit=1&type=budget.alert')
    expect(at(page, 'data', 0)).toMatchObject({
      object: 'webhook.delivery',
      endpoint: 'ops',
      type: 'budget.alert',
      state: 'delivered',
      attempts: 1,
      last_status: 200,
      last_problem: null,
    })
    const { said: all } = await admin('GET', '/deliveries?limit=2')
    const { said: rest } = await admin('GET', `/deliveries?after=${String(at(all, 'last_id'))}`)
    expect(at(all, 'has_more')).toBe(true)
    expect(listAt(rest, 'data').length).toBeGreaterThan(0)
    expect((await admin('GET', '/deliveries?after=x')).status).toBe(400)
  })

  test('sends a test, and what was sent once more', async () => {
    const before = receiver.received.length
    const tested = await admin('POST', '/endpoints/ops/test')
    expect(tested).toMatchObject({ status: 202, said: { object: 'webhook.event', endpoint: 'ops' } })
    expect(await one('webhook.test')).toEqual({ endpoint: 'ops' })
    await until(
      async () => listAt((await admin('GET', '/deliveries?state=waiting')).said, 'data').length === 0,
    )
    const { said: page } = await admin('GET', '/deliveries?limit=1')
    const [id, event] = [at(page, 'data', 0, 'id'), at(page, 'data', 0, 'event')]
    expect((await admin('POST', `/deliveries/${String(id)}/replay`)).said).toMatchObject({ count: 1 })
    await until(() => receiver.received.length === before + 2)
    expect(receiver.received.slice(-2).map(({ headers }) => headers['webhook-id'])).toEqual([
      String(event),
      String(event),
    ])
    const range = { since: '2020-01-01T00:00:00Z', state: 'delivered' }
    const replayed = await admin('POST', '/endpoints/ops/replay', range)
    expect(Number(at(replayed.said, 'count'))).toBeGreaterThan(4)
    await until(() => receiver.received.length === before + 2 + Number(at(replayed.said, 'count')))
  })

  test.each([
    ['POST', '/endpoints/nobody/test', 404, 'webhook_not_found'],
    ['POST', '/endpoints/nobody/replay', 404, 'webhook_not_found'],
    ['POST', '/deliveries/dlv_999999/replay', 404, 'webhook_not_found'],
    ['POST', '/deliveries/7/replay', 404, 'webhook_not_found'],
    ['POST', '/endpoints/ops/replay', 400, 'missing_required_parameter'],
    ['POST', '/endpoints/ops', 405, 'method_not_allowed'],
    ['POST', '/deliveries/dlv_1', 405, 'method_not_allowed'],
  ] as const)('is told what is wrong with %s %s', async (method, path, status, code) => {
    const answer = await admin(method, path, {})
    expect([answer.status, at(answer.said, 'error', 'code')]).toEqual([status, code])
  })

  test('changes the secret while the gateway runs, and for a day both sign', async () => {
    writeFileSync(join(folder, 'secret'), next)
    gateway.process.kill('SIGHUP')
    await gateway.logged(({ event }) => event === 'config_reloaded')
    const before = receiver.received.length
    await admin('POST', '/endpoints/ops/test')
    await until(() => receiver.received.length > before)
    const [delivery] = receiver.received.slice(before)
    if (delivery === undefined) throw new Error('nothing came')
    for (const known of [secret, next]) verified(delivery, known, Date.now())
  })

  test('counts what became of deliveries', async () => {
    const answer = await fetch(`${gateway.url}/metrics`)
    const metrics = await answer.text()
    expect(metrics).toMatch(/sallyport_webhook_deliveries_total\{endpoint="ops",outcome="delivered"\} \d+/)
    expect(metrics).toContain('sallyport_webhook_endpoint_disabled{endpoint="ops"} 0')
    expect(metrics).toContain('sallyport_budget_stops_total{level="key"} 1')
    expect(metrics).toContain('sallyport_keys_expiring 1')
  })
})

describe('a gateway that is killed while it delivers', () => {
  test('delivers the same event when it runs again', async () => {
    await until(() => receiver.open === 0)
    const before = receiver.received.length
    receiver.otherwise = 'never'
    await admin('POST', '/endpoints/ops/test')
    await until(() => receiver.received.length === before + 1)
    await gateway.stop('SIGKILL')
    receiver.otherwise = { status: 200 }
    gateway = await started(configWith(hook()))
    await until(() => receiver.received.length > before + 1)
    const ids = receiver.received.slice(before).map(({ headers }) => headers['webhook-id'])
    const again = receiver.received.slice(before + 1).find(({ headers }) => headers['webhook-id'] === ids[0])
    expect(again?.body).toBe(receiver.received[before]?.body ?? '')
  })

  test('leaves out no event that it had accepted', async () => {
    await until(() => receiver.open === 0)
    receiver.otherwise = { status: 503 }
    const sent: unknown[] = []
    for (let round = 0; round < 3; round += 1) {
      const asked = Array.from({ length: 5 }, () => admin('POST', '/endpoints/ops/test'))
      for (const { said } of await Promise.all(asked)) sent.push(at(said, 'id'))
      await gateway.stop('SIGKILL')
      gateway = await started(configWith(hook()))
    }
    receiver.otherwise = { status: 200 }
    await admin('POST', '/endpoints/ops/replay', { since: '2020-01-01T00:00:00Z', state: 'waiting' })
    const taken = async (): Promise<readonly unknown[]> =>
      listAt(
        (await admin('GET', '/deliveries?state=delivered&type=webhook.test&limit=1000')).said,
        'data',
      ).map((delivery) => at(delivery, 'event'))
    // Events of the tests before are among them: what counts is that each of these arrives.
    await until(async () => {
      const all = await taken()
      return sent.every((id) => all.includes(id))
    })
    expect(sent).toHaveLength(15)
  })

  test('tells no second time what it has told that day', async () => {
    await gateway.logged(({ event, name }) => event === 'key_expires_soon' && name === 'short')
    const { said } = await admin('POST', '/endpoints/ops/test')
    await until(async () => {
      const latest = listAt((await admin('GET', '/deliveries?type=webhook.test')).said, 'data')
      return latest.some((delivery) => at(delivery, 'event') === at(said, 'id'))
    })
    const { said: page } = await admin('GET', '/deliveries?type=key.expiring')
    expect(listAt(page, 'data')).toHaveLength(1)
  })
})

describe('an endpoint in a private network', () => {
  test('is sent nothing unless its range is allowed', async () => {
    await using unreached = await startReceiver()
    await using closed = await started(configWith(hook(unreached.url), ''), {
      dataDirectory: join(folder, 'other'),
    })
    const answer = await fetch(`${closed.url}/admin/v1/webhooks/endpoints/ops/test`, {
      method: 'POST',
      headers: { authorization: `Bearer ${adminKey}` },
    })
    expect(answer.status).toBe(202)
    const line = await closed.logged(({ event }) => event === 'webhook_failed')
    expect(line).toMatchObject({
      endpoint: 'ops',
      type: 'webhook.test',
      attempt: 1,
      problem: 'address_refused',
    })
    expect(unreached.received).toEqual([])
  })
})
