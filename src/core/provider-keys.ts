// The keys of a provider, however a config writes them.
import type { SecretReference } from './secret.ts'

/** One key, and its part of the attempts among those that work. */
export interface WeightedKey {
  readonly secret: SecretReference
  readonly weight: number
}

export interface WrittenKeys {
  readonly api_key?: SecretReference | undefined
  readonly api_keys?: readonly WeightedKey[] | undefined
}

/** None for a server that wants none. */
export function keysOf({ api_key: only, api_keys: several }: WrittenKeys): readonly WeightedKey[] {
  return several ?? (only === undefined ? [] : [{ secret: only, weight: 1 }])
}
