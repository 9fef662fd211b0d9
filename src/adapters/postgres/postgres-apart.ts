// Everything of PostgreSQL, bundled apart from the rest: a gateway that keeps its records in SQLite loads none of it.
import type { AuditTrail } from '../../audit/audit-trail.ts'
import type { BodyStore } from '../../bodies/ports.ts'
import type { AttemptRecord } from '../../core/attempt.ts'
import type { KeyStore, KeyUses } from '../../keys/key-store.ts'
import type { HeldIdStore, ResponseStore } from '../../responses/ports.ts'
import type { SealableRows, SealKeyRegister } from '../../store/sealing.ts'
import type { DeliveryStore } from '../../webhooks/ports.ts'
import type { Peppers } from '../data-directory.ts'
import type { AttemptName } from '../spool/ended-in-spool.ts'
import type { AttemptTable } from '../spool/open-ledger.ts'
import type { Migrated } from './migrate.ts'
import { openPostgres } from './open-postgres.ts'
import { countStored, createPostgresAttemptFinder, followKeyInPostgres } from './postgres-attempts.ts'
import { createPostgresAuditTrail } from './postgres-audit-trail.ts'
import { createPostgresBodies } from './postgres-bodies.ts'
import { createPostgresHeldIds } from './postgres-held-ids.ts'
import { createPostgresKeyUses } from './postgres-key-uses.ts'
import { createPostgresKeys } from './postgres-keys.ts'
import { changePepper, readPeppers } from './postgres-peppers.ts'
import { createPostgresResponses } from './postgres-responses.ts'
import { createPostgresSealableRows, createPostgresSealKeys } from './postgres-sealing.ts'
import { createPostgresWebhooks } from './postgres-webhooks.ts'

export interface PostgresStores {
  /** `db.internal:5432/sallyport`: for people. */
  readonly label: string
  readonly keys: KeyStore
  readonly trail: AuditTrail
  readonly uses: KeyUses
  readonly responses: ResponseStore
  readonly heldIds: HeldIdStore
  readonly bodies: BodyStore
  readonly webhooks: DeliveryStore
  readonly sealKeys: SealKeyRegister
  readonly sealable: readonly SealableRows[]
  /** Takes what was replaced out of the tables' pages. */
  vacuum(): Promise<void>
  readonly table: AttemptTable
  /** How many of these attempts are in the table. */
  storedAmong(names: readonly AttemptName[]): Promise<number>
  /** Gives what a key's attempts come to that were stored since now. */
  followKey(keyId: string): Promise<() => Promise<readonly AttemptRecord[]>>
  /** Those of the fleet; where it has none yet, it takes these. */
  peppers(own: Peppers): Promise<Peppers>
  changePepper(next: Uint8Array): Promise<void>
  close(): Promise<void>
}

/** Connects when something is first asked for. Throws BadPostgresAddress. */
export function openPostgresStores(url: string, onMigrated: (migrated: Migrated) => void): PostgresStores {
  const { label, calls, operators, close } = openPostgres(url, onMigrated)
  return {
    label,
    keys: createPostgresKeys(operators),
    trail: createPostgresAuditTrail(operators),
    uses: createPostgresKeyUses(calls),
    responses: createPostgresResponses(calls),
    heldIds: createPostgresHeldIds(calls),
    bodies: createPostgresBodies(calls),
    webhooks: createPostgresWebhooks(calls),
    sealKeys: createPostgresSealKeys(operators),
    sealable: createPostgresSealableRows(operators),
    vacuum: async () => {
      await operators.patiently((queries) => queries.run('VACUUM FULL responses'))
      await operators.patiently((queries) => queries.run('VACUUM FULL bodies'))
    },
    table: {
      thread: {
        path: 'adapters/postgres/ship-postgres-worker',
        source: { file: './ship-postgres-worker.ts', from: import.meta.url },
      },
      place: url,
      openFinder: () => createPostgresAttemptFinder(calls),
    },
    storedAmong: (names) => countStored(calls, names),
    followKey: (keyId) => followKeyInPostgres(calls, keyId),
    peppers: (own) => readPeppers(operators, own),
    changePepper: (next) => changePepper(operators, next),
    close,
  }
}
