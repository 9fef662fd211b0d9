// Everything that must last, opened where it lies: in the data directory, or in a PostgreSQL database that gateways have in
// common. What is of the one or the other ends here.
import { openDataDirectory } from '../adapters/data-directory.ts'
import type { DataDirectory, Peppers } from '../adapters/data-directory.ts'
import { keptKeysFile } from '../adapters/kept-keys-file.ts'
import type * as PostgresParts from '../adapters/postgres/postgres-apart.ts'
import type { AttemptName } from '../adapters/spool/ended-in-spool.ts'
import { sqliteTable } from '../adapters/spool/open-ledger.ts'
import type { AttemptTable } from '../adapters/spool/open-ledger.ts'
import { lazyConnection } from '../adapters/sqlite/lazy-connection.ts'
import { openDatabase } from '../adapters/sqlite/open-database.ts'
import { followKey, openStoredNames } from '../adapters/sqlite/sqlite-attempts.ts'
import { createSqliteAuditTrail } from '../adapters/sqlite/sqlite-audit-trail.ts'
import { createSqliteBodies } from '../adapters/sqlite/sqlite-bodies.ts'
import { createSqliteHeldIds } from '../adapters/sqlite/sqlite-held-ids.ts'
import { createSqliteKeyStore } from '../adapters/sqlite/sqlite-key-store.ts'
import { createSqliteKeyUses } from '../adapters/sqlite/sqlite-key-uses.ts'
import { createSqliteResponses } from '../adapters/sqlite/sqlite-responses.ts'
import { createSqliteSealableRows, createSqliteSealKeys } from '../adapters/sqlite/sqlite-sealing.ts'
import type { AuditTrail } from '../audit/audit-trail.ts'
import type { AttemptRecord } from '../core/attempt.ts'
import type { KeptKeys, KeyStore, KeyUses, SecretHash } from '../keys/key-store.ts'
import { loadApart } from '../platform/apart.ts'
import { randomBytes } from '../platform/random.ts'
import type { SealableRows, SealKeyRegister } from '../store/sealing.ts'
import type { DeliveryStore } from '../webhooks/ports.ts'
import type { KeptPlace } from './database-place.ts'
import type { KeptStores } from './kept-responses.ts'
import { pepperedHash } from './peppered-hash.ts'
import type * as WebhookParts from './webhooks-apart.ts'

export interface Durable {
  readonly directory: DataDirectory
  /** Where the database is, for people. */
  readonly label: string
  readonly store: KeyStore
  readonly hash: Required<SecretHash>
  readonly trail: AuditTrail
  readonly uses: KeyUses
  readonly kept: KeptStores
  readonly table: AttemptTable
  /** For a database that can be away. */
  readonly keptKeys: KeptKeys | undefined
  /** Those in use just now. Throws where they cannot be read. */
  peppers(): Peppers
  /** Under which accounts and people have their names. */
  firstPepper(): Uint8Array
  changePepper(): Promise<void>
  readonly sealKeys: SealKeyRegister
  /** What may be sealed, for whoever does it with all of it. */
  sealable(): readonly SealableRows[]
  /** What was replaced is gone from where it once lay, too. */
  forgetReplaced(): Promise<void>
  /** Of webhooks; loaded where there are any. */
  webhooks(): Promise<DeliveryStore>
  /** How many of these attempts are in the table. */
  storedAmong(names: readonly AttemptName[]): Promise<number>
  /** Gives what a key's attempts come to that were stored since now. */
  followKey(keyId: string): Promise<KeyFollower>
  close(): Promise<void>
}

export interface KeyFollower {
  stored(): Promise<readonly AttemptRecord[]>
  close(): void
}

/** Where is said what an operator should know. */
export interface DurableLog {
  info(event: string, facts?: Readonly<Record<string, string>>): void
  warn(event: string, facts?: Readonly<Record<string, string>>): void
}

