// An empty database in PostgreSQL for a suite of contract tests, as two gateways see it.
import { openPostgres } from '../../src/adapters/postgres/open-postgres.ts'
import type { OpenPostgres } from '../../src/adapters/postgres/open-postgres.ts'
import { newPostgresDatabase } from '../servers/postgres.ts'

export interface PostgresPair {
  readonly url: string
  readonly one: OpenPostgres
  readonly other: OpenPostgres
}

const opened: OpenPostgres[] = []

/** Two connections to a new database, whose tables are made by whoever is first. */
export async function postgresPair(): Promise<PostgresPair> {
  const url = await newPostgresDatabase()
  return { url, one: open(url), other: open(url) }
}

function open(url: string): OpenPostgres {
  const database = openPostgres(url, () => {})
  opened.push(database)
  return database
}

/** For the end of a suite. */
export async function closePostgres(): Promise<void> {
  await Promise.all(opened.splice(0).map((database) => database.close()))
}
