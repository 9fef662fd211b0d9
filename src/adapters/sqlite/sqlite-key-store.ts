// Keys in SQLite.
import type { Database } from 'bun:sqlite'
import type { Kysely } from 'kysely'
import type { KeyChanges, KeyStore, Rehashing, Rotation, StoredKey } from '../../keys/key-store.ts'
import { asDatabaseError } from './open-database.ts'
import type { SqliteDatabase } from './open-database.ts'
import type { KeysTable, Tables } from './tables.ts'

interface KeyRow extends KeysTable {
  readonly last_used_at_ms: number | null
}

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
  const all = (): StoredKey[] => read(() => everything.all().map(keyOf))
  return {
    add: async (key) => {
      const database = await query()
      await database.insertInto('keys').values(rowOf(key)).execute().catch(tell)
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
    const after = rowOf({ ...keyOf(before), ...wanted })
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

/** Facts of a key that nobody looks for in the database. */
type More = Pick<
  StoredKey,
  'addresses' | 'tags' | 'metadata' | 'maxTokens' | 'priority' | 'residency' | 'keepBodies'
>

function rowOf(key: StoredKey): KeysTable {
  const { addresses, tags, metadata, maxTokens, priority, residency, keepBodies, previous } = key
  const more: More = { addresses, tags, metadata, maxTokens, priority, residency, keepBodies }
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
    tenant: key.tenant ?? null,
    team: key.team ?? null,
    user: key.user ?? null,
    more: JSON.stringify(more),
    pepper: key.pepper ?? null,
    previous_hash: previous?.hash ?? null,
    previous_until_ms: previous?.untilMs ?? null,
  }
}

function keyOf(row: KeyRow): StoredKey {
  const models: readonly string[] = JSON.parse(row.models)
  const scopes: readonly string[] = JSON.parse(row.scopes)
  const more: More = JSON.parse(row.more)
  const { tenant, team, user, pepper, previous_hash: hash, previous_until_ms: untilMs } = row
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
    ...more,
    ...(tenant !== null && { tenant }),
    ...(team !== null && { team }),
    ...(user !== null && { user }),
    ...(pepper !== null && { pepper }),
    ...(hash !== null && untilMs !== null && { previous: { hash, untilMs } }),
    ...(row.last_used_at_ms !== null && { lastUsedAtMs: row.last_used_at_ms }),
  }
}
