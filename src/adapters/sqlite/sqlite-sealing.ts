// What sealing needs of SQLite: which keys may be needed, and the rows that may be sealed.
import type { Database } from 'bun:sqlite'
import type { SealableRows, SealKeyRegister } from '../../store/sealing.ts'
import { keptRowOf, sealableTables } from '../sealable-tables.ts'
import type { SealableColumns, SealableTable } from '../sealable-tables.ts'
import { attempted } from './lazy-connection.ts'

/** The register over this database. */
export function createSqliteSealKeys(raw: Database): SealKeyRegister {
  const all = 'SELECT id FROM encryption_keys ORDER BY id'
  return {
    ids: () =>
      attempted(() =>
        raw
          .query<{ readonly id: string }, []>(all)
          .all()
          .map(({ id }) => id),
      ),
    add: (id) =>
      attempted(() => void raw.query('INSERT OR IGNORE INTO encryption_keys (id) VALUES (?)').run(id)),
    remove: (id) => attempted(() => void raw.query('DELETE FROM encryption_keys WHERE id = ?').run(id)),
  }
}

/** Both tables that hold what was said. */
export function createSqliteSealableRows(raw: Database): readonly SealableRows[] {
  return sealableTables.map((shape) => rowsOf(raw, shape))
}

function rowsOf(raw: Database, shape: SealableTable): SealableRows {
  const { table, row, columns } = shape
  const [first, second] = columns
  const page = `SELECT rowid AS at, ${row} AS row, tenant, ${first} AS first, ${second} AS second
FROM ${table} WHERE rowid > ? ORDER BY rowid LIMIT ?`
  const replace = `UPDATE ${table} SET ${first} = ?, ${second} = ?
WHERE rowid = ? AND ${row} = ? AND ${first} = ? AND ${second} = ?`
  return {
    table,
    after: (at, max) =>
      attempted(() =>
        raw
          .query<SealableColumns, [number, number]>(page)
          .all(at, max)
          .map((found) => keptRowOf(shape, found)),
      ),
    replace: ({ at, place, texts: [one, other] }, [next, after]) =>
      attempted(() => raw.query(replace).run(next, after, at, place.row, one, other).changes === 1),
  }
}
