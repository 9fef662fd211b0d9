// Kysely over Bun's own SQLite binding.
import type { Database, SQLQueryBindings } from 'bun:sqlite'
import { Kysely, SqliteDialect } from 'kysely'
import type { SqliteDatabase, SqliteStatement } from 'kysely'
import type { Tables } from './tables.ts'

/** Queries over an open database, which stays its owner's to close. */
export function kyselyOver(raw: Database): Kysely<Tables> {
  return new Kysely<Tables>({ dialect: new SqliteDialect({ database: asKyselyWants(raw) }) })
}

/** Kysely's dialect asks for better-sqlite3; Bun's binding has the same, but for the word `reader`. */
function asKyselyWants(raw: Database): SqliteDatabase {
  return {
    close: () => {},
    prepare: (sql): SqliteStatement => {
      const statement = raw.prepare<unknown, SQLQueryBindings[]>(sql)
      return {
        reader: statement.columnNames.length > 0,
        all: (parameters) => statement.all(...(parameters as SQLQueryBindings[])),
        run: (parameters) => statement.run(...(parameters as SQLQueryBindings[])),
        iterate: (parameters) => statement.iterate(...(parameters as SQLQueryBindings[])),
      }
    },
  }
}
