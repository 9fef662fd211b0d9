// Brings the tables up to date, in one transaction that one process at a time is in: several that start at once find it
// done, and one that is killed has done nothing. A database that is ahead, because a newer gateway was here, is used as it
// is: no migration takes away what the version before it needs.
import type { PostgresConnection, Queries } from './connection.ts'
import { postgresMigrations } from './migrations.ts'
import type { PostgresMigration } from './migrations.ts'

export interface Migrated {
  /** Done just now. */
  readonly done: readonly string[]
  /** Done by a newer version, unknown to this one. */
  readonly unknown: readonly string[]
}

/** Any number, the same in all versions. */
const lockNumber = 411_700_001

/** Does what is left to do. Rejects with nothing done. */
export async function migratePostgres(
  connection: PostgresConnection,
  migrations: readonly PostgresMigration[] = postgresMigrations,
): Promise<Migrated> {
  // The usual start finds everything done, and takes no lock.
  const before = await doneIn(connection)
  const isDone = migrations.every(({ name }) => before.has(name))
  const done = isDone ? [] : await connection.patiently((queries) => migrateAll(queries, migrations))
  const known = new Set(migrations.map(({ name }) => name))
  return { done, unknown: [...before].filter((name) => !known.has(name)) }
}

async function doneIn(queries: Queries): Promise<ReadonlySet<string>> {
  const [table] = await queries.rows<{ is_there: boolean }>(
    "SELECT to_regclass('sallyport.migrations') IS NOT NULL AS is_there",
  )
  if (table?.is_there !== true) return new Set()
  const rows = await queries.rows<{ name: string }>('SELECT name FROM sallyport.migrations')
  return new Set(rows.map(({ name }) => name))
}

async function migrateAll(
  queries: Queries,
  migrations: readonly PostgresMigration[],
): Promise<readonly string[]> {
  await queries.run('BEGIN')
  await queries.run('SELECT pg_advisory_xact_lock($1)', [lockNumber])
  await prepare(queries)
  const before = await doneIn(queries)
  const left = migrations.filter(({ name }) => !before.has(name))
  for (const { name, up } of left) {
    await queries.run(up)
    await queries.run('INSERT INTO sallyport.migrations (name) VALUES ($1)', [name])
  }
  await queries.run('COMMIT')
  return left.map(({ name }) => name)
}

/** Asked first: whoever may not make a schema may have been given one. */
async function prepare(queries: Queries): Promise<void> {
  const [schema] = await queries.rows<{ is_there: boolean }>(
    "SELECT to_regnamespace('sallyport') IS NOT NULL AS is_there",
  )
  if (schema?.is_there !== true) await queries.run('CREATE SCHEMA sallyport')
  await queries.run(`CREATE TABLE IF NOT EXISTS sallyport.migrations
(name text PRIMARY KEY, at timestamptz NOT NULL DEFAULT now())`)
}
