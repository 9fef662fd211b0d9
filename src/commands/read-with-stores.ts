// Loads a config with everything that it names, also what stores outside keep: they are asked, and the config is read
// once more with what they said.
import type { LoadedConfig, LoadOutcome, LoadParts } from '../config/load-config.ts'
import { formatProblems } from '../config/problem.ts'
import { secretCopiesFile } from '../adapters/encryption/secret-copies-file.ts'
import { sealerOf } from '../compose/encryption.ts'
import { secretStores } from '../compose/secret-stores.ts'
import type { GatewaySecrets } from '../compose/secret-stores.ts'
import type { SecretCopies } from '../secrets/ports.ts'
import type { EncryptionSettings } from '../store/settings.ts'
import { evenRandom } from '../platform/random.ts'
import { systemClock } from '../platform/system-clock.ts'
import { configFacts } from './config-facts.ts'
import { loadConfig } from './read-config.ts'
import { localEncryptionKeys } from './read-encryption-keys.ts'
import type { EncryptionPlace } from './read-encryption-keys.ts'
import type { ProcessPort } from './process-port.ts'

export interface ConfigReading {
  /** What lies in stores is remembered here. */
  readonly secrets: GatewaySecrets
  /** Stores are asked also for what is known. */
  readonly anew?: boolean
  /** Where copies of what stores say are kept; left out, there are none. */
  readonly dataDir?: string
}

/** Never rejects. */
export async function readConfig(
  path: string | undefined,
  facts: LoadParts,
  { secrets, anew = false, dataDir }: ConfigReading,
): Promise<LoadOutcome> {
  const withStores: LoadParts = { ...facts, storedSecret: (reference) => secrets.lookup(reference) }
  const loaded = loadConfig(path, withStores)
  const { needs, source = '' } = loaded
  if (needs === undefined) {
    if (loaded.ok) secrets.rest()
    return loaded
  }
  const { stored, secrets: settings, egress, encryption } = needs
  secrets.copies = dataDir === undefined ? undefined : copiesIn(dataDir, encryption, { facts, source })
  const wanted = { stored, refreshMs: settings.refresh, place: { settings, egress, source } }
  const isAsked = await secrets.prepare(wanted, { anew })
  return isAsked ? loadConfig(path, withStores) : loaded
}

/** Undefined where there is no key to seal them with. */
function copiesIn(
  dataDir: string,
  encryption: EncryptionSettings,
  place: EncryptionPlace,
): SecretCopies | undefined {
  if (encryption.key === undefined) return undefined
  const keys = localEncryptionKeys(encryption, place)
  // The config is refused for it, with more to say than here.
  return keys.ok ? secretCopiesFile(dataDir, sealerOf(keys.keys)) : undefined
}

/** For commands that read it once. */
export async function readConfigOnce(port: ProcessPort, path: string | undefined): Promise<LoadOutcome> {
  const facts = configFacts(port)
  const secrets = secretStores({ clock: systemClock, random: evenRandom, facts })
  const loaded = await readConfig(path, facts, { secrets })
  await secrets.close()
  return loaded
}

/** The same, or undefined when it is refused and that has been said. */
export async function readOrSay(
  port: ProcessPort,
  path: string | undefined,
): Promise<LoadedConfig | undefined> {
  const loaded = await readConfigOnce(port, path)
  if (loaded.ok) return loaded
  port.printError(`${formatProblems(loaded)}\n`)
  return undefined
}
