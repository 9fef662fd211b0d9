// Opens what is kept of prompts and answers, for commands beside a gateway that runs or not. Whatever is erased is written
// down first: an erasing that cannot be written down is not done.
import { openDataDirectory } from '../adapters/data-directory.ts'
import type { DataDirectory } from '../adapters/data-directory.ts'
import { sealedBodies } from '../adapters/encryption/sealed-stores.ts'
import { openDatabase } from '../adapters/sqlite/open-database.ts'
import { createSqliteAuditTrail } from '../adapters/sqlite/sqlite-audit-trail.ts'
import { createSqliteBodies } from '../adapters/sqlite/sqlite-bodies.ts'
import type { AuditActor } from '../audit/audit-trail.ts'
import { filterText } from '../bodies/filter-text.ts'
import type { BodyFilter, BodyStore } from '../bodies/ports.ts'
import { systemClock } from '../platform/system-clock.ts'
import type { Sealer } from '../store/sealing.ts'

export interface OpenBodies {
  readonly directory: DataDirectory
  readonly store: Pick<BodyStore, 'list' | 'erase'>
  close(): void
}

/** What was sealed is opened with this sealer. Rejects with DataDirectoryError or DatabaseError. */
export async function openBodies(path: string, by: AuditActor, sealer: Sealer): Promise<OpenBodies> {
  const directory = openDataDirectory(path)
  const { raw, close } = await openDatabase(directory.databasePath)
  const store = sealedBodies(createSqliteBodies({ raw: () => raw, close }), () => sealer)
  const trail = createSqliteAuditTrail(raw)
  const erase = async (filter: BodyFilter): Promise<number> => {
    const said = {
      ...by,
      action: 'bodies.erase',
      subject: filterText(filter),
      before: null,
      after: null,
    } as const
    trail.append({ ...said, outcome: 'done' }, systemClock.wallMs())
    try {
      return await store.erase(filter)
    } catch (failure) {
      trail.append({ ...said, outcome: 'failed' }, systemClock.wallMs())
      throw failure
    }
  }
  return { directory, store: { list: (...asked) => store.list(...asked), erase }, close }
}
