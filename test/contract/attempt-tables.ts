// Tables of attempts for the contract tests, as two gateways write them and readers read them.
import { readAddress } from '../../src/adapters/postgres/address.ts'
import { connectPostgres } from '../../src/adapters/postgres/connection.ts'
import {
  createPostgresAttemptFinder,
  createPostgresAttempts,
  followKeyInPostgres,
} from '../../src/adapters/postgres/postgres-attempts.ts'
import { createPostgresSpendTables } from '../../src/adapters/postgres/postgres-spend.ts'
import { followKey, openAttemptFinder, openAttemptStore } from '../../src/adapters/sqlite/sqlite-attempts.ts'
import { openSpendTables } from '../../src/adapters/sqlite/sqlite-spend.ts'
import type { AttemptRecord } from '../../src/core/attempt.ts'
import type { AttemptFinder, AttemptStore, SpendTables } from '../../src/ledger/ports.ts'
import { postgresPair } from './postgres-store.ts'
import { SuitePlaces } from './suite-places.ts'

/** A table of attempts, empty, and all that there is to it. */
export interface Tables {
  /** As two gateways write them. */
  readonly one: AttemptStore
  readonly other: AttemptStore
  readonly finder: AttemptFinder
  readonly spend: SpendTables
  follow(keyId: string): Promise<() => Promise<readonly AttemptRecord[]>>
}

export const places = new SuitePlaces()

/** In a file of its own. */
export async function tablesInSqlite(): Promise<Tables> {
  const path = await places.newDatabase()
  return {
    one: places.closing(openAttemptStore(path)),
    other: places.closing(openAttemptStore(path)),
    finder: places.closing(openAttemptFinder(path)),
    spend: places.closing(openSpendTables(path)),
    follow: async (keyId) => {
      const { stored } = places.closing(followKey(path, keyId))
      return async () => stored()
    },
  }
}

/** In a database of its own. */
export async function tablesInPostgres(): Promise<Tables> {
  const { url, one } = await postgresPair()
  // The tables are made by whoever asks first.
  await one.calls.rows('SELECT 1')
  const connect = (): ReturnType<typeof connectPostgres> => connectPostgres(readAddress(url), 1)
  return {
    one: places.closing(createPostgresAttempts(connect())),
    other: places.closing(createPostgresAttempts(connect())),
    finder: createPostgresAttemptFinder(one.calls),
    spend: places.closing(createPostgresSpendTables(connect())),
    follow: (keyId) => followKeyInPostgres(one.calls, keyId),
  }
}