/** Opens it. Rejects with DataDirectoryError, DatabaseError or BadPostgresAddress. */
export async function openDurable({ path, database }: KeptPlace, log?: DurableLog): Promise<Durable> {
  const directory = openDataDirectory(path)
  if (database.kind === 'sqlite') return await openInDirectory(directory)
  return await openInPostgres(directory, database.url(), log)
}

async function openInDirectory(directory: DataDirectory): Promise<Durable> {
  const database = await openDatabase(directory.databasePath)
  const connection = lazyConnection(directory.databasePath)
  const { first } = directory.peppers()
  return {
    directory,
    label: directory.databasePath,
    store: createSqliteKeyStore(database),
    hash: pepperedHash(() => directory.peppers()),
    trail: createSqliteAuditTrail(database.raw),
    uses: createSqliteKeyUses(connection),
    kept: {
      responses: createSqliteResponses(connection),
      heldIds: createSqliteHeldIds(connection),
      bodies: createSqliteBodies(connection),
    },
    table: sqliteTable(directory.databasePath),
    keptKeys: undefined,
    peppers: () => directory.peppers(),
    firstPepper: () => first,
    changePepper: async () => directory.changePepper(),
    sealKeys: createSqliteSealKeys(database.raw),
    sealable: () => createSqliteSealableRows(database.raw),
    forgetReplaced: async () => {
      // Rows that were moved have left copies behind in space that is free now: all of it is written anew.
      database.raw.run('VACUUM')
      database.raw.run('PRAGMA wal_checkpoint(TRUNCATE)')
    },
    webhooks: async () => (await webhookParts()).createSqliteWebhooks(connection),
    storedAmong: async (names) => {
      const stored = openStoredNames(directory.databasePath)
      try {
        return names.filter((name) => stored.has(name)).length
      } finally {
        stored.close()
      }
    },
    followKey: async (keyId) => {
      const { stored, close } = followKey(directory.databasePath, keyId)
      return { stored: async () => stored(), close }
    },
    close: async () => {
      connection.close()
      database.close()
    },
  }
}

async function openInPostgres(
  directory: DataDirectory,
  url: string,
  log: DurableLog | undefined,
): Promise<Durable> {
  const place = { file: '../adapters/postgres/postgres-apart.ts', from: import.meta.url }
  const parts = await loadApart<typeof PostgresParts>('adapters/postgres/postgres-apart', place)
  const stores = parts.openPostgresStores(url, ({ done, unknown }) => {
    if (done.length > 0) log?.info('database_migrated', { database: stores.label, done: done.join(',') })
    if (unknown.length > 0)
      log?.warn('database_newer', { database: stores.label, unknown: unknown.join(',') })
  })
  const { label, keys, trail, uses, responses, heldIds, bodies, table } = stores
  const keptKeys = keptKeysFile({
    directory: directory.path,
    database: label,
    peppers: () => peppers,
    onProblem: (problem) => log?.warn('keys_not_kept', { problem }),
  })
  let peppers = keptKeys.peppers() ?? directory.peppers()
  const hash = pepperedHash(() => peppers)
  const renew = async (): Promise<boolean> => {
    peppers = await stores.peppers(peppers)
    return hash.renew() === true
  }
  return {
    directory,
    label,
    store: keys,
    hash: { ...hash, renew },
    trail,
    uses,
    kept: { responses, heldIds, bodies },
    table,
    keptKeys,
    peppers: () => peppers,
    firstPepper: () => peppers.first,
    changePepper: () => stores.changePepper(randomBytes(peppers.current.length)),
    sealKeys: stores.sealKeys,
    sealable: () => stores.sealable,
    forgetReplaced: () => stores.vacuum(),
    webhooks: () => Promise.resolve(stores.webhooks),
    storedAmong: (names) => stores.storedAmong(names),
    followKey: async (keyId) => ({ stored: await stores.followKey(keyId), close: () => {} }),
    close: () => stores.close(),
  }
}

function webhookParts(): Promise<typeof WebhookParts> {
  const place = { file: './webhooks-apart.ts', from: import.meta.url }
  return loadApart<typeof WebhookParts>('compose/webhooks-apart', place)
}
