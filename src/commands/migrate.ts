// `sallyport migrate`: everything that is kept in SQLite, carried into an empty PostgreSQL. Nothing is taken away where it
// was, and nothing is in the new place before all of it is.
import type * as NewHomeParts from '../adapters/postgres/take-over-apart.ts'
import type { NewHome } from '../adapters/postgres/take-over-apart.ts'
import type { Moved } from '../adapters/postgres/take-over.ts'
import { isInUse, openDataDirectory } from '../adapters/data-directory.ts'
import type { DataDirectory } from '../adapters/data-directory.ts'
import { shipWhatWaits } from '../adapters/spool/ship-what-waits.ts'
import { lockAlone, refuseBesideGateway } from '../adapters/sqlite/alone.ts'
import { openDatabase } from '../adapters/sqlite/open-database.ts'
import type { SqliteDatabase } from '../adapters/sqlite/open-database.ts'
import { createSqliteAuditTrail } from '../adapters/sqlite/sqlite-audit-trail.ts'
import { sqliteTableSource } from '../adapters/sqlite/sqlite-table-source.ts'
import { loadApart } from '../platform/apart.ts'
import { systemClock } from '../platform/system-clock.ts'
import { alignedTable } from './aligned-table.ts'
import type { ProcessPort } from './process-port.ts'
import { readNewAddress } from './read-new-address.ts'

export interface MigrateOptions {
  readonly to: string
  readonly dataDir?: string
}

/** Resolves with 0 when all of it is there. */
export async function migrate(port: ProcessPort, options: MigrateOptions): Promise<number> {
  const folder = options.dataDir ?? '.sallyport'
  const url = readNewAddress(options.to, port)
  if (!isInUse(folder)) {
    throw new Error(
      `There is no SQLite database in ${folder}: nothing is to be moved, or --data-dir is another.`,
    )
  }
  refuseBesideGateway(folder, 'move')
  const home = await openHome(url)
  try {
    refuse(await home.whyNot())
    const directory = openDataDirectory(folder)
    await shipAll(port, directory)
    const moved = await move(port, directory, home)
    sayMoved(port, moved, { label: home.label, to: options.to, databasePath: directory.databasePath })
    return 0
  } finally {
    await home.close()
  }
}

async function openHome(url: string): Promise<NewHome> {
  const place = { file: '../adapters/postgres/take-over-apart.ts', from: import.meta.url }
  const parts = await loadApart<typeof NewHomeParts>('adapters/postgres/take-over-apart', place)
  return parts.openNewHome(url)
}

function refuse(problem: string | undefined): void {
  if (problem !== undefined) throw new Error(problem)
}

/** What was not in the database yet would be left behind. */
async function shipAll(port: ProcessPort, { path, databasePath }: DataDirectory): Promise<void> {
  // Looked at before anything is written, and brought up to date by whoever is alone with it.
  await alone(databasePath, async () => {})
  const { crashed, badFiles } = await shipWhatWaits(path, databasePath, systemClock.wallMs)
  if (crashed > 0) port.printError(`${crashed} attempts that never ended were recorded as crashed.\n`)
  for (const file of badFiles) port.printError(`Lines that cannot be read are kept in ${file}.\n`)
}

async function alone<Answer>(
  databasePath: string,
  work: (database: SqliteDatabase) => Promise<Answer>,
): Promise<Answer> {
  const database = await openDatabase(databasePath)
  try {
    lockAlone(database.raw)
    return await work(database)
  } finally {
    database.close()
  }
}

/** Both trails tell of it: the entry is in what is carried over. */
async function move(port: ProcessPort, directory: DataDirectory, home: NewHome): Promise<Moved> {
  return await alone(directory.databasePath, async ({ raw }) => {
    const trail = createSqliteAuditTrail(raw)
    const by = { actor: 'cli', address: '', before: null, after: null } as const
    const act = { ...by, action: 'database.move', subject: home.label } as const
    await trail.append({ ...act, outcome: 'done' }, systemClock.wallMs())
    try {
      const taken = await home.takeOver({
        source: sqliteTableSource(raw),
        peppers: directory.peppers(),
        onProgress: progressTo(port),
      })
      if (taken.kind === 'refused') throw new Error(taken.problem)
      return taken
    } catch (failure) {
      await trail.append({ ...act, outcome: 'failed' }, systemClock.wallMs())
      throw failure
    }
  })
}

const progressMs = 2_000

/** Says now and then how far it is. */
function progressTo(port: ProcessPort): (table: string, rows: number, count: number) => void {
  let saidMs = systemClock.nowMs()
  return (table, rows, count) => {
    if (systemClock.nowMs() - saidMs < progressMs) return
    saidMs = systemClock.nowMs()
    port.print(`${table}: ${rows} of ${count}\n`)
  }
}

interface Places {
  readonly label: string
  readonly to: string
  readonly databasePath: string
}

function sayMoved(port: ProcessPort, { rows, trail }: Moved, { label, to, databasePath }: Places): void {
  const lines = [...rows].map(([table, count]) => [table, count])
  port.print(alignedTable(['table', 'rows'], lines))
  if (!trail.isWhole) {
    port.printError(`Mind that the audit trail is broken at entry ${trail.brokenNumber}: ${trail.problem}.\n`)
  }
  port.print(
    `All of it is in ${label}. Write "database: ${to}" into the config before the next start.\n` +
      `${databasePath} was left as it was, with everything in it: put it away once the gateway runs without it.\n`,
  )
}
