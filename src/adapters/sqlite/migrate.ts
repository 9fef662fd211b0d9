// Brings a database up to date, in one transaction: whoever comes second finds everything done, and whoever is killed
// has done nothing. There is no way back, because an older program cannot know what a newer one has written.
import type { Database } from 'bun:sqlite'
import type { Kysely } from 'kysely'
import { Migrator } from 'kysely/migration'
import { kyselyOver } from './kysely-over.ts'
import { migrations } from './migrations.ts'
import { isCurrent, schemaVersion } from './schema-version.ts'
import type { Tables } from './tables.ts'

/** Does what is left to do. Rejects with nothing done. */
export async function migrate(raw: Database): Promise<void> {
  raw.run('BEGIN IMMEDIATE')
  try {
    if (!isCurrent(raw)) await migrateToLatest(kyselyOver(raw))
    raw.run(`PRAGMA user_version = ${schemaVersion}`)
    raw.run('COMMIT')
  } catch (failure) {
    if (raw.inTransaction) raw.run('ROLLBACK')
    throw failure
  }
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
