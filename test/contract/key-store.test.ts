// What every store of keys promises, whatever it is made of.
import { Database } from 'bun:sqlite'
import { afterAll, describe, expect, test } from 'bun:test'
import { closeSync, openSync, writeSync } from 'node:fs'
import { DatabaseError } from '../../src/adapters/database-error.ts'
import { createPostgresKeys } from '../../src/adapters/postgres/postgres-keys.ts'
import { openDatabase } from '../../src/adapters/sqlite/open-database.ts'
import { createSqliteKeyStore } from '../../src/adapters/sqlite/sqlite-key-store.ts'
import type { KeyStore, StoredKey } from '../../src/keys/key-store.ts'
import { hasPostgres } from '../servers/postgres.ts'
import { MemoryKeyStore } from './memory-key-store.ts'
import { postgresPair } from './postgres-store.ts'
import { SuitePlaces } from './suite-places.ts'

/** Stores that see the same keys; the second is, where there are processes, that of another one. */
type StorePair = readonly [one: KeyStore, other: KeyStore]

const places = new SuitePlaces()

afterAll(places.close)

async function sqlitePair(): Promise<StorePair> {
  const path = places.newPath()
  const open = async (): Promise<KeyStore> => createSqliteKeyStore(places.closing(await openDatabase(path)))
  return [await open(), await open()]
}

function memoryPair(): Promise<StorePair> {
  const store = new MemoryKeyStore()
  return Promise.resolve([store, store])
}

async function inPostgres(): Promise<StorePair> {
  const { one, other } = await postgresPair()
  return [createPostgresKeys(one.operators), createPostgresKeys(other.operators)]
}

async function byHash(store: KeyStore, hash: string): Promise<StoredKey | undefined> {
  return (await store.list()).find((key) => key.hash === hash || key.previous?.hash === hash)
}

function keyOf(id: string, more: Partial<StoredKey> = {}): StoredKey {
  const dates = { createdAtMs: 1_000, expiresAtMs: null, revokedAtMs: null }
  return { id, name: 'ci', hash: `hash of ${id}`, last4: 'abcd', ...dates, models: [], scopes: [], ...more }
}

const stores = [
  { name: 'SQLite', openPair: sqlitePair, isThere: true },
  { name: 'memory', openPair: memoryPair, isThere: true },
  { name: 'PostgreSQL', openPair: inPostgres, isThere: hasPostgres },
]

