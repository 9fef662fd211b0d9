// Opens what is kept of prompts and answers, for commands beside a gateway that runs or not. Whatever is erased is written
// down first: an erasing that cannot be written down is not done.
import type { DataDirectory } from '../adapters/data-directory.ts'
import { sealedBodies } from '../adapters/encryption/sealed-stores.ts'
import type { AuditActor } from '../audit/audit-trail.ts'
import { filterText } from '../bodies/filter-text.ts'
import type { BodyFilter, BodyStore } from '../bodies/ports.ts'
import { systemClock } from '../platform/system-clock.ts'
import type { Sealer } from '../store/sealing.ts'
import type { KeptPlace } from './database-place.ts'
import { openDurable } from './open-durable.ts'

export interface OpenBodies {
  readonly directory: DataDirectory
  readonly store: Pick<BodyStore, 'list' | 'erase'>
  close(): Promise<void>
}

/** What was sealed is opened with this sealer. Rejects with DataDirectoryError, DatabaseError or BadPostgresAddress. */
export async function openBodies(place: KeptPlace, by: AuditActor, sealer: Sealer): Promise<OpenBodies> {
  const { directory, kept, trail, close } = await openDurable(place)
  const store = sealedBodies(kept.bodies, () => sealer)
  const erase = async (filter: BodyFilter): Promise<number> => {
    const said = {
      ...by,
      action: 'bodies.erase',
      subject: filterText(filter),
      before: null,
      after: null,
    } as const
    await trail.append({ ...said, outcome: 'done' }, systemClock.wallMs())
    try {
      return await store.erase(filter)
    } catch (failure) {
      await trail.append({ ...said, outcome: 'failed' }, systemClock.wallMs())
      throw failure
    }
  }
  return { directory, store: { list: (...asked) => store.list(...asked), erase }, close }
}
