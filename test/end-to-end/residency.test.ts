// Where calls have to stay, with real providers behind a real gateway: what is elsewhere is asked neither first, nor when
// others fail, nor beside them when they are late; and a demand that nobody meets is an answer of its own.
import { afterAll, beforeAll, beforeEach, expect, test } from 'bun:test'
import type { Fault } from '../simulator/behaviour.ts'
import { ask, attemptsOf, callsAt, failureOf, messages, sdkOf, startFailoverWorld } from './failover-world.ts'
import type { FailoverWorld } from './failover-world.ts'
import { testKey } from './start-gateway.ts'

let world: FailoverWorld

const here = 'region: eu, class: self-hosted'
const there = 'region: us, class: cloud'

beforeAll(async () => {
  const three = (name: string): string =>
    `[{ provider: a, model: ${name}, ${there} }, { provider: b, model: ${name}, ${here}, priority: 2 }, { provider: c, model: ${name}, region: eu, class: cloud, priority: 3 }]`
  world = await startFailoverWorld(
    [
      `  bound: { residency: { regions: [eu] }, deployments: ${three('bound')} }`,
      `  free: { deployments: ${three('free')} }`,
      `  late: { residency: { regions: [eu] }, hedge: { after: 100ms }, deployments: ${three('late')} }`,
      `  last: { residency: { regions: [eu] }, deployments: [{ provider: b, model: last, ${here} }], last_resort: { deployment: { provider: a, model: last, ${there} } } }`,
      '  nowhere: { deployments: [{ provider: a, model: nowhere }] }',
    ].join('\n'),
  )
})

afterAll(() => world[Symbol.asyncDispose]())

beforeEach(() => {
  for (const simulator of [world.a, world.b, world.c]) simulator.setDefault({})
})

const broken: { readonly fault: Fault } = {
  fault: { kind: 'status', status: 500, body: { kind: 'envelope' } },
}

test('D6 a call that has to stay in a region fails over within it, and its records say where it was', async () => {
  world.b.setDefault(broken)
  const { callId, deployment } = await ask(world.gateway, 'bound')
  expect(deployment).toBe('c/bound')
  expect(callsAt(world.a, 'bound')).toBe(0)
  expect((await attemptsOf(world.gateway, callId)).join()).not.toContain(' a ')
  const line = await world.gateway.logged((one) => one.event === 'call' && one['call'] === callId)
  expect(line).toMatchObject({ region: 'eu', class: 'cloud' })
})

test('D6 when everybody in the region fails the call does, and nobody elsewhere is asked', async () => {
  for (const simulator of [world.b, world.c]) simulator.setDefault(broken)
  expect((await failureOf(ask(world.gateway, 'last'))).status).toBe(502)
  expect(callsAt(world.a, 'last')).toBe(0)
})

test('D6 a late first token is made up for within the region', async () => {
  const stream = async (): Promise<string | null> => {
    const { data, response } = await sdkOf(world.gateway)
      .chat.completions.create({ model: 'late', messages: [...messages], stream: true })
      .withResponse()
    for await (const event of data) expect(event.object).toBe('chat.completion.chunk')
    return response.headers.get('x-sallyport-deployment')
  }
  // A hedge is paid from what earlier calls have earned.
  for (let call = 0; call < 21; call += 1) await stream()
  const before = callsAt(world.c, 'late')
  world.b.next({ delays: { beforeHeadMs: 3_000 } })
  expect(await stream()).toBe('c/late')
  expect(callsAt(world.c, 'late')).toBe(before + 1)
  expect(callsAt(world.a, 'late')).toBe(0)
})

