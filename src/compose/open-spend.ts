// Opens what is known of spending, for commands beside a gateway that runs or not. What dead processes left in the spool is
// brought to the table first, as a gateway does it; a gateway that runs brings its own.
import { join } from 'node:path'
import { countUnstored } from '../adapters/spool/count-unstored.ts'
import { openLedger } from '../adapters/spool/open-ledger.ts'
import { openStoredNames } from '../adapters/sqlite/sqlite-attempts.ts'
import type { DataDirectory } from '../adapters/data-directory.ts'
import type { SpendReader } from '../ledger/ports.ts'
import { systemClock } from '../platform/system-clock.ts'
import { openKeys } from './open-store.ts'

export interface OpenSpend {
  readonly directory: DataDirectory
  readonly reader: SpendReader
  /** The names of keys that were made, by their ids. */
  readonly keyNames: ReadonlyMap<string, string>
  /** Attempts that have ended and are not in the table. */
  unstored(): number
  close(): Promise<void>
}

/** Rejects with DataDirectoryError or DatabaseError. */
export async function openSpend(path: string): Promise<OpenSpend> {
  const keys = await openKeys(path)
  const { directory } = keys
  const keyNames = new Map(keys.store.all().map(({ id, name }) => [id, name]))
  keys.close()
  const { path: folder, databasePath } = directory
  const ledger = openLedger({ directory: folder, databasePath, clock: systemClock })
  const { reader } = await ledger.upToDate()
  return {
    directory,
    reader,
    keyNames,
    unstored: () => {
      const table = openStoredNames(databasePath)
      try {
        return countUnstored(join(folder, 'spool'), (attempt) => table.has(attempt))
      } finally {
        table.close()
      }
    },
    close: async () => await ledger.close(),
  }
}
