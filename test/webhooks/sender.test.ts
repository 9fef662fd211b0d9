// Webhooks over real sockets and a real database, with time as a value: what a receiver may answer and what becomes of
// the delivery then, and what is kept through the end of a process.
import { describe, expect, test } from 'bun:test'
import { testClient } from '../egress-client.ts'
import { until } from '../until.ts'
import { endpointAt, keyOf, secret } from './endpoint-at.ts'
import { startReceiver } from './receiver.ts'
import type { Answer } from './receiver.ts'
import {
  client,
  connection,
  deliveries,
  event,
  hour,
  minute,
  newSender,
  nextTry,
  receiver,
  second,
  sender,
  standAnew,
  store,
  told,
  untilItHolds,
  untilTold,
  useClient,
  useSender,
} from './sender-stand.ts'
import { verified } from './standard-webhooks.ts'

const older = `whsec_${Buffer.alloc(32, 9).toString('base64')}`

standAnew()

describe('a delivery', () => {
  test('is signed so that whoever knows the specification can check it', async () => {
    await sender.start([endpointAt(receiver.url)])
    sender.accept(event)
    await untilTold(1)
    const [got] = receiver.received
    if (got === undefined) throw new Error('nothing came')
    const said = verified(got, secret, client.clock.wallMs())
    expect(said).toMatchObject({ type: 'budget.alert', sequence: 1, data: event.facts })
    expect(said['id']).toBe(got.headers['webhook-id'])
    expect(said['timestamp']).toBe(new Date(client.clock.wallMs()).toISOString())
    expect(got.headers).toMatchObject({ 'content-type': 'application/json', 'user-agent': 'test/1' })
    expect(() => verified({ ...got, body: `${got.body} ` }, secret, client.clock.wallMs())).toThrow('fits')
    expect(() => verified(got, older, client.clock.wallMs())).toThrow('fits')
    expect(() => verified(got, secret, client.clock.wallMs() + 301 * second)).toThrow('old')
  })

  test('carries two signatures while the secret before is still good, and then one', async () => {
    const untilMs = client.clock.wallMs() + hour
    const keys = [
      { key: keyOf(secret), untilMs: Infinity },
      { key: keyOf(older), untilMs },
    ]
    await sender.start([endpointAt(receiver.url, { keys })])
    sender.accept(event)
    await untilTold(1)
    client.clock.advance(hour)
    sender.accept(event)
    await untilTold(2)
    const [both, one] = receiver.received
    if (both === undefined || one === undefined) throw new Error('nothing came')
    for (const known of [secret, older]) verified(both, known, untilMs - hour)
    verified(one, secret, untilMs)
    expect(() => verified(one, older, untilMs)).toThrow('fits')
  })

  test('goes to those who want it, and to nobody else', async () => {
    await sender.start([
      endpointAt(receiver.url, { name: 'budgets', events: ['budget.*'] }),
      endpointAt(receiver.url, { name: 'models', events: ['model.changed', 'key.expiring'] }),
      endpointAt(receiver.url, { name: 'all' }),
    ])
    sender.accept(event)
    await untilTold(2)
    expect(told.toSorted()).toEqual(['delivered all', 'delivered budgets'])
  })
})

/** What a receiver does; what is written down; milliseconds until the next try. */
const matrix: readonly (readonly [string, Answer, string, number | undefined])[] = [
  ['200', { status: 200, body: 'ok' }, '', undefined],
  ['204', { status: 204 }, '', undefined],
  ['299 with a long answer', { status: 299, body: 'x'.repeat(200_000) }, '', undefined],
  ['500', { status: 500 }, 'status_500', 5 * second],
  ['400', { status: 400 }, 'status_400', 5 * second],
  ['429 with retry-after', { status: 429, headers: { 'retry-after': '600' } }, 'status_429', 10 * minute],
  ['503 for ever', { status: 503, headers: { 'retry-after': '999999' } }, 'status_503', hour],
  ['a redirect', { status: 302, headers: { location: 'http://127.0.0.1:1/' } }, 'redirect', 5 * second],
  ['a reset', 'reset', 'closed', 5 * second],
]

