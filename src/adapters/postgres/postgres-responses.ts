// Kept responses in PostgreSQL.
import { linksMax } from '../../responses/conversation.ts'
import type { KeptResponse, ResponseStore, WrittenResponse } from '../../responses/ports.ts'
import { enoughMs, responseColumns, responseOf, responseValues } from '../response-row.ts'
import type { ResponseRow } from '../response-row.ts'
import type { PostgresConnection, Queries } from './connection.ts'
import { indexable } from './indexable.ts'

const update = responseColumns.slice(2).map((column) => `${column} = excluded.${column}`)
const keepOne = `INSERT INTO responses (${responseColumns.join(', ')})
VALUES (${responseColumns.map((_, index) => `$${index + 1}`).join(', ')})
ON CONFLICT (tenant, id) DO UPDATE SET ${update.join(', ')}`
const forgetItems = 'DELETE FROM response_items WHERE tenant = $1 AND response_id = $2'
const eachItem = `INSERT INTO response_items (tenant, item_id, response_id)
SELECT DISTINCT $1, item_id, $2 FROM unnest($3::text[]) AS item_id ORDER BY item_id
ON CONFLICT (tenant, item_id)`
const keepItems = `${eachItem} DO UPDATE SET response_id = excluded.response_id`
const keepInputItems = `${eachItem} DO NOTHING`
const findOne = `SELECT ${responseColumns.join(', ')} FROM responses WHERE tenant = $1 AND id = $2`
const findByItem = `SELECT ${responseColumns.map((column) => `responses.${column}`).join(', ')} FROM response_items
JOIN responses ON responses.tenant = response_items.tenant AND responses.id = response_items.response_id
WHERE response_items.tenant = $1 AND response_items.item_id = $2`
/**
 * Goes back along a conversation, as far as one can be gone on with here, and writes only what expires too early. All of
 * it is looked at, because each turn is a little younger than the one before.
 */
const keepEarlier = `WITH RECURSIVE earlier (id, previous_id) AS (
  SELECT id, previous_id FROM responses WHERE tenant = $1 AND id = $2
  UNION
  SELECT one.id, one.previous_id FROM earlier
  JOIN responses AS one ON one.tenant = $1 AND one.id = earlier.previous_id
)
UPDATE responses SET expires_at_ms = $3
WHERE tenant = $1 AND id IN (SELECT id FROM earlier LIMIT ${linksMax}) AND expires_at_ms < $4`
const forget = `DELETE FROM responses WHERE (tenant, id) IN (
  SELECT tenant, id FROM responses WHERE expires_at_ms < $1 ORDER BY expires_at_ms LIMIT $2
  FOR UPDATE SKIP LOCKED)`

/** The store over a connection. */
export function createPostgresResponses(connection: PostgresConnection): ResponseStore {
  const find = async (text: string, tenant: string, id: string): Promise<KeptResponse | undefined> => {
    const [row] = await connection.rows<ResponseRow>(text, [tenant, indexable(id)])
    return responseOf(row)
  }
  return {
    keep: (responses) =>
      connection.transaction(async (queries) => {
        for (const response of responses) await keep(queries, response)
      }),
    find: (id, tenant) => find(findOne, tenant, id),
    findByItem: (itemId, tenant) => find(findByItem, tenant, itemId),
    remove: async (id, tenant) => {
      await connection.run('DELETE FROM responses WHERE tenant = $1 AND id = $2', [tenant, id])
    },
    forgetBefore: (timeMs, max) => connection.run(forget, [timeMs, max]),
  }
}

async function keep(queries: Queries, response: WrittenResponse): Promise<void> {
  const { tenant, id, previousId, expiresAtMs, itemIds, inputIds } = response
  await queries.run(keepOne, responseValues(response))
  await queries.run(forgetItems, [tenant, id])
  if (itemIds.length > 0) await queries.run(keepItems, [tenant, id, itemIds.map(indexable)])
  if (inputIds.length > 0) await queries.run(keepInputItems, [tenant, id, inputIds.map(indexable)])
  if (previousId !== null) {
    await queries.run(keepEarlier, [tenant, previousId, expiresAtMs, enoughMs(response)])
  }
}
