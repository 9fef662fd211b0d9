// Loads a config with everything that it names, also what stores outside keep: they are asked, and the config is read
// once more with what they said.
import { loadConfig } from '../config/load-config.ts'
import type { LoadOutcome, LoadParts } from '../config/load-config.ts'
import { secretStores } from '../compose/secret-stores.ts'
import type { GatewaySecrets } from '../compose/secret-stores.ts'
import { evenRandom } from '../platform/random.ts'
import { systemClock } from '../platform/system-clock.ts'
import { configFacts } from './config-facts.ts'
import type { ProcessPort } from './process-port.ts'

/** What lies in stores is remembered in `secrets`; `anew`: asked again all the same. Never rejects. */
export async function readConfig(
  path: string | undefined,
  facts: LoadParts,
  { secrets, anew = false }: { readonly secrets: GatewaySecrets; readonly anew?: boolean },
): Promise<LoadOutcome> {
  const withStores: LoadParts = { ...facts, storedSecret: (reference) => secrets.lookup(reference) }
  const loaded = loadConfig(path, withStores)
  const { needs, source = '' } = loaded
  if (needs === undefined) {
    if (loaded.ok) secrets.rest()
    return loaded
  }
  const { stored, secrets: settings, egress } = needs
  const wanted = { stored, refreshMs: settings.refresh, place: { settings, egress, source } }
  const isAsked = await secrets.prepare(wanted, { anew })
  return isAsked ? loadConfig(path, withStores) : loaded
}

/** For commands that read it once. */
export async function readConfigOnce(port: ProcessPort, path: string | undefined): Promise<LoadOutcome> {
  const facts = configFacts(port)
  const secrets = secretStores({ clock: systemClock, random: evenRandom, facts })
  const loaded = await readConfig(path, facts, { secrets })
  await secrets.close()
  return loaded
}
