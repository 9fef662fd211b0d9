// Everything in a SQLite database, row by row, over a connection that nobody writes beside.
import type { Database } from 'bun:sqlite'
import type { StoredRow, TableSource } from '../table-source.ts'
import { asDatabaseError } from './open-database.ts'

/** What SQLite and its migrations keep for themselves, and a count that each database has of its own. */
const isOwn = /^(sqlite_|kysely_|key_changes$)/

interface ListedTable {
  readonly name: string
  /** Whether it has no row ids: then its rows lie in the order of their keys. */
  readonly wr: number
}

/** The tables over an open database, which stays its owner's to close. */
export function sqliteTableSource(raw: Database): TableSource {
  const told = <Answer>(work: () => Answer): Answer => {
    try {
      return work()
    } catch (failure) {
      throw asDatabaseError(raw.filename, failure)
    }
  }
  const listed = told(() =>
    raw
      .query<ListedTable, []>(
        "SELECT name, wr FROM pragma_table_list WHERE schema = 'main' AND type = 'table'",
      )
      .all()
      .filter(({ name }) => !isOwn.test(name)),
  )
  return {
    label: raw.filename,
    tables: () => listed.map(({ name }) => name),
    count: (table) => told(() => numberFrom(raw, `SELECT count(*) AS number FROM ${table}`)),
    lastNumber: (table) =>
      told(() => numberFrom(raw, 'SELECT max(seq) AS number FROM sqlite_sequence WHERE name = ?', table)),
    *rows(table) {
      const order = listed.some(({ name, wr }) => name === table && wr === 0) ? ' ORDER BY rowid' : ''
      const rows = told(() => raw.query<StoredRow, []>(`SELECT * FROM ${table}${order}`).iterate())
      for (;;) {
        const next = told(() => rows.next())
        if (next.done === true) return
        yield next.value
      }
    },
  }
}

function numberFrom(raw: Database, text: string, ...values: string[]): number {
  return raw.query<{ number: number | null }, string[]>(text).get(...values)?.number ?? 0
}
