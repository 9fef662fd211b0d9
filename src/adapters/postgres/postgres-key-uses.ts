// When keys were used last, in PostgreSQL.
import type { KeyUses } from '../../keys/key-store.ts'
import type { PostgresConnection } from './connection.ts'

/** In the order of their ids, so that two gateways that note the same keys wait for each other and do not block. */
const noteAll = `INSERT INTO key_uses (id, last_used_at_ms)
SELECT id, $2 FROM keys WHERE id = ANY ($1::text[]) ORDER BY id
ON CONFLICT (id) DO UPDATE SET last_used_at_ms = greatest(key_uses.last_used_at_ms, excluded.last_used_at_ms)`

/** The notes over a connection. Keys that are gone by now are passed over. */
export function createPostgresKeyUses(connection: PostgresConnection): KeyUses {
  return {
    note: async (ids, atMs) => {
      await connection.run(noteAll, [ids, atMs])
    },
  }
}
