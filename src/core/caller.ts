// Who makes a call: the key it came with, and what that key may do.
import type { Priority } from './priority.ts'

/** What a key may be used for. `chat` and `embeddings` are model work; `metrics` is the scrape endpoint. */
export const scopes = ['chat', 'embeddings', 'models', 'calls', 'metrics'] as const
export type Scope = (typeof scopes)[number]

export interface Caller {
  /** Public id of the key, safe to log: eight characters for made keys, `config:<name>` for declared ones. */
  readonly keyId: string
  readonly keyName: string
  /** Empty means every scope. */
  readonly scopes: readonly Scope[]
  /** Model names and wildcards (`openai/*`) this key may call. Empty means every model. */
  readonly models: readonly string[]
  /** Who owns what the key's calls leave behind. Left out, it is the one tenant that every installation has. */
  readonly tenant?: string
  /** The highest that its calls may have, and what they have by themselves. Left out, the ordinary one. */
  readonly priority?: Priority
}

const defaultTenant = 'default'

/** Whose is what this caller's calls leave behind: what it may find, another tenant may not. */
export function tenantOf({ tenant }: Caller): string {
  return tenant ?? defaultTenant
}
