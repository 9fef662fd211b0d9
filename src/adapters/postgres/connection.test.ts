// Against a real server: what it means that no connection is free.
import { describe, expect, test } from 'bun:test'
import { failureOf } from '../../../test/failure-of.ts'
import { hasPostgres, newPostgresDatabase } from '../../../test/servers/postgres.ts'
import { readAddress } from './address.ts'
import { connectPostgres } from './connection.ts'
import type { PostgresConnection } from './connection.ts'

const noneFree = 'timeout exceeded when trying to connect'

async function withOneConnection<Answer>(
  work: (connection: PostgresConnection) => Promise<Answer>,
): Promise<Answer> {
  const connection = connectPostgres(readAddress(await newPostgresDatabase()), 1)
  try {
    await connection.rows('SELECT 1')
    return await work(connection)
  } finally {
    await connection.close()
  }
}

describe.skipIf(!hasPostgres)('a query for which no connection is free within a second', () => {
  test('fails alone where the others get answers: the database is busy', () =>
    withOneConnection(async (connection) => {
      const slow = [0.7, 0.9].map((seconds) => connection.rows('SELECT pg_sleep($1)', [seconds]))
      expect(String(await failureOf(() => connection.rows('SELECT 1')))).toContain(noneFree)
      expect(await connection.rows('SELECT 2 AS two')).toEqual([{ two: 2 }])
      await Promise.all(slow)
    }))

  test('says that the database is away where nobody gets one, and who comes then does not wait', () =>
    withOneConnection(async (connection) => {
      const stuck = connection.rows('SELECT pg_sleep(1.3)')
      expect(String(await failureOf(() => connection.rows('SELECT 1')))).toContain(noneFree)
      const beganMs = performance.now()
      await failureOf(() => connection.rows('SELECT 1'))
      expect(performance.now() - beganMs).toBeLessThan(100)
      await stuck
      // It was not.
      expect(await connection.rows('SELECT 2 AS two')).toEqual([{ two: 2 }])
    }))
})
