// The entries of the key ring: one for each secret that opens something, or did until it was revoked or ran out.
import type { Allowance, CallDefaults, Caller } from '../core/caller.ts'
import { keyState } from './key-state.ts'
import type { KeyOwner, SecretHash, StoredKey } from './key-store.ts'
import { callerOf } from './teams.ts'
import type { Teams } from './teams.ts'

export type KeyLookup =
  | { readonly kind: 'known'; readonly caller: Caller }
  | { readonly kind: 'unknown' | 'expired' | 'revoked' }
  /** The store cannot be read, so nobody can say. */
  | { readonly kind: 'unverifiable'; readonly cause: unknown }

/** What may be needed besides: to be looked at first, which takes a while. Never rejects. */
export type AnyLookup = KeyLookup | { readonly kind: 'pending'; verify(): Promise<KeyLookup> }

/** A key that stands in the config. */
export interface DeclaredKey extends KeyOwner, Allowance, CallDefaults {
  readonly name: string
  readonly secret: string
}

export interface RingKey {
  readonly id: string
  readonly hash: string
  /** Undefined for a key of a team that the config does not have: nobody knows what such a key may do. */
  readonly caller: Caller | undefined
  readonly expiresAtMs: number | null
  readonly revokedAtMs: number | null
  /** A secret that the key had before: it is gone soon, and stays as it is. */
  readonly isPrevious?: true
  isUsed: boolean
}

/** Those that the config declares, by their hashes. */
export function declaredEntries(
  keys: readonly DeclaredKey[],
  hashing: SecretHash,
  teams: Teams,
): Map<string, RingKey> {
  return new Map(
    keys.map(({ secret, ...key }) => {
      const id = `config:${key.name}`
      const hash = hashing.of(secret)
      const caller = callerOf({ ...key, id }, teams)
      return [hash, { id, hash, caller, expiresAtMs: null, revokedAtMs: null, isUsed: false }]
    }),
  )
}

/** Those of the store, by their hashes; `used`: which were used since that was last written down. */
export function storedEntries(
  keys: readonly StoredKey[],
  teams: Teams,
  used: ReadonlySet<string>,
): Map<string, RingKey> {
  return new Map(
    keys.flatMap((key) => entriesOf(key, teams, used.has(key.id)).map((entry) => [entry.hash, entry])),
  )
}

/** A key whose secret was changed a while ago has two. */
function entriesOf(key: StoredKey, teams: Teams, isUsed: boolean): readonly RingKey[] {
  const { id, hash, expiresAtMs, revokedAtMs, previous } = key
  const now = { id, hash, caller: callerOf(key, teams), expiresAtMs, revokedAtMs, isUsed }
  if (previous === undefined) return [now]
  const untilMs = Math.min(previous.untilMs, expiresAtMs ?? Infinity)
  return [{ ...now, hash: previous.hash, expiresAtMs: untilMs, isPrevious: true, isUsed: false }, now]
}

/** What is answered to whoever sends its secret, which counts as a use. */
export function lookupOf(key: RingKey, nowMs: number): KeyLookup {
  const state = keyState(key, nowMs)
  if (state !== 'valid') return { kind: state }
  if (key.caller === undefined) return { kind: 'unknown' }
  key.isUsed = true
  return { kind: 'known', caller: key.caller }
}
