// What every store of webhooks promises, whatever it is made of: an event is kept until it was taken or given up, and what is
// due is sent by one gateway at a time.
import { afterAll, describe, expect, test } from 'bun:test'
import { createPostgresWebhooks } from '../../src/adapters/postgres/postgres-webhooks.ts'
import { lazyConnection } from '../../src/adapters/sqlite/lazy-connection.ts'
import { createSqliteWebhooks } from '../../src/adapters/sqlite/sqlite-webhooks.ts'
import type { DeliveryStore, DeliveryTry, NewEvent } from '../../src/webhooks/ports.ts'
import { hasPostgres } from '../servers/postgres.ts'
import { postgresPair } from './postgres-store.ts'
import { SuitePlaces } from './suite-places.ts'

type StorePair = readonly [one: DeliveryStore, other: DeliveryStore]

const places = new SuitePlaces()

afterAll(places.close)

async function inSqlite(): Promise<StorePair> {
  const path = await places.newDatabase()
  const one = places.closing(lazyConnection(path))
  const other = places.closing(lazyConnection(path))
  return [createSqliteWebhooks(one), createSqliteWebhooks(other)]
}

async function inPostgres(): Promise<StorePair> {
  const { one, other } = await postgresPair()
  return [createPostgresWebhooks(one.calls), createPostgresWebhooks(other.calls)]
}

const standing = {
  name: 'ops',
  url: 'https://ops',
  failures: 3,
  failingSinceMs: 5,
  disabledBecause: '',
  disabledAtMs: null,
}

const addresses = [
  { name: 'ops', url: 'https://ops' },
  { name: 'gone', url: 'https://gone' },
]

function eventOf(id: string, createdAtMs = 1_000): NewEvent {
  const bodyOf = (sequence: number): string => JSON.stringify({ id, sequence, text: 'Grüße 🦜 \0' })
  return { id, type: 'budget.alert', createdAtMs, bodyOf }
}

function add(store: DeliveryStore, id: string, createdAtMs?: number): Promise<void> {
  return store.add(eventOf(id, createdAtMs), addresses.slice(0, 1))
}

const claim = { endpoint: 'ops', nowMs: 1_000, untilMs: 5_000, owner: 'one', limit: 10 }

function tryOf(number: number, more: Partial<DeliveryTry> = {}): DeliveryTry {
  const failed = {
    state: 'waiting',
    attempts: 1,
    nextAtMs: 9_000,
    status: 500,
    problem: 'status 500',
  } as const
  return { number, atMs: 2_000, ...failed, ...more }
}

const stores = [
  { name: 'SQLite', open: inSqlite, isThere: true },
  { name: 'PostgreSQL', open: inPostgres, isThere: hasPostgres },
]

