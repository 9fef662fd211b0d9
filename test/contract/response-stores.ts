// Stores of responses and of ids that providers gave out, for the contract tests.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createEnvelope, masterKeyOf } from '../../src/adapters/encryption/envelope.ts'
import { sealedResponses } from '../../src/adapters/encryption/sealed-stores.ts'
import { createPostgresHeldIds } from '../../src/adapters/postgres/postgres-held-ids.ts'
import { createPostgresResponses } from '../../src/adapters/postgres/postgres-responses.ts'
import { lazyConnection } from '../../src/adapters/sqlite/lazy-connection.ts'
import { createSqliteHeldIds } from '../../src/adapters/sqlite/sqlite-held-ids.ts'
import { createSqliteResponses } from '../../src/adapters/sqlite/sqlite-responses.ts'
import type { HeldIdStore, ResponseStore } from '../../src/responses/ports.ts'
import { newDatabase } from '../new-database.ts'
import { MemoryHeldIds, MemoryResponses } from './memory-responses.ts'
import { closePostgres, postgresPair } from './postgres-store.ts'

export interface Stores {
  readonly responses: ResponseStore
  readonly heldIds: HeldIdStore
}

export const folder = mkdtempSync(join(tmpdir(), 'responses-'))
const closings: (() => void)[] = []

/** For the end of a suite. */
export async function closeResponseStores(): Promise<void> {
  await closePostgres()
  for (const close of closings) close()
  rmSync(folder, { recursive: true, force: true })
}

/** In a file that is there already. */
export function storesAt(path: string): Stores & { close(): void } {
  const connection = lazyConnection(path)
  closings.push(() => connection.close())
  const [responses, heldIds] = [createSqliteResponses(connection), createSqliteHeldIds(connection)]
  return { responses, heldIds, close: () => connection.close() }
}

export const sqliteStores = async (): Promise<Stores> => storesAt(await newDatabase(folder))
export const memoryStores = (): Promise<Stores> =>
  Promise.resolve({ responses: new MemoryResponses(), heldIds: new MemoryHeldIds() })

/** In a database of its own. */
export async function postgresStores(): Promise<Stores> {
  const { one } = await postgresPair()
  return { responses: createPostgresResponses(one.calls), heldIds: createPostgresHeldIds(one.calls) }
}

/** As it is where what is kept is encrypted. */
export const sealedStores = async (): Promise<Stores> => {
  const { responses, heldIds } = await sqliteStores()
  const sealer = createEnvelope(masterKeyOf('7d1fTqWn8mXKQ0kkKf0m2bq1eJm0m3Zr6o3V0b8o3Hs='), [])
  return { responses: sealedResponses(responses, () => sealer), heldIds }
}
