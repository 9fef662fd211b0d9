// Stores of responses and of ids that providers gave out, for the contract tests.
import { createEnvelope, masterKeyOf } from '../../src/adapters/encryption/envelope.ts'
import { sealedResponses } from '../../src/adapters/encryption/sealed-stores.ts'
import { createPostgresHeldIds } from '../../src/adapters/postgres/postgres-held-ids.ts'
import { createPostgresResponses } from '../../src/adapters/postgres/postgres-responses.ts'
import { lazyConnection } from '../../src/adapters/sqlite/lazy-connection.ts'
import { createSqliteHeldIds } from '../../src/adapters/sqlite/sqlite-held-ids.ts'
import { createSqliteResponses } from '../../src/adapters/sqlite/sqlite-responses.ts'
import type { HeldIdStore, ResponseStore } from '../../src/responses/ports.ts'
import { MemoryHeldIds, MemoryResponses } from './memory-responses.ts'
import { postgresPair } from './postgres-store.ts'
import { SuitePlaces } from './suite-places.ts'

export interface Stores {
  readonly responses: ResponseStore
  readonly heldIds: HeldIdStore
}

export const places = new SuitePlaces()

/** In a file that is there already. */
export function storesAt(path: string): Stores & { close(): void } {
  const connection = places.closing(lazyConnection(path))
  const [responses, heldIds] = [createSqliteResponses(connection), createSqliteHeldIds(connection)]
  return { responses, heldIds, close: () => connection.close() }
}

export const sqliteStores = async (): Promise<Stores> => storesAt(await places.newDatabase())
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
