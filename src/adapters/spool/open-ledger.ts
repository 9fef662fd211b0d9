// Puts the ledger together on this machine: segments in the data directory, and a thread that ships them.
import { join } from 'node:path'
import type { Clock } from '../../core/clock.ts'
import { Ledger } from '../../ledger/ledger.ts'
import type { AttemptFinder, LedgerLog } from '../../ledger/ports.ts'
import { openAttemptFinder } from '../sqlite/sqlite-attempts.ts'
import { thisProcess } from '../../platform/process-life.ts'
import { spoolBytesUnder } from './spool-bytes.ts'
import { SegmentWriter } from './segment-writer.ts'
import { WorkerShipping } from './worker-shipping.ts'
import type { ShippingThread } from './worker-shipping.ts'

export interface LedgerPlaces {
  /** The data directory; the spool is a folder in it. */
  readonly directory: string
  readonly table: AttemptTable
  readonly clock: Clock
  readonly log?: LedgerLog
}

/** The table of attempts: who writes it, and how it is read. */
export interface AttemptTable {
  readonly thread: ShippingThread
  /** What the thread finds it by. */
  readonly place: string
  openFinder(): AttemptFinder
}

/** The table in an SQLite database, in which it is there already. */
export function sqliteTable(databasePath: string): AttemptTable {
  return {
    thread: {
      path: 'adapters/spool/ship-worker',
      source: { file: './ship-worker.ts', from: import.meta.url },
    },
    place: databasePath,
    openFinder: () => openAttemptFinder(databasePath),
  }
}

/** Opens the ledger. Nothing is written before the first attempt, and no thread started before `start`. */
export function openLedger({ directory, table, clock, log }: LedgerPlaces): Ledger {
  const root = join(directory, 'spool')
  const ownName = `${thisProcess().pid}-${crypto.randomUUID().slice(0, 8)}`
  const writer = new SegmentWriter(join(root, ownName))
  const { place, thread } = table
  return new Ledger({
    writer,
    startShipping: () => new WorkerShipping({ root, ownName, place }, thread, () => writer.position()),
    // What earlier processes could not ship counts, too: else each restart would fill the disk some more.
    bytesBefore: spoolBytesUnder(root),
    openFinder: () => table.openFinder(),
    clock,
    log,
  })
}
