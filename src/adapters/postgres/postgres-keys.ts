// Keys in PostgreSQL.
import type { KeyChanges, KeyStore, Rotation } from '../../keys/key-store.ts'
import { keyOfRow, keyRow } from '../key-row.ts'
import type { KeyColumns, KeyRow } from '../key-row.ts'
import type { PostgresConnection, Queries } from './connection.ts'

const columns = [
  'id',
  'name',
  'hash',
  'last4',
  'created_at_ms',
  'expires_at_ms',
  'revoked_at_ms',
  'models',
  'scopes',
  'tenant',
  'team',
  'user',
  'more',
  'pepper',
  'previous_hash',
  'previous_until_ms',
] as const satisfies readonly (keyof KeyColumns)[]

const names = columns.map((column) => `"${column}"`).join(', ')
const insertOne = `INSERT INTO keys (${names}) VALUES (${columns.map((_, index) => `$${index + 1}`).join(', ')})`
const select = 'SELECT keys.*, last_used_at_ms FROM keys LEFT JOIN key_uses ON key_uses.id = keys.id'
const revokeOne = 'UPDATE keys SET revoked_at_ms = $2 WHERE id = $1 AND revoked_at_ms IS NULL'
/** One statement, so that of two rotations at once neither loses the other's secret without a word. */
const rotateOne = `UPDATE keys SET previous_hash = hash, previous_until_ms = $2, hash = $3, pepper = $4, last4 = $5
WHERE id = $1 AND revoked_at_ms IS NULL`
const changeOne = `UPDATE keys SET name = $2, expires_at_ms = $3, models = $4, scopes = $5, tenant = $6, team = $7,
"user" = $8, more = $9 WHERE id = $1`

/** The store over a connection. Each answer is from the disk: what it says is so. */
export function createPostgresKeys(connection: PostgresConnection): KeyStore {
  return {
    add: async (key) => {
      const row = keyRow(key)
      await connection.run(
        insertOne,
        columns.map((column) => row[column]),
      )
    },
    list: async () => {
      const rows = await connection.rows<KeyRow>(`${select} ORDER BY created_at_ms, keys.id`)
      return rows.map(keyOfRow)
    },
    revoke: async (id, atMs) => {
      if ((await connection.run(revokeOne, [id, atMs])) > 0) return true
      return (await connection.rows('SELECT 1 FROM keys WHERE id = $1', [id])).length > 0
    },
    rotate: (id, rotation) => rotate(connection, id, rotation),
    change: (id, wanted) => connection.transaction((queries) => change(queries, id, wanted)),
    rehash: async (id, { from, to, pepper }) => {
      const rehashOne = 'UPDATE keys SET hash = $3, pepper = $4 WHERE id = $1 AND hash = $2'
      await connection.run(rehashOne, [id, from, to, pepper ?? null])
    },
    touch: async () => {
      await connection.run('UPDATE key_changes SET number = number + 1')
    },
    remove: (id) =>
      connection.transaction(async (queries) => {
        await queries.run('DELETE FROM key_uses WHERE id = $1', [id])
        return (await queries.run('DELETE FROM keys WHERE id = $1', [id])) > 0
      }),
    version: async () => {
      const [row] = await connection.rows<{ number: number }>('SELECT number FROM key_changes')
      return row?.number ?? 0
    },
  }
}

async function rotate(
  connection: PostgresConnection,
  id: string,
  { hash, pepper, last4, previousUntilMs }: Rotation,
): Promise<boolean> {
  return (await connection.run(rotateOne, [id, previousUntilMs, hash, pepper ?? null, last4])) > 0
}

/** The row is held from the reading on, so that of two changes at once neither undoes the other. */
async function change(queries: Queries, id: string, wanted: KeyChanges): Promise<boolean> {
  const [before] = await queries.rows<KeyRow>(
    `${select} WHERE keys.id = $1 AND revoked_at_ms IS NULL FOR UPDATE OF keys`,
    [id],
  )
  if (before === undefined) return false
  const { name, expires_at_ms: expiresAtMs, ...row } = keyRow({ ...keyOfRow(before), ...wanted })
  const { models, scopes, tenant, team, user, more } = row
  await queries.run(changeOne, [id, name, expiresAtMs, models, scopes, tenant, team, user, more])
  return true
}