for (const { name, openPair, isThere } of stores)
  describe.skipIf(!isThere)(`keys in ${name}`, () => {
    test('are kept with every fact, and found by their hash', async () => {
      const [one, other] = await openPair()
      const key = keyOf('a', {
        name: 'Robert"); DROP TABLE keys; --',
        expiresAtMs: 1_800_000_000_000,
        models: ['fast', 'openai/*', 'mödel 🦜'],
        scopes: ['chat', 'metrics'],
        addresses: ['10.0.0.0/8'],
        tenant: 'acme',
        team: "research'; DROP TABLE keys; --",
        user: 'anna@example.com',
        tags: ['nightly'],
        metadata: { cost: '12', __proto__x: 'y' },
        maxTokens: { unasked: 5, max: 10, lowers: true },
      })
      await one.add(key)
      for (const store of [one, other]) {
        expect(await byHash(store, 'hash of a')).toEqual(key)
        expect(await store.list()).toEqual([key])
        expect(await store.list()).toEqual([key])
      }
    })

    test('that nobody made are not found', async () => {
      const [one] = await openPair()
      expect(await byHash(one, 'hash of a')).toBeUndefined()
      expect([await one.list(), await one.list()]).toEqual([[], []])
    })

    test('are listed with the oldest first, those of one moment in the order of their ids', async () => {
      const [one] = await openPair()
      await one.add(keyOf('c', { createdAtMs: 5 }))
      await one.add(keyOf('b', { createdAtMs: 9 }))
      await one.add(keyOf('a', { createdAtMs: 9 }))
      const ids = (keys: readonly StoredKey[]): string => keys.map(({ id }) => id).join('')
      expect([ids(await one.list()), ids(await one.list())]).toEqual(['cab', 'cab'])
    })

    test('are refused when the id or the hash is taken', async () => {
      const [one, other] = await openPair()
      await one.add(keyOf('a'))
      const isRefused = async (key: StoredKey): Promise<boolean> => {
        return await other.add(key).then(
          () => false,
          () => true,
        )
      }
      expect(await isRefused(keyOf('a', { hash: 'another' }))).toBe(true)
      expect(await isRefused(keyOf('b', { hash: 'hash of a' }))).toBe(true)
      expect(await one.list()).toHaveLength(1)
    })

    test('are revoked once, at the time of the first request', async () => {
      const [one, other] = await openPair()
      await one.add(keyOf('a'))
      await one.add(keyOf('b'))
      expect(await other.revoke('a', 2_000)).toBe(true)
      expect(await one.revoke('a', 3_000)).toBe(true)
      expect(await one.revoke('nobody', 3_000)).toBe(false)
      expect((await one.list()).map(({ revokedAtMs }) => revokedAtMs)).toEqual([2_000, null])
    })

    test('get another secret, and the one before it is kept for as long as it was said', async () => {
      const [one, other] = await openPair()
      await one.add(keyOf('a'))
      await one.add(keyOf('b', { revokedAtMs: 1_500 }))
      const before = await one.version()
      const rotation = { hash: 'new hash', pepper: 'p', last4: 'wxyz', previousUntilMs: 9_000 }
      expect([await other.rotate('a', rotation), await other.rotate('nobody', rotation)]).toEqual([
        true,
        false,
      ])
      expect(await other.rotate('b', { ...rotation, hash: 'for b' })).toBe(false)
      const previous = { hash: 'hash of a', untilMs: 9_000 }
      const rotated = keyOf('a', { hash: 'new hash', pepper: 'p', last4: 'wxyz', previous })
      expect([await byHash(one, 'new hash'), await byHash(one, 'hash of a')]).toEqual([rotated, rotated])
      expect(await one.version()).not.toBe(before)
      await one.rotate('a', { ...rotation, hash: 'newer hash' })
      expect(await byHash(other, 'hash of a')).toBeUndefined()
      expect((await byHash(other, 'new hash'))?.previous).toEqual({ hash: 'new hash', untilMs: 9_000 })
    })

    test('are brought under another pepper unless they have another secret by then', async () => {
      const [one, other] = await openPair()
      await one.add(keyOf('a'))
      await other.rehash('a', { from: 'another', to: 'x', pepper: 'p' })
      expect(await byHash(one, 'x')).toBeUndefined()
      await other.rehash('a', { from: 'hash of a', to: 'x', pepper: 'p' })
      expect(await byHash(one, 'x')).toEqual(keyOf('a', { hash: 'x', pepper: 'p' }))
    })

    test('change where they are told to, and what is taken away is gone', async () => {
      const [one, other] = await openPair()
      await one.add(keyOf('a', { team: 'red', tags: ['x'], models: ['fast'] }))
      const before = await other.version()
      expect(await other.change('a', { name: 'new', team: undefined, tags: undefined, user: 'ann' })).toBe(
        true,
      )
      expect(await other.version()).not.toBe(before)
      const rest = keyOf('a', {
        name: 'new',
        user: 'ann',
        models: ['fast'],
        team: undefined,
        tags: undefined,
      })
      expect(JSON.parse(JSON.stringify(await one.list()))).toEqual([JSON.parse(JSON.stringify(rest))])
      expect(await one.change('nobody', { name: 'new' })).toBe(false)
      await one.revoke('a', 2_000)
      expect(await one.change('a', { name: 'newer' })).toBe(false)
    })

    test('are forgotten when they are removed, and nobody finds them any more', async () => {
      const [one, other] = await openPair()
      await one.add(keyOf('a'))
      await one.add(keyOf('b'))
      const before = await one.version()
      expect([await other.remove('a'), await one.remove('a'), await one.remove('nobody')]).toEqual([
        true,
        false,
        false,
      ])
      expect(await one.version()).not.toBe(before)
      expect(await byHash(one, 'hash of a')).toBeUndefined()
      expect((await one.list()).map(({ id }) => id)).toEqual(['b'])
    })

    test('have a version that changes with each change, one’s own and that of others', async () => {
      const [one, other] = await openPair()
      const versions = [await one.version()]
      await other.add(keyOf('a'))
      versions.push(await one.version())
      await one.add(keyOf('b'))
      versions.push(await one.version())
      await other.revoke('a', 2_000)
      versions.push(await one.version())
      expect(new Set(versions).size).toBe(4)
      expect(await one.version()).toBe(await other.version())
      await one.list()
      expect(await one.version()).toBe(versions[3] ?? -1)
    })
  })

describe('keys in a database that is spoiled beyond the list of its tables', () => {
  test('cannot be read, and the message says where and what to do', async () => {
    const path = await places.newDatabase()
    spoil(path)
    const database = await openDatabase(path)
    const store = createSqliteKeyStore(database)
    const failures: unknown[] = []
    const note = (failure: unknown): void => void failures.push(failure)
    await store.list().catch(note)
    await store.add(keyOf('a')).catch(note)
    await store.revoke('a', 2_000).catch(note)
    await store.version().catch(note)
    expect(failures.length).toBe(4)
    for (const failure of failures) {
      expect(failure).toBeInstanceOf(DatabaseError)
      expect(String(failure)).toContain(
        `${path} cannot be used: database disk image is malformed; put a backup`,
      )
    }
    database.close()
  })
})

/** Noise where each table and each index begins. */
function spoil(path: string): void {
  const pageBytes = 4_096
  const database = new Database(path)
  const roots = database.query<{ rootpage: number }, []>(
    'SELECT rootpage FROM sqlite_schema WHERE rootpage > 1',
  )
  const pages = roots.all().map(({ rootpage }) => rootpage)
  database.close()
  const file = openSync(path, 'r+')
  const noise = new Uint8Array(pageBytes).fill(0xa5)
  for (const page of pages) writeSync(file, noise, 0, noise.length, (page - 1) * pageBytes)
  closeSync(file)
}