describe('a receiver that answers', () => {
  test.each(matrix)('with %s', async (_, answer, problem, waitMs) => {
    receiver.otherwise = answer
    await sender.start([endpointAt(receiver.url)])
    sender.accept(event)
    await untilTold(1)
    expect(told).toEqual(problem === '' ? ['delivered ops'] : [`failed ${problem} ${waitMs}`])
    await until(async () => (await deliveries())[0]?.attempts === 1)
    expect((await deliveries())[0]).toMatchObject({
      state: problem === '' ? 'delivered' : 'waiting',
      lastProblem: problem,
      lastStatus: typeof answer === 'string' ? null : answer.status,
      nextAtMs: client.clock.wallMs() + (waitMs ?? 0),
    })
    expect(receiver.received).toHaveLength(1)
  })

  test('too late is tried again', async () => {
    receiver.otherwise = 'never'
    await sender.start([endpointAt(receiver.url)])
    sender.accept(event)
    await until(() => receiver.open === 1)
    client.clock.advance(14_999)
    expect(told).toEqual([])
    client.clock.advance(1)
    await untilTold(1)
    expect(told).toEqual([`failed timeout ${5 * second}`])
    await until(() => receiver.open === 0)
  })

  test('nothing, because nobody listens', async () => {
    const url = receiver.url
    await receiver[Symbol.asyncDispose]()
    await sender.start([endpointAt(url)])
    sender.accept(event)
    await untilTold(1)
    expect(told).toEqual([`failed connect_refused ${5 * second}`])
  })

  test('at an address that is not allowed, which is not even connected', async () => {
    using closed = testClient()
    useClient(closed)
    useSender(newSender())
    await sender.start([endpointAt(receiver.url)])
    sender.accept(event)
    await untilTold(1)
    expect(told).toEqual([`failed address_refused ${5 * second}`])
    expect(receiver.received).toEqual([])
  })

  test('410 is sent nothing more, and the others hear of it', async () => {
    await using other = await startReceiver()
    receiver.otherwise = { status: 410 }
    await sender.start([
      endpointAt(receiver.url),
      endpointAt(other.url, { name: 'other', events: ['webhook.*'] }),
    ])
    sender.accept(event)
    await until(() => told.includes('delivered other'))
    expect(told).toContain('disabled ops gone')
    const said: unknown = JSON.parse(other.received[0]?.body ?? '')
    expect(said).toMatchObject({ type: 'webhook.disabled', data: { endpoint: 'ops', reason: 'gone' } })
    sender.accept(event)
    client.clock.advance(hour)
    expect(receiver.received).toHaveLength(1)
    expect((await store.list({ limit: 9, endpoint: 'ops' })).map(({ state }) => state)).toEqual([
      'given_up',
      'given_up',
      'given_up',
    ])
  })
})

describe('a delivery that fails', () => {
  test('is tried ten times in three days with the same bytes, and then given up', async () => {
    receiver.otherwise = { status: 500 }
    await sender.start([endpointAt(receiver.url)])
    sender.accept(event)
    await untilTold(1)
    for (let tries = 1; tries < 10; tries += 1) await nextTry()
    const waits = told
      .filter((line) => line.startsWith('failed'))
      .map((line) => line.split(' ').slice(2).join(' '))
    expect(waits.map((wait) => Number(wait) / second)).toEqual([
      5,
      300,
      1_800,
      7_200,
      18_000,
      36_000,
      50_400,
      72_000,
      86_400,
      Number.NaN,
    ])
    expect(new Set(receiver.received.map(({ body }) => body)).size).toBe(1)
    expect(new Set(receiver.received.map(({ headers }) => headers['webhook-id'])).size).toBe(1)
    await until(async () =>
      (await deliveries()).some(({ attempts, state }) => attempts === 10 && state === 'given_up'),
    )
    expect(client.clock.wallMs() - Date.UTC(2026, 0, 1)).toBeGreaterThan(72 * hour)
    // Three days without a success: the endpoint is given up with it.
    await until(() => told.includes('disabled ops failing'))
  })

  test('holds up no other endpoint', async () => {
    await using slow = await startReceiver()
    slow.otherwise = 'never'
    await sender.start([endpointAt(slow.url, { name: 'slow' }), endpointAt(receiver.url)])
    for (let count = 0; count < 20; count += 1) sender.accept(event)
    await until(() => receiver.received.length === 20)
    expect(slow.received.length).toBeLessThanOrEqual(4)
  })

  test('is probed one at a time after ten failures in a row, and all goes on when one is taken', async () => {
    receiver.otherwise = { status: 500 }
    await sender.start([endpointAt(receiver.url)])
    for (let count = 0; count < 12; count += 1) sender.accept(event)
    await until(() => receiver.received.length === 10 || told.length >= 10)
    const asked = receiver.received.length
    // Twelve are due in five seconds, and none is sent before the probe.
    client.clock.advance(6 * second)
    await until(async () => (await deliveries()).every(({ attempts }) => attempts === 1))
    expect(receiver.received.length).toBe(asked)
    await untilItHolds(() => receiver.received.length > asked)
    expect(receiver.received.length).toBe(asked + 1)
    receiver.otherwise = { status: 200 }
    await untilItHolds(() => told.includes('works again ops'))
    await untilItHolds(() => told.filter((line) => line === 'delivered ops').length === 12)
  })
})

