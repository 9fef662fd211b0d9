// Kept responses in SQLite. Prepared statements by hand: they run between the chunks of other calls, where building a
// query would take longer than the query.
import type { Database } from 'bun:sqlite'
import { linksMax } from '../../responses/conversation.ts'
import type { ResponseStore, WrittenResponse } from '../../responses/ports.ts'
import { enoughMs, responseColumns, responseOf, responseValues } from '../response-row.ts'
import type { ResponseRow } from '../response-row.ts'
import { attempted } from './lazy-connection.ts'
import type { LazyConnection } from './lazy-connection.ts'

const update = responseColumns.slice(2).map((column) => `${column} = excluded.${column}`)
const keepOne = `INSERT INTO responses (${responseColumns.join(', ')}) VALUES (${responseColumns.map(() => '?').join(', ')})
ON CONFLICT (tenant, id) DO UPDATE SET ${update.join(', ')}`
const keepItem = `INSERT INTO response_items (tenant, item_id, response_id) VALUES (?, ?, ?)
ON CONFLICT (tenant, item_id) DO UPDATE SET response_id = excluded.response_id`
const keepInputItem = `INSERT INTO response_items (tenant, item_id, response_id) VALUES (?, ?, ?)
ON CONFLICT (tenant, item_id) DO NOTHING`
const findOne = `SELECT ${responseColumns.join(', ')} FROM responses WHERE tenant = ? AND id = ?`
const findByItem = `SELECT ${responseColumns.map((column) => `responses.${column}`).join(', ')} FROM response_items
JOIN responses ON responses.tenant = response_items.tenant AND responses.id = response_items.response_id
WHERE response_items.tenant = ? AND response_items.item_id = ?`
/**
 * Goes back along a conversation, as far as one can be gone on with here, and writes only what expires too early. All of
 * it is looked at, because each turn is a little younger than the one before.
 */
const keepEarlier = `WITH RECURSIVE earlier (id, previous_id) AS (
  SELECT id, previous_id FROM responses WHERE tenant = $tenant AND id = $id
  UNION
  SELECT one.id, one.previous_id FROM earlier
  JOIN responses AS one ON one.tenant = $tenant AND one.id = earlier.previous_id
  LIMIT ${linksMax}
)
UPDATE responses SET expires_at_ms = $until
WHERE tenant = $tenant AND id IN (SELECT id FROM earlier) AND expires_at_ms < $enough`
const forget = `DELETE FROM responses WHERE rowid IN (
  SELECT rowid FROM responses WHERE expires_at_ms < ? ORDER BY expires_at_ms LIMIT ?)`

/** The store over this connection, which stays its owner's to close. */
export function createSqliteResponses({ raw }: LazyConnection): ResponseStore {
  return {
    keep: (responses) => attempted(() => keepAll(raw(), responses)),
    find: (id, tenant) =>
      attempted(() => responseOf(raw().query<ResponseRow, string[]>(findOne).get(tenant, id))),
    findByItem: (itemId, tenant) =>
      attempted(() => responseOf(raw().query<ResponseRow, string[]>(findByItem).get(tenant, itemId))),
    remove: (id, tenant) =>
      attempted(() => void raw().query('DELETE FROM responses WHERE tenant = ? AND id = ?').run(tenant, id)),
    forgetBefore: (timeMs, max) => attempted(() => forgetSome(raw(), timeMs, max)),
  }
}

function keepAll(database: Database, responses: readonly WrittenResponse[]): void {
  const write = database.transaction(() => {
    for (const response of responses) keep(database, response)
  })
  write.immediate()
}

function keep(database: Database, response: WrittenResponse): void {
  const { tenant, id, previousId, expiresAtMs, itemIds, inputIds } = response
  database.query(keepOne).run(...responseValues(response))
  database.query('DELETE FROM response_items WHERE tenant = ? AND response_id = ?').run(tenant, id)
  for (const itemId of itemIds) database.query(keepItem).run(tenant, itemId, id)
  for (const itemId of inputIds) database.query(keepInputItem).run(tenant, itemId, id)
  if (previousId === null) return
  database
    .query(keepEarlier)
    .run({ $tenant: tenant, $id: previousId, $until: expiresAtMs, $enough: enoughMs(response) })
}

/** In a transaction of its own; counted before, because what goes with a response counts as a change too. */
function forgetSome(database: Database, timeMs: number, max: number): number {
  const count = database.query<{ number: number }, number[]>(
    'SELECT count(*) AS number FROM (SELECT 1 FROM responses WHERE expires_at_ms < ? LIMIT ?)',
  )
  const work = database.transaction(() => {
    const number = count.get(timeMs, max)?.number ?? 0
    if (number > 0) database.query(forget).run(timeMs, max)
    return number
  })
  // Usually there is nothing to forget, and reading takes no lock from others.
  return (count.get(timeMs, max)?.number ?? 0) === 0 ? 0 : work.immediate()
}
