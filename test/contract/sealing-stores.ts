// Stores of what is sealed, for the contract tests, with a way to put something into them.
import { Database } from 'bun:sqlite'
import { createPostgresBodies } from '../../src/adapters/postgres/postgres-bodies.ts'
import { createPostgresResponses } from '../../src/adapters/postgres/postgres-responses.ts'
import {
  createPostgresSealableRows,
  createPostgresSealKeys,
} from '../../src/adapters/postgres/postgres-sealing.ts'
import { createSqliteBodies } from '../../src/adapters/sqlite/sqlite-bodies.ts'
import { createSqliteResponses } from '../../src/adapters/sqlite/sqlite-responses.ts'
import { createSqliteSealableRows, createSqliteSealKeys } from '../../src/adapters/sqlite/sqlite-sealing.ts'
import type { BodyStore } from '../../src/bodies/ports.ts'
import type { ResponseStore } from '../../src/responses/ports.ts'
import type { SealableRows, SealKeyRegister } from '../../src/store/sealing.ts'
import { MemorySealableRows, MemorySealKeys } from './memory-sealing.ts'
import { postgresPair } from './postgres-store.ts'
import { SuitePlaces } from './suite-places.ts'

/** The rows of a table, with what else their owner does with them. */
export interface KeptTexts {
  readonly rows: SealableRows
  /** Keeps a pair of texts; one that is there already is replaced. */
  keep(row: string, tenant: string, texts: readonly [string, string]): Promise<void>
  remove(row: string, tenant: string): Promise<void>
}

export interface SealingStores {
  readonly keys: SealKeyRegister
  /** As another process has it. */
  readonly keysElsewhere: SealKeyRegister
  readonly responses: KeptTexts
  readonly bodies: KeptTexts
}

export const places = new SuitePlaces()

export async function sealingInMemory(): Promise<SealingStores> {
  const keys = new MemorySealKeys()
  const textsIn = (rows: MemorySealableRows): KeptTexts => ({
    rows,
    keep: async (row, tenant, texts) => rows.keep(row, tenant, texts),
    remove: async (row, tenant) => rows.remove(row, tenant),
  })
  return {
    keys,
    keysElsewhere: keys,
    responses: textsIn(new MemorySealableRows('responses')),
    bodies: textsIn(new MemorySealableRows('bodies')),
  }
}

export async function sealingInSqlite(): Promise<SealingStores> {
  const path = await places.newDatabase()
  const raw = places.closing(new Database(path))
  const other = places.closing(new Database(path))
  const connection = { raw: () => raw, close: () => {} }
  return {
    keys: createSqliteSealKeys(raw),
    keysElsewhere: createSqliteSealKeys(other),
    ...keptTexts(createSqliteSealableRows(raw), {
      responses: createSqliteResponses(connection),
      bodies: createSqliteBodies(connection),
    }),
  }
}

export async function sealingInPostgres(): Promise<SealingStores> {
  const { one, other } = await postgresPair()
  return {
    keys: createPostgresSealKeys(one.operators),
    keysElsewhere: createPostgresSealKeys(other.operators),
    ...keptTexts(createPostgresSealableRows(one.operators), {
      responses: createPostgresResponses(other.calls),
      bodies: createPostgresBodies(other.calls),
    }),
  }
}

function keptTexts(
  tables: readonly SealableRows[],
  { responses, bodies }: { readonly responses: ResponseStore; readonly bodies: BodyStore },
): Pick<SealingStores, 'responses' | 'bodies'> {
  const rowsOf = (table: SealableRows['table']): SealableRows => {
    const found = tables.find((rows) => rows.table === table)
    if (found === undefined) throw new Error(`there are no rows of ${table}`)
    return found
  }
  return {
    responses: {
      rows: rowsOf('responses'),
      keep: async (id, tenant, [inputJson, bodyJson]) => {
        const maker = { provider: 'p', deployment: 'p/m', credential: 'c' }
        const facts = { previousId: null, keyId: 'k', model: 'm', maker, providerId: null }
        const times = { createdAtMs: 1, expiresAtMs: 9, itemIds: [], inputIds: [] }
        await responses.keep([{ id, tenant, ...facts, ...times, inputJson, bodyJson }])
      },
      remove: (id, tenant) => responses.remove(id, tenant),
    },
    bodies: {
      rows: rowsOf('bodies'),
      keep: async (callId, tenant, [prompt, answer]) => {
        const who = { tenant, keyId: 'k', keyUser: '', requestUser: '', endpoint: 'chat', model: 'm' }
        const facts = { deployment: 'd', region: '', code: '', atMs: 1, expiresAtMs: 9, isCut: false }
        const texts = { prompt: JSON.parse(prompt), answer: JSON.parse(answer) }
        await bodies.keep([{ callId, ...who, ...facts, ...texts }])
      },
      remove: async (callId) => {
        await bodies.erase({ callId })
      },
    },
  }
}
