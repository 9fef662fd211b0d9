// Which database is meant: that of the data directory, or one in PostgreSQL. Its address may hold a password, so it is never
// a plain member that something could print.
import type { LoadedConfig } from '../config/load-config.ts'
import { isSecretReference } from '../core/secret.ts'

export type DatabasePlace =
  | { readonly kind: 'sqlite' }
  /** `url` gives the address away, password and all. */
  | { readonly kind: 'postgres'; url(): string }

/** Where everything lies that is kept: a folder, and a database in it or elsewhere. */
export interface KeptPlace {
  readonly path: string
  readonly database: DatabasePlace
}

type Environment = Readonly<Record<string, string | undefined>>

/** The database that a config chooses, with what the environment says where it chooses none. */
export function databasePlace(
  { config: { database }, secrets }: Pick<LoadedConfig, 'config' | 'secrets'>,
  environment: Environment,
): DatabasePlace {
  if (database === 'sqlite') return { kind: 'sqlite' }
  if (database === 'auto') return placeAt(environment['DATABASE_URL'])
  return placeAt(isSecretReference(database) ? secrets.get(database)?.reveal() : database)
}

/** PostgreSQL where this is an address of it. The variable may be there for another program of another kind. */
export function placeAt(url: string | undefined): DatabasePlace {
  return url !== undefined && /^postgres(ql)?:\/\//.test(url)
    ? { kind: 'postgres', url: () => url }
    : { kind: 'sqlite' }
}
