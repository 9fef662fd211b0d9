// What others ask of all keys at once, off the path of a call.
import type { Caller } from '../core/caller.ts'
import { keyState } from './key-state.ts'
import type { StoredKey } from './key-store.ts'
import type { RingKey } from './ring-keys.ts'

/** So many ids fit into a word to the fleet. */
const wordKeysMax = 300

/** A key that ends soon. */
export interface ExpiringKey {
  readonly id: string
  readonly name: string
  readonly expiresAtMs: number
}

/** Whether it opens anything at a time of the wall clock. */
export function isGood(key: RingKey, nowMs: number): boolean {
  return key.caller !== undefined && keyState(key, nowMs) === 'valid'
}

/** Whoever has a key here, each once. */
export function holdersOf(keys: readonly RingKey[]): readonly Caller[] {
  const callers = keys.flatMap(({ caller }) => caller ?? [])
  return [...new Map(callers.map((caller) => [caller.keyId, caller])).values()]
}

/** Keys of teams that nobody has. */
export function teamlessOf(keys: readonly RingKey[]): readonly string[] {
  return keys.filter(({ caller }) => caller === undefined).map(({ id }) => id)
}

/** Of these keys those that open nothing any more. */
export function goneOf(
  ids: ReadonlySet<string>,
  keys: readonly RingKey[],
  nowMs: number,
): ReadonlySet<string> {
  const gone = new Set(ids)
  for (const key of keys) if (ids.has(key.id) && isGood(key, nowMs)) gone.delete(key.id)
  return gone
}

/** Keys that are good now and expire within this time. */
export function expiringOf(keys: Iterable<RingKey>, withinMs: number, nowMs: number): readonly ExpiringKey[] {
  const soon: ExpiringKey[] = []
  for (const key of keys) {
    const { id, caller, expiresAtMs, isPrevious } = key
    if (expiresAtMs === null || isPrevious === true || caller === undefined) continue
    if (expiresAtMs > nowMs + withinMs || !isGood(key, nowMs)) continue
    soon.push({ id, name: caller.keyName, expiresAtMs })
  }
  return soon
}

/** The latest of the keys that were revoked since then. */
export function revokedSince(keys: readonly StoredKey[], sinceMs: number): readonly string[] {
  const revoked = keys.flatMap(({ id, revokedAtMs: atMs }) =>
    atMs !== null && atMs >= sinceMs ? { id, atMs } : [],
  )
  return revoked
    .toSorted((one, other) => other.atMs - one.atMs)
    .slice(0, wordKeysMax)
    .map(({ id }) => id)
}
