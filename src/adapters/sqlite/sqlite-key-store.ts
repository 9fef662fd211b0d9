// Keys in SQLite.
import type { Database } from 'bun:sqlite'
import type { Kysely } from 'kysely'
import type { KeyChanges, KeyStore, Rehashing, Rotation, StoredKey } from '../../keys/key-store.ts'
import { keyOfRow, keyRow } from '../key-row.ts'
import type { KeyRow } from '../key-row.ts'
import { asDatabaseError } from './open-database.ts'
import type { SqliteDatabase } from './open-database.ts'
import type { Tables } from './tables.ts'

const select = 'SELECT keys.*, last_used_at_ms FROM keys LEFT JOIN key_uses ON key_uses.id = keys.id'

/** The store over an open database. */
export function createSqliteKeyStore({ query, raw }: SqliteDatabase): KeyStore {
  const everything = raw.prepare<KeyRow, []>(`${select} ORDER BY created_at_ms, keys.id`)
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
  const all = (): StoredKey[] => read(() => everything.all().map(keyOfRow))
  return {
    add: async (key) => {
      const database = await query()
      await database.insertInto('keys').values(keyRow(key)).execute().catch(tell)
    },
    list: () => Promise.resolve().then(all),
    revoke: async (id, atMs) => revoke(await query(), id, atMs).catch(tell),
    rotate: async (id, rotation) => rotate(await query(), id, rotation).catch(tell),
    change: (id, wanted) => Promise.resolve().then(() => read(() => change(raw, id, wanted))),
    rehash: async (id, rehashing) => rehash(await query(), id, rehashing).catch(tell),
    touch: async () => {
      const database = await query()
      const next = database.updateTable('key_changes').set(({ eb }) => ({ number: eb('number', '+', 1) }))
      await next.execute().catch(tell)
    },
    remove: async (id) => remove(await query(), id).catch(tell),
    version: () => Promise.resolve().then(() => read(() => changes.get()?.number ?? 0)),
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

/** One statement, so that of two rotations at once neither loses the other's secret without a word. */
async function rotate(
  database: Kysely<Tables>,
  id: string,
  { hash, pepper, last4, previousUntilMs }: Rotation,
): Promise<boolean> {
  const { numUpdatedRows } = await database
    .updateTable('keys')
    .set(({ ref }) => ({
      previous_hash: ref('hash'),
      previous_until_ms: previousUntilMs,
      hash,
      pepper: pepper ?? null,
      last4,
    }))
    .where('id', '=', id)
    .where('revoked_at_ms', 'is', null)
    .executeTakeFirst()
  return numUpdatedRows > 0n
}

const changeOne = `UPDATE keys SET name = ?, expires_at_ms = ?, models = ?, scopes = ?, tenant = ?, team = ?, user = ?,
more = ? WHERE id = ?`

/** Read and written in one transaction, so that of two changes at once neither undoes the other. */
function change(raw: Database, id: string, wanted: KeyChanges): boolean {
  const write = raw.transaction((): boolean => {
    const before = raw
      .query<KeyRow, [string]>(`${select} WHERE keys.id = ? AND revoked_at_ms IS NULL`)
      .get(id)
    if (before === null) return false
    const after = keyRow({ ...keyOfRow(before), ...wanted })
    const { name, expires_at_ms: expiresAtMs, models, scopes, tenant, team, user, more } = after
    raw.query(changeOne).run(name, expiresAtMs, models, scopes, tenant, team, user, more, id)
    return true
  })
  return write.immediate()
}

async function rehash(database: Kysely<Tables>, id: string, { from, to, pepper }: Rehashing): Promise<void> {
  await database
    .updateTable('keys')
    .set({ hash: to, pepper: pepper ?? null })
    .where('id', '=', id)
    .where('hash', '=', from)
    .execute()
}

async function remove(database: Kysely<Tables>, id: string): Promise<boolean> {
  await database.deleteFrom('key_uses').where('id', '=', id).execute()
  const { numDeletedRows } = await database.deleteFrom('keys').where('id', '=', id).executeTakeFirst()
  return numDeletedRows > 0n
}
