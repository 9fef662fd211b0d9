// The embedded database: SQLite through Bun's own binding, with Kysely on top for everything that is not on the path
// of a call. A commit is on the disk when it returns.
import { failureText } from '../../core/failure-text.ts'
import type * as KyselyParts from './kysely-apart.ts'
import { Database } from 'bun:sqlite'
import { existsSync } from 'node:fs'
import type { Kysely } from 'kysely'
import { appearAs } from '../appear-as.ts'
import { DatabaseError } from '../database-error.ts'
import { isCurrent, schemaVersion } from './schema-version.ts'
import { loadApart } from '../../platform/apart.ts'
import type { Tables } from './tables.ts'
import wholeSchema from './whole-schema.json' with { type: 'json' }

export interface SqliteDatabase {
  /** For what happens seldom. */
  query(): Promise<Kysely<Tables>>
  /** For what must be answered at once. */
  readonly raw: Database
  close(): void
}

/** Opens the database and brings it up to date. Safe when several processes do so at once. Rejects with DatabaseError. */
export async function openDatabase(path: string): Promise<SqliteDatabase> {
  try {
    if (!isThere(path)) makeDatabase(path)
    return await openExisting(path)
  } catch (failure) {
    throw asDatabaseError(path, failure)
  }
}

/** Whether there is one. What its last owner had not moved out of the log belongs to it and to no other. */
function isThere(path: string): boolean {
  // In this order: another process may be making it just now, and makes the log after it.
  const hasLog = existsSync(`${path}-wal`)
  if (existsSync(path)) return true
  if (hasLog) throw new Error(`it is gone, but ${path}-wal is there; put it back, or move that file away too`)
  return false
}

/** Made whole, from what the migrations come to (`npm run derive`), and in memory, so that nobody meets half a database, and synchronised once. */
function makeDatabase(path: string): void {
  const made = connect(':memory:')
  try {
    for (const statement of wholeSchema) made.raw.run(statement)
    made.raw.run(`PRAGMA user_version = ${schemaVersion}`)
    const image = made.raw.serialize()
    // "File format write version" and "read version" (sqlite.org/fileformat.html): with a write-ahead log. To have
    // SQLite change them in a file costs it several synchronisations.
    image.set([2, 2], 18)
    appearAs(path, image)
  } finally {
    made.close()
  }
}

async function openExisting(path: string): Promise<SqliteDatabase> {
  const database = connect(path)
  try {
    database.raw.run('PRAGMA journal_mode = WAL')
    database.raw.run('PRAGMA synchronous = FULL')
    database.raw.run('PRAGMA foreign_keys = ON')
    // The usual start finds everything done and asks this one question.
    if (!isCurrent(database.raw)) await migrateNow(database.raw)
    return database
  } catch (failure) {
    database.close()
    throw failure
  }
}

function connect(path: string): SqliteDatabase {
  const raw = new Database(path, { create: true, readwrite: true })
  raw.run('PRAGMA busy_timeout = 5000')
  const query = async (): Promise<Kysely<Tables>> => (await kyselyParts()).kyselyOver(raw)
  return { query, raw, close: () => raw.close() }
}

/** Loaded when it is first needed. */
function kyselyParts(): Promise<typeof KyselyParts> {
  const place = { file: './kysely-apart.ts', from: import.meta.url }
  return loadApart<typeof KyselyParts>('adapters/sqlite/kysely-apart', place)
}

async function migrateNow(raw: Database): Promise<void> {
  const { migrate } = await kyselyParts()
  await migrate(raw)
}

/** What an open database throws names neither itself nor a way out; this does. */
export function asDatabaseError(path: string, failure: unknown): DatabaseError {
  return new DatabaseError(path, problemOf(failure), failure)
}

function problemOf(failure: unknown): string {
  const problem = failureText(failure)
  const isSpoiled = /not a database|malformed/.test(problem)
  return isSpoiled ? `${problem}; put a backup in its place, or move it away to begin anew` : problem
}
