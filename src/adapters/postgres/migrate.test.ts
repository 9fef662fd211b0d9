import { afterAll, describe, expect, test } from 'bun:test'
import { failureOf } from '../../../test/failure-of.ts'
import { hasPostgres, newPostgresDatabase } from '../../../test/servers/postgres.ts'
import { readAddress } from './address.ts'
import { connectPostgres } from './connection.ts'
import type { PostgresConnection } from './connection.ts'
import { migratePostgres } from './migrate.ts'
import { postgresMigrations } from './migrations.ts'
import { createPostgresKeys } from './postgres-keys.ts'

const connections: PostgresConnection[] = []

afterAll(async () => {
  await Promise.all(connections.map((connection) => connection.close()))
})

async function connect(url?: string): Promise<PostgresConnection> {
  const connection = connectPostgres(readAddress(url ?? (await newPostgresDatabase())), 2)
  connections.push(connection)
  return connection
}

const next = { name: '9999-next', up: 'ALTER TABLE keys ADD COLUMN next text NOT NULL DEFAULT $$ $$' }

describe.skipIf(!hasPostgres)('the tables in PostgreSQL', () => {
  test('are made once by many that start at one time', async () => {
    const url = await newPostgresDatabase()
    const gateways = await Promise.all(Array.from({ length: 8 }, () => connect(url)))
    const all = await Promise.all(gateways.map((gateway) => migratePostgres(gateway)))
    const names = postgresMigrations.map(({ name }) => name)
    expect(all.flatMap(({ done }) => done)).toEqual(names)
    expect(all.flatMap(({ unknown }) => unknown)).toEqual([])
  })

  test('of a newer version serve the one before, which says what it does not know', async () => {
    const connection = await connect()
    await migratePostgres(connection, [...postgresMigrations, next])
    expect(await migratePostgres(connection)).toEqual({ done: [], unknown: [next.name] })
    const keys = createPostgresKeys(connection)
    const dates = { createdAtMs: 1, expiresAtMs: null, revokedAtMs: null }
    await keys.add({ id: 'a', name: 'a', hash: 'a', last4: 'abcd', ...dates, models: [], scopes: [] })
    expect(await keys.list()).toHaveLength(1)
  })

  test('are brought up to date while the version before goes on writing', async () => {
    const connection = await connect()
    await migratePostgres(connection)
    const keys = createPostgresKeys(connection)
    const dates = { createdAtMs: 1, expiresAtMs: null, revokedAtMs: null }
    const add = (id: string): Promise<void> =>
      keys.add({ id, name: id, hash: id, last4: 'abcd', ...dates, models: [], scopes: [] })
    const [migrated] = await Promise.all([
      migratePostgres(connection, [...postgresMigrations, next]),
      add('a'),
      add('b'),
    ])
    await add('c')
    expect(migrated.done).toEqual([next.name])
    expect(await keys.list()).toHaveLength(3)
  })

  test('stay as they were when a step fails', async () => {
    const connection = await connect()
    const broken = { name: '9999-broken', up: 'ALTER TABLE keys ADD COLUMN next text; SELECT * FROM nowhere' }
    const failure = await failureOf(() => migratePostgres(connection, [...postgresMigrations, broken]))
    expect(String(failure)).toContain('relation "nowhere" does not exist')
    expect((await migratePostgres(connection)).done).toEqual(postgresMigrations.map(({ name }) => name))
  })
})
