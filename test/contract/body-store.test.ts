// What every store of kept bodies promises, and every note of when keys were used.
import { afterAll, describe, expect, test } from 'bun:test'
import { createPostgresBodies } from '../../src/adapters/postgres/postgres-bodies.ts'
import { createPostgresKeyUses } from '../../src/adapters/postgres/postgres-key-uses.ts'
import { createPostgresKeys } from '../../src/adapters/postgres/postgres-keys.ts'
import { lazyConnection } from '../../src/adapters/sqlite/lazy-connection.ts'
import { openDatabase } from '../../src/adapters/sqlite/open-database.ts'
import { createSqliteBodies } from '../../src/adapters/sqlite/sqlite-bodies.ts'
import { createSqliteKeyStore } from '../../src/adapters/sqlite/sqlite-key-store.ts'
import { createSqliteKeyUses } from '../../src/adapters/sqlite/sqlite-key-uses.ts'
import type { BodyStore, KeptBody } from '../../src/bodies/ports.ts'
import type { KeyStore, KeyUses } from '../../src/keys/key-store.ts'
import { hasPostgres } from '../servers/postgres.ts'
import { postgresPair } from './postgres-store.ts'
import { SuitePlaces } from './suite-places.ts'

interface Stores {
  readonly bodies: BodyStore
  readonly keys: KeyStore
  readonly uses: KeyUses
}

const places = new SuitePlaces()

afterAll(places.close)

async function inSqlite(): Promise<Stores> {
  const path = places.newPath()
  const database = places.closing(await openDatabase(path))
  const connection = places.closing(lazyConnection(path))
  const [bodies, uses] = [createSqliteBodies(connection), createSqliteKeyUses(connection)]
  return { bodies, uses, keys: createSqliteKeyStore(database) }
}

async function inPostgres(): Promise<Stores> {
  const { one } = await postgresPair()
  const [bodies, uses] = [createPostgresBodies(one.calls), createPostgresKeyUses(one.calls)]
  return { bodies, uses, keys: createPostgresKeys(one.operators) }
}

function body(callId: string, more: Partial<KeptBody> = {}): KeptBody {
  return {
    callId,
    tenant: 'acme',
    keyId: 'key_1',
    keyUser: '',
    requestUser: '',
    endpoint: 'chat',
    model: 'fast',
    deployment: 'openai/gpt-5-mini',
    region: 'eu',
    code: '',
    atMs: 1_000,
    expiresAtMs: 9_000,
    prompt: [{ role: 'user', kind: 'text', text: 'Grüße 🦜 \0 "; DROP TABLE bodies; --' }],
    answer: [],
    isCut: false,
    ...more,
  }
}

const stores = [
  { name: 'SQLite', open: inSqlite, isThere: true },
  { name: 'PostgreSQL', open: inPostgres, isThere: hasPostgres },
]

for (const { name, open, isThere } of stores) {
  describe.skipIf(!isThere)(`bodies in ${name}`, () => {
    test('are kept with every fact, the newest first, and replaced by their call', async () => {
      const { bodies } = await open()
      const newest = body('c2', { atMs: 2_000, isCut: true, code: 'timeout' })
      await bodies.keep([body('c1'), newest])
      expect(await bodies.list({}, 9)).toEqual([newest, body('c1')])
      expect(await bodies.list({}, 1)).toEqual([newest])
      await bodies.keep([body('c1', { model: 'slow' })])
      expect(await bodies.list({ callId: 'c1' }, 9)).toEqual([body('c1', { model: 'slow' })])
    })

    test('are found and erased by whose they are', async () => {
      const { bodies } = await open()
      await bodies.keep([
        body('c1', { keyUser: 'ann' }),
        body('c2', { requestUser: 'ann', tenant: 'beta' }),
        body('c3', { keyId: 'key_2' }),
      ])
      const calls = async (filter: Parameters<BodyStore['list']>[0]): Promise<string> =>
        (await bodies.list(filter, 9))
          .map(({ callId }) => callId)
          .toSorted()
          .join()
      expect([await calls({ user: 'ann' }), await calls({ keyId: 'key_2' })]).toEqual(['c1,c2', 'c3'])
      expect(await calls({ user: 'ann', tenant: 'beta' })).toBe('c2')
      expect(await bodies.erase({ user: 'ann', tenant: 'beta' })).toBe(1)
      expect(await bodies.erase({ user: 'nobody' })).toBe(0)
      expect(await calls({})).toBe('c1,c3')
      expect(await bodies.erase({})).toBe(2)
      expect(await calls({})).toBe('')
    })

    test('are forgotten when their time is over, some at a time', async () => {
      const { bodies } = await open()
      await bodies.keep([1, 2, 3, 4].map((time) => body(`c${time}`, { expiresAtMs: time })))
      expect([
        await bodies.forgetBefore(4, 2),
        await bodies.forgetBefore(4, 2),
        await bodies.forgetBefore(4, 2),
      ]).toEqual([2, 1, 0])
      expect((await bodies.list({}, 9)).map(({ callId }) => callId)).toEqual(['c4'])
    })
  })

  describe.skipIf(!isThere)(`uses of keys in ${name}`, () => {
    test('are noted, the latest stays, keys that are gone are passed over, and no key has changed', async () => {
      const { keys, uses } = await open()
      const dates = { createdAtMs: 1, expiresAtMs: null, revokedAtMs: null }
      for (const id of ['a', 'b']) {
        await keys.add({ id, name: id, hash: id, last4: 'abcd', ...dates, models: [], scopes: [] })
      }
      const before = await keys.version()
      await uses.note(['b', 'gone', 'a'], 5_000)
      await uses.note(['b'], 4_000)
      await uses.note(['a'], 6_000)
      expect((await keys.list()).map(({ id, lastUsedAtMs }) => [id, lastUsedAtMs])).toEqual([
        ['a', 6_000],
        ['b', 5_000],
      ])
      expect(await keys.version()).toBe(before)
    })
  })
}
