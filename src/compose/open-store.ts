// Opens what is kept: the data directory, the database, the keys and the ledger.
import type { Clock } from '../core/clock.ts'
import { sealedBodies, sealedResponses } from '../adapters/encryption/sealed-stores.ts'
import { firstSeenFile } from '../adapters/first-seen-file.ts'
import { reportedModelsFile } from '../adapters/reported-models-file.ts'
import type { AuditActor, AuditTrail } from '../audit/audit-trail.ts'
import { openLedger } from '../adapters/spool/open-ledger.ts'
import { KeyRing } from '../keys/key-ring.ts'
import type { KeyStore, StoredKey } from '../keys/key-store.ts'
import { makeKey } from '../keys/manage-keys.ts'
import type { SecretHash } from '../keys/key-store.ts'
import type { Ledger } from '../ledger/ledger.ts'
import { createSecretHash } from '../platform/hmac.ts'
import { Encryption } from './encryption.ts'
import { patientSealKeys } from './patient-seal-keys.ts'
import { auditedKeys } from './audited-keys.ts'
import type { LoadedConfig } from '../config/load-config.ts'
import { databasePlace } from './database-place.ts'
import type { KeptPlace } from './database-place.ts'
import { openDurable } from './open-durable.ts'
import type { Durable } from './open-durable.ts'
import type { KeptStores } from './kept-responses.ts'
import { isInUse } from '../adapters/data-directory.ts'
import type { ReportedModelsStore } from '../routing/life/reported-models.ts'
import type { FirstSeenStore } from '../secrets/credential-ages.ts'
import { systemClock } from '../platform/system-clock.ts'
import { evenRandom, randomBytes } from '../platform/random.ts'
import type { Log } from '../telemetry/log.ts'

export type OpenKeys = Pick<
  Durable,
  'directory' | 'label' | 'store' | 'hash' | 'trail' | 'peppers' | 'changePepper' | 'followKey' | 'close'
>

/**
 * Opens the keys of a place; what is changed there is written down as done `by` somebody, where that is known from the
 * start. Rejects with DataDirectoryError, DatabaseError or BadPostgresAddress.
 */
export async function openKeys(place: KeptPlace, by?: AuditActor): Promise<OpenKeys> {
  const durable = await openDurable(place)
  const { store, trail, hash, close } = durable
  try {
    // What is hashed from here on is hashed as everybody does it.
    await hash.renew()
  } catch (failure) {
    await close()
    throw failure
  }
  const audited = by === undefined ? store : auditedKeys(store, { trail, clock: systemClock, by })
  return { ...durable, store: audited }
}

/** The keys of a place; none where nothing is kept yet, and nothing is made for the question. */
export async function keysIn(place: KeptPlace): Promise<readonly StoredKey[]> {
  if (place.database.kind === 'sqlite' && !isInUse(place.path)) return []
  const { store, close } = await openKeys(place)
  try {
    return await store.list()
  } finally {
    await close()
  }
}

/** Where a gateway of this config keeps everything. */
export function placeOf(
  path: string,
  loaded: Pick<LoadedConfig, 'config' | 'secrets'>,
  environment: Readonly<Record<string, string | undefined>>,
): KeptPlace {
  return { path, database: databasePlace(loaded, environment) }
}

export interface OpenStore {
  readonly directory: string
  /** Where the database is, for people. */
  readonly database: string
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
  readonly webhooks: Durable['webhooks']
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
    async append(act, atMs) {
      const entry = await trail.append(act, atMs)
      const { number, actor, action, subject, outcome, hash } = entry
      log.info('audit', { number, actor, action, subject, outcome, hash })
      return entry
    },
  }
}

const fingerprintChars = 16

/** Opens everything that a running gateway keeps. Rejects with DataDirectoryError, DatabaseError or BadPostgresAddress. */
export async function openStore(
  place: KeptPlace,
  { clock, log }: { clock: Clock; log: Log },
): Promise<OpenStore> {
  const durable = await openDurable(place, log)
  const { directory, store, hash, table, kept, keptKeys, sealKeys } = durable
  // Where the database can be away, a start does not depend on it.
  const register = keptKeys === undefined ? sealKeys : patientSealKeys(sealKeys, { clock, log })
  const encryption = new Encryption(register)
  const trail = loggedTrail(durable.trail, log)
  for (const event of directory.mended) log.warn('data_directory_mended', { what: event })
  const keys = await KeyRing.open({ store, hash, clock, kept: keptKeys, random: evenRandom })
  keys.start(log)
  keys.noteUsesIn(durable.uses)
  const ledger = openLedger({ directory: directory.path, table, clock, log })
  const names = namesUnder(durable.firstPepper)
  return {
    directory: directory.path,
    database: durable.label,
    keys,
    keyStore: store,
    secretHash: hash,
    trail,
    ledger,
    encryption,
    kept: {
      ...kept,
      responses: sealedResponses(kept.responses, encryption.sealer),
      bodies: sealedBodies(kept.bodies, encryption.sealer),
    },
    webhooks: durable.webhooks,
    reportedModels: reportedModelsFile(directory.path, (problem) => {
      log.warn('reported_models_file', { problem })
    }),
    firstSeen: firstSeenFile(directory.path, (problem) => {
      log.warn('credentials_seen_file', { problem })
    }),
    fingerprint: (text) => names(text).slice(0, fingerprintChars),
    hashOf: (text) => names(text),
    firstKey: async (hasDeclaredKeys) => {
      // While nobody can look whether there are keys, none is made.
      if (hasDeclaredKeys || keys.isTroubled || (await store.list()).length > 0) return undefined
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
      await keys.stop()
      await ledger.close()
      await durable.close()
    },
  }
}

/** Keyed hashes under a pepper that a fleet may have another of than this gateway began with. */
function namesUnder(pepper: () => Uint8Array): (text: string) => string {
  let current = pepper()
  let hash = createSecretHash(current)
  return (text) => {
    const now = pepper()
    if (now !== current) hash = createSecretHash((current = now))
    return hash.of(text)
  }
}
