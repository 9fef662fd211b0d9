// Who calls? Only this file can mint an Authenticated caller, and `admit` accepts nothing else: a way into the
// pipeline that skips the keys does not compile.
import { hasScope } from '../core/caller.ts'
import type { Caller } from '../core/caller.ts'
import type { Scope } from '../core/scopes.ts'
import {
  AuthUnavailable,
  ConflictingApiKeys,
  InvalidApiKey,
  MissingApiKey,
  ScopeNotAllowed,
} from '../core/errors.ts'
import { AddressNotAllowed, TooManyFailedKeys } from '../core/key-errors.ts'
import type { FailedTries } from '../keys/failed-tries.ts'
import type { AnyLookup, KeyLookup } from '../keys/ring-keys.ts'

declare const authenticated: unique symbol
export type Authenticated = Caller & { readonly [authenticated]: true }

/** The headers in which a key may come, null when absent; and where the request came from. */
export interface Credentials {
  readonly authorization: string | null
  readonly apiKey: string | null
  clientAddress(): string
  /** Whether the client's address is in one of these ranges. */
  isFrom(ranges: readonly string[]): boolean
}

/** Who is behind a secret, and who has tried wrong ones. */
export interface KeyFinder {
  find(secret: string): AnyLookup
  readonly failedTries: Pick<FailedTries, 'failed' | 'waitOf' | 'mayBeGuessed'>
}

/** What is asked of a caller. */
interface Asked {
  readonly credentials: Credentials
  readonly scope: Scope
  readonly secret: string
  readonly keys: KeyFinder
}

/**
 * Finds the caller of a key and checks its scope. Throws the GatewayErrors of authentication; what must be verified first
 * is promised, and rejects with them.
 */
export function authenticate(
  credentials: Credentials,
  scope: Scope,
  keys: KeyFinder,
): Authenticated | Promise<Authenticated> {
  const secret = secretOf(credentials)
  const found = keys.find(secret)
  const asked = { credentials, scope, secret, keys }
  if (found.kind !== 'pending') return allowed(found, asked)
  // To verify costs more than to look up, and whoever guesses shall not make us do it.
  const waitSeconds = keys.failedTries.waitOf(credentials.clientAddress())
  if (waitSeconds > 0) throw new TooManyFailedKeys(waitSeconds)
  return found.verify().then((verified) => allowed(verified, asked))
}

function allowed(found: KeyLookup, { credentials, scope, secret, keys }: Asked): Authenticated {
  if (found.kind === 'unverifiable') throw new AuthUnavailable(found.cause)
  if (found.kind !== 'known') {
    const waitSeconds = keys.failedTries.failed(credentials.clientAddress())
    throw waitSeconds > 0 ? new TooManyFailedKeys(waitSeconds) : new InvalidApiKey()
  }
  if (keys.failedTries.mayBeGuessed(secret)) refuseGuesses(credentials, keys)
  const { caller } = found
  const { addresses, teamAllows } = caller
  if (addresses !== undefined) checkAddress(addresses, credentials)
  if (teamAllows?.addresses !== undefined) checkAddress(teamAllows.addresses, credentials)
  if (!hasScope(caller, scope)) throw new ScopeNotAllowed(scope)
  return caller as Authenticated
}

function refuseGuesses(credentials: Credentials, { failedTries }: KeyFinder): void {
  const waitSeconds = failedTries.waitOf(credentials.clientAddress())
  if (waitSeconds > 0) throw new TooManyFailedKeys(waitSeconds)
}

function checkAddress(ranges: readonly string[], credentials: Credentials): void {
  if (!credentials.isFrom(ranges)) throw new AddressNotAllowed(credentials.clientAddress())
}

function secretOf({ authorization, apiKey }: Pick<Credentials, 'authorization' | 'apiKey'>): string {
  const bearer = authorization === null ? undefined : bearerToken(authorization)
  const key = apiKey === null ? undefined : apiKey.trim()
  if (bearer === undefined && key === undefined) throw new MissingApiKey()
  if (bearer !== undefined && key !== undefined && bearer !== key) throw new ConflictingApiKeys()
  return bearer ?? key ?? ''
}

/** Two Authorization headers arrive joined by a comma, which no key contains. */
function bearerToken(header: string): string {
  if (header.includes(',')) throw new ConflictingApiKeys()
  if (!header.startsWith('Bearer ') && !/^bearer /i.test(header)) return ''
  const token = header.slice(7).trim()
  return token.includes(' ') ? '' : token
}
