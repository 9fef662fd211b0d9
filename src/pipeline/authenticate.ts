// Who calls? Only this file can mint an Authenticated caller, and `admit` accepts nothing else: a way into the
// pipeline that skips the keys does not compile.
import { grants } from '../core/caller.ts'
import type { Caller, Scope } from '../core/caller.ts'
import {
  AuthUnavailable,
  ConflictingApiKeys,
  InvalidApiKey,
  MissingApiKey,
  ScopeNotAllowed,
} from '../core/errors.ts'
import type { KeyLookup } from '../keys/key-ring.ts'

declare const authenticated: unique symbol
export type Authenticated = Caller & { readonly [authenticated]: true }

/** The headers in which a key may come; null when absent. */
export interface Credentials {
  readonly authorization: string | null
  readonly apiKey: string | null
}

/** The part of the key ring that is needed here. */
export interface KeyFinder {
  find(secret: string): KeyLookup
}

/** Finds the caller of a key and checks its scope. Throws the GatewayErrors of authentication. */
export function authenticate(credentials: Credentials, scope: Scope, keys: KeyFinder): Authenticated {
  const found = keys.find(secretOf(credentials))
  if (found.kind === 'unverifiable') throw new AuthUnavailable(found.cause)
  if (found.kind !== 'known') throw new InvalidApiKey()
  const { caller } = found
  if (!grants(caller.scopes, scope)) throw new ScopeNotAllowed(scope)
  return caller as Authenticated
}

function secretOf({ authorization, apiKey }: Credentials): string {
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
