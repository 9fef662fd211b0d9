// When keys were used last, in SQLite: written beside calls, so over the connection that waits for nobody.
import type { KeyUses } from '../../keys/key-store.ts'
import { attempted } from './lazy-connection.ts'
import type { LazyConnection } from './lazy-connection.ts'

/** The notes over a connection. Keys that are gone by now are passed over. */
export function createSqliteKeyUses(connection: LazyConnection): KeyUses {
  return {
    note: (ids, atMs) => attempted(() => note(connection, ids, atMs)),
  }
}

function note(connection: LazyConnection, ids: readonly string[], atMs: number): void {
  const raw = connection.raw()
  const use = raw.query<unknown, [number, string]>(
    `INSERT INTO key_uses (last_used_at_ms, id) SELECT ?, id FROM keys WHERE id = ?
          ON CONFLICT (id) DO UPDATE SET last_used_at_ms = max(last_used_at_ms, excluded.last_used_at_ms)`,
  )
  const all = raw.transaction(() => {
    for (const id of ids) use.run(atMs, id)
  })
  all.immediate()
}
