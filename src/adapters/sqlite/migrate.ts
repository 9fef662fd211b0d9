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
    if (!isCurrent(raw)) {
      mendTimes(raw)
      await migrateToLatest(kyselyOver(raw))
    }
    raw.run(`PRAGMA user_version = ${schemaVersion}`)
    raw.run('COMMIT')
  } catch (failure) {
    if (raw.inTransaction) raw.run('ROLLBACK')
    throw failure
  }
}

/** Databases that were made whole for a while say nothing of when, and the migrator reads no more of such a history. */
function mendTimes(raw: Database): void {
  const history = raw.query("SELECT 1 FROM sqlite_schema WHERE name = 'kysely_migration'").get()
  if (history === null) return
  raw.run("UPDATE kysely_migration SET timestamp = '1970-01-01T00:00:00.000Z' WHERE timestamp = ''")
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
