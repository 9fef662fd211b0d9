// What checking a config needs to know of the world, passed in: parsing itself reads no file and no environment.
import type { StoredReference } from '../core/secret.ts'

/** What the config asks of an entry of the catalogue (providers/provider.ts). */
export interface KnownProvider {
  readonly name: string
  /** Empty when only the config can know it: a type, not a place. */
  readonly baseUrl: string
  /** The environment variable that usually holds its key. Without one the key is optional. */
  readonly keyVariable?: string
  /** Where it answers, by the wire formats that it has. */
  readonly paths: { readonly answers: Readonly<Record<string, string | undefined>> }
}

/** What stores outside have said of secrets, so far. */
export interface StoredSecretFacts {
  /** Undefined while nobody has been asked. `reason` is a whole clause. Left out where no store is read. */
  storedSecret?(reference: StoredReference): SecretRead | undefined
}

export type SecretRead =
  | { readonly ok: true; readonly text: string }
  | { readonly ok: false; readonly reason: string }

export interface Facts extends StoredSecretFacts {
  /** The catalogue. `demo` is known without it. */
  readonly knownProviders: readonly KnownProvider[]
  readonly environment: Readonly<Record<string, string | undefined>>
  /** Reads a file that the config names. A relative path starts at the config's own folder. */
  readText(path: string): TextRead
}

/** `reason` completes "the file …": `does not exist`, `is larger than …`. */
export type TextRead =
  | { readonly ok: true; readonly text: string }
  | { readonly ok: false; readonly missing: boolean; readonly reason: string }

/** The catalogue's type for any server that speaks OpenAI's dialect. */
export const compatibleType = 'openai-compatible'

/** The built-in provider, which is not in the catalogue because it calls nobody. */
export const demoType = 'demo'

/** The value of a variable; an empty one counts as not set. */
export function variable(facts: Facts, name: string): string | undefined {
  const value = Object.hasOwn(facts.environment, name) ? facts.environment[name] : undefined
  return value === '' ? undefined : value
}
