// Kept bodies in SQLite. Prepared statements by hand, as for kept responses. What is erased is overwritten in the file, and
// the log that may still hold it is brought in and emptied.
import type { Database, SQLQueryBindings } from 'bun:sqlite'
import type { BodyStore, KeptBody } from '../../bodies/ports.ts'
import { bodyColumns, bodyConditions, bodyOf, bodyValues } from '../body-row.ts'
import type { BodyRow } from '../body-row.ts'
import { attempted } from './lazy-connection.ts'
import type { LazyConnection } from './lazy-connection.ts'

const keepOne = `INSERT OR REPLACE INTO bodies (${bodyColumns.join(', ')}) VALUES (${bodyColumns.map(() => '?').join(', ')})`
const forgetExpired = `DELETE FROM bodies WHERE call_id IN
(SELECT call_id FROM bodies WHERE expires_at_ms < ? ORDER BY expires_at_ms LIMIT ?)`

/** The store over this connection, which stays its owner's to close. */
export function createSqliteBodies({ raw }: LazyConnection): BodyStore {
  return {
    keep: (bodies) => attempted(() => keepAll(raw(), bodies)),
    list: (filter, max) =>
      attempted(() => {
        const { where, values } = bodyConditions(filter)
        const newest = `SELECT * FROM bodies${where} ORDER BY at_ms DESC, call_id LIMIT ?`
        return raw()
          .query<BodyRow, SQLQueryBindings[]>(newest)
          .all(...values, max)
          .map(bodyOf)
      }),
    erase: (filter) =>
      attempted(() => {
        const { where, values } = bodyConditions(filter)
        const erased = overwriting(raw())
          .query(`DELETE FROM bodies${where}`)
          .run(...values).changes
        // Somebody who reads just now keeps a part of the log alive; the next one to empty it takes that away, too.
        raw().run('PRAGMA wal_checkpoint(TRUNCATE)')
        return erased
      }),
    forgetBefore: (timeMs, max) =>
      attempted(() => overwriting(raw()).query(forgetExpired).run(timeMs, max).changes),
  }
}

/** What is deleted from now on is written over with zeroes. */
function overwriting(database: Database): Database {
  database.run('PRAGMA secure_delete = ON')
  return database
}

function keepAll(database: Database, bodies: readonly KeptBody[]): void {
  const write = database.transaction(() => {
    for (const body of bodies) database.query(keepOne).run(...bodyValues(body))
  })
  write.immediate()
}
