// Where a command finds what is kept: its options say the folder, the config says the database.
import { databasePlace, placeAt } from '../compose/database-place.ts'
import type { DatabasePlace, KeptPlace } from '../compose/database-place.ts'
import { formatProblems } from '../config/problem.ts'
import { isSecretReference } from '../core/secret.ts'
import { configFacts } from './config-facts.ts'
import type { CommonOptions } from './options.ts'
import type { ProcessPort } from './process-port.ts'
import { loadDraft } from './read-config.ts'
import { readConfigOnce } from './read-with-stores.ts'

/** Rejects where the config names a database by a secret and cannot be read. */
export async function keptPlace(port: ProcessPort, options: CommonOptions): Promise<KeptPlace> {
  return { path: options.dataDir ?? '.sallyport', database: await databaseOf(port, options) }
}

/** The config may be wrong in other places, and its other secrets need not be here. */
async function databaseOf(port: ProcessPort, { config }: CommonOptions): Promise<DatabasePlace> {
  const draft = loadDraft(config, configFacts(port))
  // Nothing must be written into another database than the one that is meant.
  if (draft?.database === null) {
    throw new Error('`database` in the config cannot be read; "sallyport check" says why.')
  }
  const database = draft?.database ?? 'auto'
  if (database === 'sqlite') return { kind: 'sqlite' }
  if (database === 'auto') return placeAt(port.environment['DATABASE_URL'])
  if (!isSecretReference(database)) return placeAt(database)
  const loaded = await readConfigOnce(port, config)
  if (!loaded.ok) throw new Error(formatProblems(loaded).trim())
  return databasePlace(loaded, port.environment)
}