for (const { name, open, isThere } of stores)
  describe.skipIf(!isThere)(`deliveries in ${name}`, () => {
    test('go to each endpoint that is not disabled, in the order of their events, with a number of their own', async () => {
      const [one, other] = await open()
      const gone = {
        ...standing,
        name: 'gone',
        url: 'https://gone',
        disabledBecause: 'gone',
        disabledAtMs: 6,
      }
      await other.changeStanding('gone', () => gone)
      await one.changeStanding('ops', () => ({ ...gone, name: 'ops', url: 'https://another-address' }))
      await one.add(eventOf('evt_1'), addresses)
      await other.add(eventOf('evt_2'), addresses)
      const taken = await one.claim(claim)
      expect(taken.map(({ eventId }) => eventId)).toEqual(['evt_1', 'evt_2'])
      const numbers = taken.map(({ body }) => (JSON.parse(body) as { sequence: number }).sequence)
      expect(numbers[1]).toBeGreaterThan(numbers[0] ?? Infinity)
      expect(taken[0]).toMatchObject({
        endpoint: 'ops',
        type: 'budget.alert',
        createdAtMs: 1_000,
        attempts: 0,
      })
      expect(await one.list({ limit: 9, endpoint: 'gone' })).toMatchObject([
        { state: 'given_up', lastProblem: 'endpoint_disabled', lastAtMs: null },
        { state: 'given_up' },
      ])
    })

    test('are taken by one at a time, and again when that one is silent or says that it is gone', async () => {
      const [one, other] = await open()
      for (const number of [1, 2, 3, 4]) await add(one, `evt_${number}`)
      const both = await Promise.all([
        one.claim({ ...claim, limit: 3 }),
        other.claim({ ...claim, owner: 'other', limit: 3 }),
      ])
      expect(new Set(both.flat().map(({ number }) => number)).size).toBe(both.flat().length)
      await other.claim({ ...claim, owner: 'other' })
      expect(await one.claim(claim)).toEqual([])
      await one.release((owner) => owner === 'other', 1_000)
      const left = await one.claim(claim)
      expect(left.length).toBeGreaterThan(0)
      expect(await other.claim({ ...claim, nowMs: 5_000 })).toHaveLength(4)
    })

    test('are tried again when it is time, and no more when they have arrived', async () => {
      const [one] = await open()
      await add(one, 'evt_1')
      const [first] = await one.claim(claim)
      await one.record(tryOf(first?.number ?? 0))
      expect([await one.dueTimes(), await one.waiting()]).toEqual([
        new Map([['ops', 9_000]]),
        new Map([['ops', 1]]),
      ])
      expect(await one.claim({ ...claim, nowMs: 8_999 })).toEqual([])
      expect(await one.claim({ ...claim, nowMs: 9_000 })).toMatchObject([{ attempts: 1 }])
      const arrived = tryOf(first?.number ?? 0, { state: 'delivered', attempts: 2, status: 204, problem: '' })
      await one.record(arrived)
      expect(await one.list({ limit: 9, state: 'delivered', type: 'budget.alert' })).toMatchObject([
        { attempts: 2, lastStatus: 204, lastProblem: '', lastAtMs: 2_000 },
      ])
      expect([await one.dueTimes(), await one.claim({ ...claim, nowMs: 99_000 })]).toEqual([new Map(), []])
    })

    test('are given up, and stay so unless they arrive after all or somebody wants them again', async () => {
      const [one, other] = await open()
      for (const number of [1, 2, 3]) await add(one, `evt_${number}`, number * 1_000)
      const [first, second] = await one.claim({ ...claim, nowMs: 3_000 })
      expect(await other.giveUp({ beforeMs: 2_500 }, 'too_old')).toBe(2)
      expect(await other.giveUp({ endpoint: 'ops' }, 'removed')).toBe(1)
      await one.record(tryOf(first?.number ?? 0))
      await one.record(tryOf(second?.number ?? 0, { state: 'delivered' }))
      const states = (await one.list({ limit: 9, endpoint: 'ops' })).map(({ state }) => state)
      expect(states).toEqual(['given_up', 'delivered', 'given_up'])
      const which = { endpoint: 'ops', sinceMs: 1_000, untilMs: 2_000, state: undefined }
      expect(await one.replay({ ...which, state: 'given_up' }, 7_000)).toBe(1)
      expect(await one.replay({ number: first?.number ?? 0 }, 8_000)).toBe(1)
      expect(await one.dueTimes()).toEqual(new Map([['ops', 8_000]]))
    })

    test('are forgotten with their events, but not while they wait', async () => {
      const [one] = await open()
      for (const number of [1, 2, 3, 4]) await add(one, `evt_${number}`, number * 1_000)
      await one.giveUp({ beforeMs: 3_500 }, 'too_old')
      await one.forget(1_500, 10)
      const events = async (): Promise<string[]> =>
        (await one.list({ limit: 9, endpoint: 'ops' })).map(({ eventId }) => eventId)
      expect(await events()).toEqual(['evt_4', 'evt_3', 'evt_2'])
      await one.forget(0, 2)
      expect(await events()).toEqual(['evt_4', 'evt_3'])
      await one.forget(99_000, 10)
      expect(await events()).toEqual(['evt_4'])
    })

    test('of an event that is told twice are made once', async () => {
      const [one, other] = await open()
      await Promise.all([add(one, 'evt_1', 1_000), add(other, 'evt_1', 2_000)])
      await add(other, 'evt_1', 3_000)
      const [first, ...more] = await one.list({ limit: 9, endpoint: 'ops' })
      expect(more).toEqual([])
      expect(first?.createdAtMs).toBeLessThan(3_000)
    })

    test('know how their endpoints stand, whoever changes that at the same time', async () => {
      const [one, other] = await open()
      const seen: unknown[] = []
      const failed = (store: DeliveryStore): Promise<unknown> =>
        store.changeStanding('ops', (before) => {
          seen.push(before?.failures)
          return { ...standing, failures: (before?.failures ?? 0) + 1 }
        })
      await Promise.all([one, other, one, other].map(failed))
      expect(seen).toEqual([undefined, 1, 2, 3])
      expect(await one.standings()).toEqual([{ ...standing, failures: 4 }])
      const gone = { ...standing, failures: 5, disabledBecause: 'gone', disabledAtMs: 6 }
      expect(await one.changeStanding('ops', () => gone)).toEqual(gone)
      expect(await other.standings()).toEqual([gone])
    })
  })
