// Reads configs with a part of the program that is loaded for it and let go soon afterwards: the schemas of all settings
// take more memory than all settings do.
import type { Secrets } from '../config/check-secrets.ts'
import type * as ConfigParts from '../config/load-config-apart.ts'
import type { LoadOutcome, LoadParts } from '../config/load-config.ts'
import type { Draft } from '../config/read-shape.ts'
import type { Timer } from '../core/clock.ts'
import { Secret } from '../core/secret.ts'
import { collectGarbage, forgetApart, requireApart } from '../platform/apart.ts'
import { systemClock } from '../platform/system-clock.ts'

const part = 'config/load-config-apart'
const place = { file: '../config/load-config-apart.ts', from: import.meta.url }
/** Who changes a config once often does it again. */
const keptMs = 100

let forgetting: Timer | undefined
let hasCollected = false

/** As `loadConfig` of config/. */
export function loadConfig(path: string | undefined, facts: LoadParts): LoadOutcome {
  const outcome = configParts().loadConfig(path, facts)
  return outcome.ok ? { ...outcome, secrets: ownSecrets(outcome.secrets) } : outcome
}

/** As `loadDraft` of config/. */
export function loadDraft(path: string | undefined, facts: Pick<LoadParts, 'readText'>): Draft | undefined {
  return configParts().loadDraft(path, facts)
}

// One object whose class that part has defined would keep all of it.
function ownSecrets(secrets: Secrets): Secrets {
  return new Map(
    Array.from(secrets, ([reference, secret]) => [reference, new Secret(reference, secret.reveal())]),
  )
}

function configParts(): typeof ConfigParts {
  forgetting?.cancel()
  forgetting = systemClock.after(keptMs, forget)
  return requireApart(part, place) as typeof ConfigParts
}

function forget(): void {
  forgetApart(part, place)
  // zod leaves its registry where it outlives the module, and with it everything that the module has made.
  for (const name of ['__zod_globalRegistry', '__zod_globalConfig']) Reflect.deleteProperty(globalThis, name)
  // Once, before calls come: what a start leaves behind is old, and old things wait long to be looked at. Later it would
  // hold up calls.
  if (!hasCollected) collectGarbage()
  hasCollected = true
}
