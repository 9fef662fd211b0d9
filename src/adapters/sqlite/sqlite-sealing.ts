// What sealing needs of SQLite: which keys may be needed, and the rows that may be sealed.
import type { Database } from 'bun:sqlite'
import type { KeptRow, SealableRows, SealKeyRegister } from '../../store/sealing.ts'
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

interface Row {
  readonly at: number
  readonly row: string
  readonly tenant: string
  readonly first: string
  readonly second: string
}

/** Both tables that hold what was said. */
export function createSqliteSealableRows(raw: Database): readonly SealableRows[] {
  return [
    rowsOf(raw, { table: 'responses', row: 'id', columns: ['input', 'body'] }),
    rowsOf(raw, { table: 'bodies', row: 'call_id', columns: ['prompt', 'answer'] }),
  ]
}

interface Shape {
  readonly table: 'responses' | 'bodies'
  readonly row: string
  readonly columns: readonly [string, string]
}

function rowsOf(raw: Database, { table, row, columns: [first, second] }: Shape): SealableRows {
  const page = `SELECT rowid AS at, ${row} AS row, tenant, ${first} AS first, ${second} AS second
FROM ${table} WHERE rowid > ? ORDER BY rowid LIMIT ?`
  const replace = `UPDATE ${table} SET ${first} = ?, ${second} = ?
WHERE rowid = ? AND ${row} = ? AND ${first} = ? AND ${second} = ?`
  return {
    table,
    after: (at, max) =>
      attempted(() =>
        raw
          .query<Row, [number, number]>(page)
          .all(at, max)
          .map(({ at: here, row: name, tenant, first: one, second: other }): KeptRow => {
            return { at: here, place: { table, row: name, tenant }, texts: [one, other] }
          }),
      ),
    replace: ({ at, place, texts: [one, other] }, [next, after]) =>
      attempted(() => raw.query(replace).run(next, after, at, place.row, one, other).changes === 1),
  }
}
