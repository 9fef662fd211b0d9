// Opens what is kept: the data directory, the database, the keys and the ledger.
import type { Clock } from '../core/clock.ts'
import { sealedBodies, sealedResponses } from '../adapters/encryption/sealed-stores.ts'
import { openDatabase } from '../adapters/sqlite/open-database.ts'
import { lazyConnection } from '../adapters/sqlite/lazy-connection.ts'
import { firstSeenFile } from '../adapters/first-seen-file.ts'
import type { LazyConnection } from '../adapters/sqlite/lazy-connection.ts'
import { reportedModelsFile } from '../adapters/reported-models-file.ts'
import { createSqliteBodies } from '../adapters/sqlite/sqlite-bodies.ts'
import { createSqliteAuditTrail } from '../adapters/sqlite/sqlite-audit-trail.ts'
import { createSqliteHeldIds } from '../adapters/sqlite/sqlite-held-ids.ts'
import { createSqliteKeyStore } from '../adapters/sqlite/sqlite-key-store.ts'
import { createSqliteKeyUses } from '../adapters/sqlite/sqlite-key-uses.ts'
import { createSqliteSealKeys } from '../adapters/sqlite/sqlite-sealing.ts'
import { createSqliteResponses } from '../adapters/sqlite/sqlite-responses.ts'
import type { AuditActor, AuditTrail } from '../audit/audit-trail.ts'
import { openLedger } from '../adapters/spool/open-ledger.ts'
import { KeyRing } from '../keys/key-ring.ts'
import type { KeyStore, StoredKey } from '../keys/key-store.ts'
import { makeKey } from '../keys/manage-keys.ts'
import type { SecretHash } from '../keys/key-store.ts'
import type { Ledger } from '../ledger/ledger.ts'
import { createSecretHash } from '../platform/hmac.ts'
import type { SealKeyRegister } from '../store/sealing.ts'
import { Encryption } from './encryption.ts'
import { auditedKeys } from './audited-keys.ts'
import { pepperedHash } from './peppered-hash.ts'
import type { KeptStores } from './kept-responses.ts'
import { isInUse, openDataDirectory } from '../adapters/data-directory.ts'
import type { DataDirectory } from '../adapters/data-directory.ts'
import type { ReportedModelsStore } from '../routing/life/reported-models.ts'
import type { FirstSeenStore } from '../secrets/credential-ages.ts'
import { systemClock } from '../platform/system-clock.ts'
import { randomBytes } from '../platform/random.ts'
import type { Log } from '../telemetry/log.ts'

export interface OpenKeys {
  readonly directory: DataDirectory
  readonly store: KeyStore
  readonly hash: Required<SecretHash>
  readonly trail: AuditTrail
  readonly sealKeys: SealKeyRegister
  close(): void
}

/**
 * Opens the keys of a data directory; what is changed there is written down as done `by` somebody, where that is known
 * from the start. Rejects with DataDirectoryError or DatabaseError.
 */
export async function openKeys(path: string, by?: AuditActor): Promise<OpenKeys> {
  const directory = openDataDirectory(path)
  const database = await openDatabase(directory.databasePath)
  const trail = createSqliteAuditTrail(database.raw)
  const store = createSqliteKeyStore(database)
  return {
    directory,
    store: by === undefined ? store : auditedKeys(store, { trail, clock: systemClock, by }),
    hash: pepperedHash(() => directory.peppers()),
    trail,
    sealKeys: createSqliteSealKeys(database.raw),
    close: () => database.close(),
  }
}

/** The keys of a data directory; none where nothing is kept yet, and nothing is made for the question. */
export async function keysIn(path: string): Promise<readonly StoredKey[]> {
  if (!isInUse(path)) return []
  const { store, close } = await openKeys(path)
  return await store.list().finally(close)
}

export interface OpenStore {
  readonly directory: string
  readonly keys: KeyRing
  readonly keyStore: KeyStore
  readonly secretHash: SecretHash
  readonly trail: AuditTrail
  readonly ledger: Ledger
  readonly kept: KeptStores
  /** What is kept is sealed once it has been told with what. */
  readonly encryption: Encryption
  readonly reportedModels: ReportedModelsStore
  readonly firstSeen: FirstSeenStore
  /** Where what is to be told by webhooks is kept. */
  readonly webhookConnection: LazyConnection
  /** A name for an account at a provider, from which nothing of it can be had. */
  fingerprint(text: string): string
  /** A keyed hash of a text, whole. */
  hashOf(text: string): string
  /** On the very first start, and when no keys are declared: a new key's secret. */
  firstKey(hasDeclaredKeys: boolean): Promise<string | undefined>
  close(): Promise<void>
}

/** Whoever changes the trail has not changed what the log said of it. */
function loggedTrail(trail: AuditTrail, log: Log): AuditTrail {
  return {
    ...trail,
    append(act, atMs) {
      const entry = trail.append(act, atMs)
      const { number, actor, action, subject, outcome, hash } = entry
      log.info('audit', { number, actor, action, subject, outcome, hash })
      return entry
    },
  }
}

const fingerprintChars = 16

/** Opens everything that a running gateway keeps. Rejects with DataDirectoryError or DatabaseError. */
export async function openStore(
  path: string,
  { clock, log }: { clock: Clock; log: Log },
): Promise<OpenStore> {
  const { directory, store, hash, trail: kept, sealKeys, close } = await openKeys(path)
  const encryption = new Encryption(sealKeys)
  const trail = loggedTrail(kept, log)
  for (const event of directory.mended) log.warn('data_directory_mended', { what: event })
  const keys = new KeyRing(store, hash, clock)
  keys.start(log)
  const names = createSecretHash(directory.peppers().first)
  const connection = lazyConnection(directory.databasePath)
  keys.noteUsesIn(createSqliteKeyUses(connection))
  const ledger = openLedger({ directory: directory.path, databasePath: directory.databasePath, clock, log })
  return {
    directory: directory.path,
    keys,
    keyStore: store,
    secretHash: hash,
    trail,
    ledger,
    encryption,
    kept: {
      responses: sealedResponses(createSqliteResponses(connection), encryption.sealer),
      heldIds: createSqliteHeldIds(connection),
      bodies: sealedBodies(createSqliteBodies(connection), encryption.sealer),
    },
    webhookConnection: connection,
    reportedModels: reportedModelsFile(directory.path, (problem) => {
      log.warn('reported_models_file', { problem })
    }),
    firstSeen: firstSeenFile(directory.path, (problem) => {
      log.warn('credentials_seen_file', { problem })
    }),
    fingerprint: (text) => names.of(text).slice(0, fingerprintChars),
    hashOf: (text) => names.of(text),
    firstKey: async (hasDeclaredKeys) => {
      if (hasDeclaredKeys || store.all().length > 0) return undefined
      const key = { name: 'first', models: [], scopes: [], expiresAtMs: null }
      const by = { actor: 'start', address: '' }
      const audited = auditedKeys(store, { trail, clock, by })
      const { secret } = await makeKey(key, {
        store: audited,
        hash,
        random: randomBytes,
        nowMs: clock.wallMs(),
      })
      return secret
    },
    close: async () => {
      keys.stop()
      await ledger.close()
      connection.close()
      close()
    },
  }
}
