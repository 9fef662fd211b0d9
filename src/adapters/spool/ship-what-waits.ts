// Ships what gateways that are gone have left in the spool, for whoever needs all of it in the database now.
import { basename, join } from 'node:path'
import { openAttemptStore } from '../sqlite/sqlite-attempts.ts'
import { Shipper } from './shipper.ts'
import { foldersIn } from './spool-bytes.ts'

export interface Shipped {
  /** Of attempts whose process ended before them, which are in the database as estimates. */
  readonly crashed: number
  /** Copies of segments with lines that nobody can read. */
  readonly badFiles: readonly string[]
}

/** Records that cannot be shipped now. The message says what to do. */
export class StillWaiting extends Error {}

/** Rejects with StillWaiting where something is left. */
export async function shipWhatWaits(
  directory: string,
  databasePath: string,
  nowMs: () => number,
): Promise<Shipped> {
  const root = join(directory, 'spool')
  const ownName = `move-${crypto.randomUUID().slice(0, 8)}`
  const shipper = new Shipper({ root, ownName, openStore: () => openAttemptStore(databasePath), nowMs })
  const nothing = { segment: '', bytes: 0 }
  const { crashed, badFiles, troubles } = await shipper.pass(nothing)
  await shipper.stop(nothing)
  if (troubles.length > 0) {
    throw new StillWaiting(
      `Usage records in ${root} cannot be read: ${troubles.join('; ')}. Mend that first.`,
    )
  }
  const left = foldersIn(root).map((path) => basename(path))
  if (left.length > 0) {
    throw new StillWaiting(
      `Usage records wait in ${root} that a gateway elsewhere may still be writing (${left.join(', ')}). ` +
        'Where it is gone for good, do this again in a minute.',
    )
  }
  return { crashed, badFiles }
}
