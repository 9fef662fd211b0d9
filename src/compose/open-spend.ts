// Opens what is known of spending, for commands beside a gateway that runs or not. What dead processes left in the spool is
// brought to the table first, as a gateway does it; a gateway that runs brings its own.
import { join } from 'node:path'
import { endedInSpool } from '../adapters/spool/ended-in-spool.ts'
import { openLedger } from '../adapters/spool/open-ledger.ts'
import type { DataDirectory } from '../adapters/data-directory.ts'
import type { SpendReader } from '../ledger/ports.ts'
import { systemClock } from '../platform/system-clock.ts'
import type { KeptPlace } from './database-place.ts'
import { openDurable } from './open-durable.ts'

export interface OpenSpend {
  readonly directory: DataDirectory
  readonly reader: SpendReader
  /** The names of keys that were made, by their ids. */
  readonly keyNames: ReadonlyMap<string, string>
  /** Attempts that have ended, lie on this machine and are not in the table. */
  unstored(): Promise<number>
  close(): Promise<void>
}

/** Rejects with DataDirectoryError, DatabaseError or BadPostgresAddress. */
export async function openSpend(place: KeptPlace): Promise<OpenSpend> {
  const durable = await openDurable(place)
  const { directory, store, table } = durable
  try {
    const keyNames = new Map((await store.list()).map(({ id, name }) => [id, name]))
    const ledger = openLedger({ directory: directory.path, table, clock: systemClock })
    const { reader } = await ledger.upToDate()
    return {
      directory,
      reader,
      keyNames,
      unstored: async () => {
        const ended = endedInSpool(join(directory.path, 'spool'))
        return ended.length === 0 ? 0 : ended.length - (await durable.storedAmong(ended))
      },
      close: async () => {
        await ledger.close()
        await durable.close()
      },
    }
  } catch (failure) {
    await durable.close()
    throw failure
  }
}
