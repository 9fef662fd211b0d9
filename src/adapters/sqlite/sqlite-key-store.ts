// Keys in SQLite.
import type { Kysely } from 'kysely'
import type { Scope } from '../../core/caller.ts'
import type { KeyStore, StoredKey } from '../../keys/key-store.ts'
import { asDatabaseError } from './open-database.ts'
import type { SqliteDatabase } from './open-database.ts'
import type { KeysTable, Tables } from './tables.ts'

/** The store over an open database. */
export function createSqliteKeyStore({ query, raw }: SqliteDatabase): KeyStore {
  const byHash = raw.prepare<KeysTable, [string]>('SELECT * FROM keys WHERE hash = ?')
  const everything = raw.prepare<KeysTable, []>('SELECT * FROM keys ORDER BY created_at_ms, id')
  // Not the pragma data_version: it changes with each batch of usage records, and all keys would be read again.
  const changes = raw.prepare<{ number: number }, []>('SELECT number FROM key_changes')
  // A database can open well and turn out to be spoiled, full or locked only when its keys are asked for.
  const tell = (failure: unknown): never => {
    throw asDatabaseError(raw.filename, failure)
  }
  const read = <Answer>(work: () => Answer): Answer => {
    try {
      return work()
    } catch (failure) {
      return tell(failure)
    }
  }
  const all = (): StoredKey[] => read(() => everything.all().map(keyOf))
  return {
    add: async (key) => {
      const database = await query()
      await database.insertInto('keys').values(rowOf(key)).execute().catch(tell)
    },
    list: () => Promise.resolve().then(all),
    revoke: async (id, atMs) => revoke(await query(), id, atMs).catch(tell),
    remove: async (id) => remove(await query(), id).catch(tell),
    findByHash: (hash) => {
      const row = read(() => byHash.get(hash))
      return row === null ? undefined : keyOf(row)
    },
    all,
    version: () => read(() => changes.get()?.number ?? 0),
  }
}

async function revoke(database: Kysely<Tables>, id: string, atMs: number): Promise<boolean> {
  const known = await database.selectFrom('keys').select('id').where('id', '=', id).executeTakeFirst()
  await database
    .updateTable('keys')
    .set({ revoked_at_ms: atMs })
    .where('id', '=', id)
    .where('revoked_at_ms', 'is', null)
    .execute()
  return known !== undefined
}

async function remove(database: Kysely<Tables>, id: string): Promise<boolean> {
  const { numDeletedRows } = await database.deleteFrom('keys').where('id', '=', id).executeTakeFirst()
  return numDeletedRows > 0n
}

function rowOf(key: StoredKey): KeysTable {
  return {
    id: key.id,
    name: key.name,
    hash: key.hash,
    last4: key.last4,
    created_at_ms: key.createdAtMs,
    expires_at_ms: key.expiresAtMs,
    revoked_at_ms: key.revokedAtMs,
    models: JSON.stringify(key.models),
    scopes: JSON.stringify(key.scopes),
  }
}

function keyOf(row: KeysTable): StoredKey {
  const models: readonly string[] = JSON.parse(row.models)
  const scopes: readonly Scope[] = JSON.parse(row.scopes)
  return {
    id: row.id,
    name: row.name,
    hash: row.hash,
    last4: row.last4,
    createdAtMs: row.created_at_ms,
    expiresAtMs: row.expires_at_ms,
    revokedAtMs: row.revoked_at_ms,
    models,
    scopes,
  }
}