describe('what is kept', () => {
  test('is sent by the next process, at once where the one before is known to be gone', async () => {
    receiver.otherwise = 'never'
    useSender(newSender('killed'))
    await sender.start([endpointAt(receiver.url)])
    sender.accept(event)
    await until(() => receiver.open === 1)
    // Nobody says goodbye: the claim stays.
    receiver.otherwise = { status: 200 }
    const next = newSender('two')
    await next.start([endpointAt(receiver.url)])
    await untilTold(1)
    await next.close()
    expect(told).toEqual(['delivered ops'])
    const [first, again] = receiver.received
    expect(again?.headers['webhook-id']).toBe(first?.headers['webhook-id'])
    expect(again?.body).toBe(first?.body)
  })

  test('is left alone while another process may be sending it', async () => {
    receiver.otherwise = 'never'
    await sender.start([endpointAt(receiver.url)])
    sender.accept(event)
    await until(() => receiver.open === 1)
    const next = newSender('two')
    await next.start([endpointAt(receiver.url)])
    client.clock.advance(14 * second)
    expect(receiver.received).toHaveLength(1)
    await next.close()
  })

  test('goes no further than five thousand for one endpoint', async () => {
    receiver.otherwise = 'never'
    await sender.start([endpointAt(receiver.url)])
    sender.accept(event)
    await until(() => receiver.open === 1)
    connection.raw().run(`INSERT INTO webhook_events (id, type, created_at_ms, body)
      WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 5000) SELECT 'evt_' || i, 'x', 0, '' FROM n`)
    connection.raw().run(`INSERT INTO webhook_deliveries (event, endpoint, state, next_at_ms, last_problem)
      SELECT number, 'ops', 'waiting', ${client.clock.wallMs()}, '' FROM webhook_events WHERE type = 'x'`)
    client.clock.advance(minute)
    await until(() => sender.endpoints()[0]?.waiting === 5_001)
    sender.accept(event)
    await until(() => told.includes('dropped ops budget.alert'))
    expect((await store.waiting()).get('ops')).toBe(5_001)
  })

  test('waits for a database that is busy', async () => {
    await sender.start([endpointAt(receiver.url)])
    connection.raw().run('PRAGMA query_only = ON')
    sender.accept(event)
    await until(() => told.some((line) => line.startsWith('not kept')))
    connection.raw().run('PRAGMA query_only = OFF')
    await untilItHolds(() => told.includes('delivered ops'))
  })

  test('can be sent once more, by its number and by its time', async () => {
    await sender.start([endpointAt(receiver.url)])
    sender.accept(event)
    sender.accept(event)
    await untilTold(2)
    await until(async () => (await deliveries()).every(({ state }) => state === 'delivered'))
    expect(await sender.replay({ number: 1 })).toBe(1)
    await untilTold(3)
    expect(receiver.received[2]?.body).toBe(receiver.received[0]?.body ?? '')
    const nowMs = client.clock.wallMs()
    expect(
      await sender.replay({ endpoint: 'ops', sinceMs: nowMs - hour, untilMs: nowMs, state: undefined }),
    ).toBe(2)
    await untilTold(5)
  })

  test('is given up after days for an endpoint that the config has no more, and forgotten after thirty', async () => {
    receiver.otherwise = { status: 500 }
    await sender.start([endpointAt(receiver.url)])
    sender.accept(event)
    await untilTold(1)
    sender.use([])
    client.clock.advance(6 * 24 * hour)
    await until(async () => (await deliveries())[0]?.state === 'given_up')
    client.clock.advance(25 * 24 * hour)
    await until(async () => (await deliveries()).length === 0)
  })
})
