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
import { newDatabase } from '../new-database.ts'
import { closePostgres, postgresPair } from './postgres-store.ts'

/** A table of attempts, empty, and all that there is to it. */
export interface Tables {
  /** As two gateways write them. */
  readonly one: AttemptStore
  readonly other: AttemptStore
  readonly finder: AttemptFinder
  readonly spend: SpendTables
  follow(keyId: string): Promise<() => Promise<readonly AttemptRecord[]>>
}

const closings: (() => unknown)[] = []

/** For the end of a suite. */
export async function closeTables(): Promise<void> {
  for (const close of closings.splice(0)) await close()
  await closePostgres()
}

function closing<Store extends { close(): unknown }>(store: Store): Store {
  closings.push(() => store.close())
  return store
}

/** In a file of this folder, which is the caller's to remove. */
export async function tablesInSqlite(folder: string): Promise<Tables> {
  const path = await newDatabase(folder)
  return {
    one: closing(openAttemptStore(path)),
    other: closing(openAttemptStore(path)),
    finder: closing(openAttemptFinder(path)),
    spend: closing(openSpendTables(path)),
    follow: async (keyId) => {
      const { stored } = closing(followKey(path, keyId))
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
    one: closing(createPostgresAttempts(connect())),
    other: closing(createPostgresAttempts(connect())),
    finder: createPostgresAttemptFinder(one.calls),
    spend: closing(createPostgresSpendTables(connect())),
    follow: (keyId) => followKeyInPostgres(one.calls, keyId),
  }
}
