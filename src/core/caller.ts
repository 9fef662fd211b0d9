// Who makes a call: the key it came with, and what that key may do.
import type { Priority } from './priority.ts'
import type { Demand } from './residency.ts'

/**
 * What a key may be used for. `chat` and `embeddings` are model work; `metrics` is the scrape endpoint; `admin` looks into
 * the gateway and changes what it does, for everybody.
 */
export const scopes = ['chat', 'embeddings', 'models', 'calls', 'metrics', 'admin'] as const
export type Scope = (typeof scopes)[number]

export interface Caller {
  /** Public id of the key, safe to log: eight characters for made keys, `config:<name>` for declared ones. */
  readonly keyId: string
  readonly keyName: string
  /** Empty means every scope but `admin`. */
  readonly scopes: readonly Scope[]
  /** Model names and wildcards (`openai/*`) this key may call. Empty means every model. */
  readonly models: readonly string[]
  /** Who owns what the key's calls leave behind. Left out, it is the one tenant that every installation has. */
  readonly tenant?: string
  readonly team?: string | undefined
  readonly user?: string | undefined
  /** The highest that its calls may have, and what they have by themselves. Left out, the ordinary one. */
  readonly priority?: Priority
  /** Where its calls have to stay: the key's own demands and its team's. Left out, they may go anywhere. */
  readonly residency?: readonly Demand[] | undefined
  /** False: what its calls say is never kept, whatever the config keeps of others. */
  readonly keepBodies?: boolean | undefined
}

/** Whether a key with these scopes has this one. `admin` is had by its name alone. */
export function grants(granted: readonly Scope[], scope: Scope): boolean {
  return granted.length === 0 ? scope !== 'admin' : granted.includes(scope)
}

const defaultTenant = 'default'

/** Whose is what this caller's calls leave behind: what it may find, another tenant may not. */
export function tenantOf({ tenant }: Caller): string {
  return tenant ?? defaultTenant
}
