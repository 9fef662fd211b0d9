// `sallyport backup` and `sallyport restore`: everything that is kept in the database, with the peppers, in one file.
// The config is not in it: it lies in a file of the operator's already.
import { resolve } from 'node:path'
import { writeBackup } from '../adapters/sqlite/backup.ts'
import { restoreBackup } from '../adapters/sqlite/restore.ts'
import { openDataDirectory } from '../adapters/data-directory.ts'
import { openDatabase } from '../adapters/sqlite/open-database.ts'
import { createSqliteAuditTrail } from '../adapters/sqlite/sqlite-audit-trail.ts'
import { systemClock } from '../platform/system-clock.ts'
import { keptPlace } from './kept-place.ts'
import type { CommonOptions } from './options.ts'
import type { ProcessPort } from './process-port.ts'

const by = { actor: 'cli', address: '' } as const

/** Writes a backup, also while a gateway runs. */
export async function backup(port: ProcessPort, file: string, options: CommonOptions): Promise<number> {
  await refuseElsewhere(port, options)
  const directory = openDataDirectory(options.dataDir ?? '.sallyport')
  const { raw, close } = await openDatabase(directory.databasePath)
  try {
    const trail = createSqliteAuditTrail(raw)
    const nowMs = systemClock.wallMs()
    const act = {
      ...by,
      action: 'database.backup',
      subject: resolve(file),
      before: null,
      after: null,
    } as const
    await trail.append({ ...act, outcome: 'done' }, nowMs)
    try {
      const madeAt = new Date(nowMs).toISOString()
      writeBackup(raw, resolve(file), { peppers: directory.peppers(), madeAt })
    } catch (failure) {
      await trail.append({ ...act, outcome: 'failed' }, systemClock.wallMs())
      throw failure
    }
    port.print(
      `The backup is in ${file}. Whoever has it has the hashes of all keys: keep it as you keep them.\n`,
    )
    return 0
  } finally {
    close()
  }
}

/** Puts a backup in the place of the database. No gateway may run. */
export async function restore(port: ProcessPort, file: string, options: CommonOptions): Promise<number> {
  await refuseElsewhere(port, options)
  const directory = options.dataDir ?? '.sallyport'
  const { madeAt, kept, trail } = await restoreBackup(file, directory, { by, nowMs: systemClock.wallMs() })
  port.print(`Restored what was backed up on ${madeAt}.\n`)
  if (kept !== undefined) port.print(`What was there before is kept as ${kept}.\n`)
  if (!trail.isWhole) {
    port.printError(`Mind that its audit trail is broken at entry ${trail.brokenNumber}: ${trail.problem}.\n`)
  }
  return 0
}

/** What lies in PostgreSQL is backed up by its own tools, which also know how to do it without a pause. */
async function refuseElsewhere(port: ProcessPort, options: CommonOptions): Promise<void> {
  const { database } = await keptPlace(port, options)
  if (database.kind === 'sqlite') return
  throw new Error(
    'What is kept is in PostgreSQL: back it up with "pg_dump --schema=sallyport --format=custom", and put it back with "pg_restore".',
  )
}
