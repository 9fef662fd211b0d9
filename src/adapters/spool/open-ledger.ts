// Puts the ledger together on this machine: segments in the data directory, a thread that ships them, SQLite.
import { join } from 'node:path'
import type { Clock } from '../../core/clock.ts'
import { Ledger } from '../../ledger/ledger.ts'
import type { LedgerLog } from '../../ledger/ports.ts'
import { openAttemptFinder } from '../sqlite/sqlite-attempts.ts'
import { thisProcess } from '../../platform/process-life.ts'
import { spoolBytesUnder } from './spool-bytes.ts'
import { SegmentWriter } from './segment-writer.ts'
import { WorkerShipping } from './worker-shipping.ts'

export interface LedgerPlaces {
  /** The data directory; the spool is a folder in it. */
  readonly directory: string
  /** The database, in which the table of attempts is there already. */
  readonly databasePath: string
  readonly clock: Clock
  readonly log?: LedgerLog
}

/** Opens the ledger. Nothing is written before the first attempt, and no thread started before `start`. */
export function openLedger({ directory, databasePath, clock, log }: LedgerPlaces): Ledger {
  const root = join(directory, 'spool')
  const ownName = `${thisProcess().pid}-${crypto.randomUUID().slice(0, 8)}`
  const writer = new SegmentWriter(join(root, ownName))
  return new Ledger({
    writer,
    startShipping: () => new WorkerShipping({ root, ownName, databasePath }, () => writer.position()),
    // What earlier processes could not ship counts, too: else each restart would fill the disk some more.
    bytesBefore: spoolBytesUnder(root),
    openFinder: () => openAttemptFinder(databasePath),
    clock,
    log,
  })
}
