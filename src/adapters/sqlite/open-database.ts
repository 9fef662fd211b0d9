// The embedded database: SQLite through Bun's own binding, with Kysely on top for everything that is not on the path
// of a call. A commit is on the disk when it returns.
import { Database } from 'bun:sqlite'
import { Kysely, SqliteDialect } from 'kysely'
import { Migrator } from 'kysely/migration'
import { migrations } from './migrations.ts'
import type { Tables } from './tables.ts'

/** The database cannot be used. The message says why and what to do. */
export class DatabaseError extends Error {
  constructor(path: string, problem: string, cause?: unknown) {
    super(`The database ${path} cannot be used: ${problem}.`, { cause })
  }
}

export interface SqliteDatabase {
  /** For what happens seldom. */
  readonly query: Kysely<Tables>
  /** For what must be answered at once. */
  readonly raw: Database
  close(): Promise<void>
}

/** How many migrations this program knows: what `user_version` says when all of them are done. */
const version = Object.keys(migrations).length

/** Opens the database and brings it up to date. Safe when two processes do so at once. Rejects with DatabaseError. */
export async function openDatabase(path: string): Promise<SqliteDatabase> {
  try {
    const raw = new Database(path, { create: true, readwrite: true })
    raw.run('PRAGMA busy_timeout = 5000')
    raw.run('PRAGMA journal_mode = WAL')
    raw.run('PRAGMA synchronous = FULL')
    raw.run('PRAGMA foreign_keys = ON')
    const query = new Kysely<Tables>({ dialect: new SqliteDialect({ database: asKyselyWants(raw) }) })
    await migrate(path, raw, query)
    return { query, raw, close: () => query.destroy() }
  } catch (failure) {
    if (failure instanceof DatabaseError) throw failure
    throw new DatabaseError(path, failure instanceof Error ? failure.message : String(failure), failure)
  }
}

/** The usual start finds everything done and asks one question. */
async function migrate(path: string, raw: Database, query: Kysely<Tables>): Promise<void> {
  const found = versionOf(raw)
  if (found === version) return
  if (found > version) {
    throw new DatabaseError(path, `it was written by a newer Sallyport (${found} against ${version}); start that one`)
  }
  const migrator = new Migrator({ db: query, provider: { getMigrations: () => Promise.resolve(migrations) } })
  for (let tries = 0; ; tries += 1) {
    const { error } = await migrator.migrateToLatest()
    if (error === undefined) break
    // Another process may be doing the same; when it has, nothing is left to do.
    if (tries === 5) throw new DatabaseError(path, 'it could not be brought up to date', error)
  }
  raw.run(`PRAGMA user_version = ${version}`)
}

function versionOf(raw: Database): number {
  const row = raw.query<{ user_version: number }, []>('PRAGMA user_version').get()
  return row?.user_version ?? 0
}

/** Kysely's dialect asks for better-sqlite3; Bun's binding has the same, but for the word `reader`. */
function asKyselyWants(raw: Database): ConstructorParameters<typeof SqliteDialect>[0]['database'] {
  const wanted = {
    close: () => raw.close(),
    prepare: (sql: string) => {
      const statement = raw.prepare(sql)
      return {
        reader: statement.columnNames.length > 0,
        all: (parameters: readonly unknown[]) => statement.all(...(parameters as never[])),
        run: (parameters: readonly unknown[]) => statement.run(...(parameters as never[])),
        iterate: (parameters: readonly unknown[]) => statement.iterate(...(parameters as never[])),
      }
    },
  }
  return wanted as unknown as ConstructorParameters<typeof SqliteDialect>[0]['database']
}
