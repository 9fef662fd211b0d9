// A key as people name it: by its id, or by its name, in the config or in the data directory. Nobody needs its secret.
import type { LoadedConfig } from '../config/load-config.ts'
import { keyState } from '../keys/key-state.ts'
import { callerOf } from '../keys/teams.ts'
import type { AskingKey } from '../pipeline/explain-key.ts'
import { declaredKeysOf, teamsOf } from './callers-of-config.ts'
import type { KeptPlace } from './database-place.ts'
import { keysIn } from './open-store.ts'

/** Where keys are. */
export interface KeyPlaces {
  readonly loaded: LoadedConfig
  readonly place: KeptPlace
  readonly wallMs: number
}

/** The key of this id or name. Rejects with an Error that says what there is instead, and with those of the database. */
export async function findKey(wanted: string, { loaded, place, wallMs }: KeyPlaces): Promise<AskingKey> {
  const { config, secrets } = loaded
  const teams = teamsOf(config)
  const declared = declaredKeysOf(config, secrets).map((key): AskingKey => {
    const id = `config:${key.name}`
    return { id, name: key.name, state: 'valid', caller: callerOf({ ...key, id }, teams) }
  })
  const made = (await keysIn(place)).map((key): AskingKey => {
    return { id: key.id, name: key.name, state: keyState(key, wallMs), caller: callerOf(key, teams) }
  })
  const all = [...declared, ...made]
  const [only, ...others] = all.filter(({ id }) => id === wanted)
  const named = only === undefined ? all.filter(({ name }) => name === wanted) : [only, ...others]
  const [found, ...more] = stillGood(named)
  if (found === undefined) {
    throw new Error(
      `There is no key "${wanted}". "sallyport keys list" shows those that were made, the config the others.`,
    )
  }
  if (more.length === 0) return found
  const ids = [found, ...more].map(({ id }) => id).join(', ')
  throw new Error(`Several keys are called "${wanted}". Say which one by its id: ${ids}.`)
}

/** A name may have been had before: then it means the key that has it now. */
function stillGood(named: readonly AskingKey[]): readonly AskingKey[] {
  const valid = named.filter(({ state }) => state === 'valid')
  return valid.length > 0 ? valid : named.slice(-1)
}
