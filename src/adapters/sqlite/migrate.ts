// Brings a database up to date, in one transaction: whoever comes second finds everything done, and whoever is killed
// has done nothing. There is no way back, because an older program cannot know what a newer one has written.
import type { Database } from 'bun:sqlite'
import type { Kysely } from 'kysely'
import { Migrator } from 'kysely/migration'
import { migrations } from './migrations.ts'
import type { Tables } from './tables.ts'

/** How many migrations this program knows: what `user_version` says when all of them are done. */
const version = Object.keys(migrations).length

/** Whether nothing is left to do. Throws when a newer program was here. */
export function isCurrent(raw: Database): boolean {
  const row = raw.query<{ user_version: number }, []>('PRAGMA user_version').get()
  const found = row?.user_version ?? 0
  if (found > version) {
    throw new Error(`it was written by a newer Sallyport (${found} against ${version}); start that one`)
  }
  return found === version
}

/** Does what is left to do. Rejects with nothing done. */
export async function migrate({ raw, query }: Migrating): Promise<void> {
  raw.run('BEGIN IMMEDIATE')
  try {
    if (!isCurrent(raw)) await migrateToLatest(query)
    raw.run(`PRAGMA user_version = ${version}`)
    raw.run('COMMIT')
  } catch (failure) {
    if (raw.inTransaction) raw.run('ROLLBACK')
    throw failure
  }
}

interface Migrating {
  readonly raw: Database
  readonly query: Kysely<Tables>
}

async function migrateToLatest(query: Kysely<Tables>): Promise<void> {
  const migrator = new Migrator({
    db: query,
    provider: { getMigrations: () => Promise.resolve(migrations) },
    disableTransactions: true,
  })
  const { error } = await migrator.migrateToLatest()
  if (error !== undefined) throw error
}
