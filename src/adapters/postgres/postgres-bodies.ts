// Kept bodies in PostgreSQL. What is erased is gone from the table at once, and from its pages with the vacuum that follows.
import type { BodyStore, KeptBody } from '../../bodies/ports.ts'
import { bodyColumns, bodyConditions, bodyOf, bodyValues } from '../body-row.ts'
import type { BodyRow } from '../body-row.ts'
import type { PostgresConnection } from './connection.ts'
import { numbered } from './numbered.ts'

const update = bodyColumns.slice(1).map((column) => `${column} = excluded.${column}`)
const keepOne = `INSERT INTO bodies (${bodyColumns.join(', ')})
VALUES (${bodyColumns.map((_, index) => `$${index + 1}`).join(', ')})
ON CONFLICT (call_id) DO UPDATE SET ${update.join(', ')}`
const forgetExpired = `DELETE FROM bodies WHERE call_id IN
(SELECT call_id FROM bodies WHERE expires_at_ms < $1 ORDER BY expires_at_ms LIMIT $2 FOR UPDATE SKIP LOCKED)`

/** The store over a connection. */
export function createPostgresBodies(connection: PostgresConnection): BodyStore {
  return {
    keep: (bodies) =>
      connection.transaction(async (queries) => {
        for (const body of inOrder(bodies)) await queries.run(keepOne, bodyValues(body))
      }),
    list: async (filter, max) => {
      const { where, values } = bodyConditions(filter)
      const newest = `SELECT * FROM bodies${where} ORDER BY at_ms DESC, call_id LIMIT ?`
      return (await connection.rows<BodyRow>(numbered(newest), [...values, max])).map(bodyOf)
    },
    erase: async (filter) => {
      const { where, values } = bodyConditions(filter)
      const erased = await connection.run(numbered(`DELETE FROM bodies${where}`), values)
      // A snapshot that somebody else holds may keep the rows from going; the server's own vacuum takes them later.
      if (erased > 0) await connection.patiently((queries) => queries.run('VACUUM bodies')).catch(() => 0)
      return erased
    },
    forgetBefore: (timeMs, max) => connection.run(forgetExpired, [timeMs, max]),
  }
}

function inOrder(bodies: readonly KeptBody[]): readonly KeptBody[] {
  return bodies.toSorted((one, other) => (one.callId < other.callId ? -1 : 1))
}