test('D6 a client can demand a region or a kind of place for one call', async () => {
  expect((await ask(world.gateway, 'free')).deployment).toBe('a/free')
  const inEurope = { 'x-sallyport-residency': 'eu' }
  expect((await ask(world.gateway, 'free', inEurope)).deployment).toBe('b/free')
  const inCloud = { 'x-sallyport-residency': 'eu, class:cloud' }
  expect((await ask(world.gateway, 'free', inCloud)).deployment).toBe('c/free')
  expect(await failureOf(ask(world.gateway, 'free', { 'x-sallyport-residency': '' }))).toMatchObject({
    status: 400,
    code: 'invalid_value',
  })
})

test('D6 a client cannot take back what its model demands', async () => {
  const before = callsAt(world.a, 'bound')
  const wanted = { 'x-sallyport-residency': 'us' }
  expect(await failureOf(ask(world.gateway, 'bound', wanted))).toMatchObject({
    status: 403,
    code: 'residency_unsatisfiable',
  })
  expect(callsAt(world.a, 'bound')).toBe(before)
})

test('D6 a place that nobody knows satisfies no demand, and the answer says what there is', async () => {
  const answer = await fetch(`${world.gateway.url}/v1/messages`, {
    method: 'POST',
    headers: {
      'x-api-key': testKey,
      'content-type': 'application/json',
      'x-sallyport-residency': 'eu',
    },
    body: JSON.stringify({ model: 'nowhere', max_tokens: 5, messages }),
  })
  expect(answer.status).toBe(403)
  expect(await answer.json()).toMatchObject({
    type: 'error',
    error: {
      type: 'permission_error',
      message: expect.stringContaining(
        'the request demands the region eu, and it is to be had in: no known region',
      ),
    },
  })
  expect(callsAt(world.a, 'nowhere')).toBe(0)
})

test('D6 the same names in another config are in another region from then on', async () => {
  await using other = await startFailoverWorld(
    `  bound: { residency: { regions: [eu] }, deployments: [{ provider: a, model: x, ${here} }, { provider: b, model: x }] }`,
  )
  expect((await ask(other.gateway, 'bound')).deployment).toBe('a/x')
  other.gateway.writeConfig(
    other.configWith(
      `  bound: { residency: { regions: [eu] }, deployments: [{ provider: a, model: x, ${there} }, { provider: b, model: x, ${here} }] }`,
    ),
  )
  other.gateway.process.kill('SIGHUP')
  await other.gateway.logged((line) => line.event === 'config_reloaded')
  expect((await ask(other.gateway, 'bound')).deployment).toBe('b/x')
  // Also where a client names the place itself.
  const direct = failureOf(ask(other.gateway, 'a/x', { 'x-sallyport-residency': 'eu' }))
  expect(await direct).toMatchObject({ code: 'residency_unsatisfiable' })
})

test('D6 a key and its team demand a region whatever model is called', async () => {
  await using other = await startFailoverWorld(
    `  free: { deployments: [{ provider: a, model: y, ${there} }, { provider: b, model: y, ${here} }] }`,
  )
  const config = other.configWith(
    `  free: { deployments: [{ provider: a, model: y, ${there} }, { provider: b, model: y, ${here} }] }`,
    'teams: { clinic: { residency: { classes: [self-hosted] } } }',
  )
  const withTeam = (members: string): string =>
    config.replace('secret: env:TEST_KEY', `secret: env:TEST_KEY, ${members}`)
  expect((await ask(other.gateway, 'free')).deployment).toBe('a/y')
  const reloaded = async (members: string, generation: number): Promise<void> => {
    other.gateway.writeConfig(withTeam(members))
    other.gateway.process.kill('SIGHUP')
    await other.gateway.logged(
      (line) => line.event === 'config_reloaded' && Number(line['generation']) >= generation,
    )
  }
  await reloaded('team: clinic', 2)
  expect((await ask(other.gateway, 'free')).deployment).toBe('b/y')
  await reloaded('team: clinic, residency: { regions: [us] }', 3)
  expect(await failureOf(ask(other.gateway, 'free'))).toMatchObject({
    status: 403,
    code: 'residency_unsatisfiable',
  })
})
