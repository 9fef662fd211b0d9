// Who makes a call: the key or token it came with, whose that is, and what it may do.
import type { Priority } from './priority.ts'
import { grants } from './scopes.ts'
import type { Scope } from './scopes.ts'
import type { Demand, Residency } from './residency.ts'

/** What somebody may do. Each empty list means no limit of its kind. */
export interface Allowance {
  /** Grants, as core/scopes.ts reads them. */
  readonly scopes: readonly string[]
  /** Model names and wildcards (`openai/*`). */
  readonly models: readonly string[]
  /** Addresses and ranges that may be called from; left out for everywhere. */
  readonly addresses?: readonly string[] | undefined
  /** Where calls have to stay, whoever else demands more. */
  readonly residency?: Residency | undefined
  /** False: what is said is never kept, whatever the config keeps of others. */
  readonly keepBodies?: boolean | undefined
}

/** How long an answer may get. */
export interface AnswerBound {
  /** For requests that say nothing. */
  readonly unasked?: number | undefined
  readonly max?: number | undefined
  /** A request for more gets this much; otherwise it is refused. */
  readonly lowers: boolean
}

/** What a request is taken to say where it says nothing. */
export interface CallDefaults {
  readonly tags?: readonly string[] | undefined
  readonly metadata?: Readonly<Record<string, string>> | undefined
  readonly maxTokens?: AnswerBound | undefined
  /** The highest that its calls may have, and what they have by themselves. Left out, the ordinary one. */
  readonly priority?: Priority | undefined
}

export interface Caller extends Allowance, CallDefaults {
  /**
   * Safe to log: eight characters for made keys, `config:<name>` for declared ones, `<issuer's name>:<sixteen digits>` for
   * the bearers of tokens.
   */
  readonly keyId: string
  readonly keyName: string
  /** When the token that it came with is good no more, milliseconds since the epoch. Left out for keys. */
  readonly endsAtMs?: number | undefined
  /** Who owns what the key's calls leave behind. Left out, it is the one tenant that every installation has. */
  readonly tenant?: string | undefined
  readonly team?: string | undefined
  readonly user?: string | undefined
  /** What the team allows, where that is not everything: both must allow what is done. */
  readonly teamAllows?: Allowance | undefined
  /** Where its calls have to stay: its own demands and its team's. Left out, they may go anywhere. */
  readonly demands?: readonly Demand[] | undefined
}

const defaultTenant = 'default'

/** Whose is what this caller's calls leave behind: what it may find, another tenant may not. */
export function tenantOf({ tenant }: Pick<Caller, 'tenant'>): string {
  return tenant ?? defaultTenant
}

/** Whether the caller may use what this scope stands for. */
export function hasScope({ scopes, teamAllows }: Caller, scope: Scope): boolean {
  if (!grants(scopes, scope)) return false
  // A team that names no scopes leaves it to its keys which they have.
  return teamAllows === undefined || teamAllows.scopes.length === 0 || grants(teamAllows.scopes, scope)
}
