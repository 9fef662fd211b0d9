// Making keys and giving them new secrets: the secret is born here, shown once by whoever asked, and kept only as a hash.
import type { Allowance, CallDefaults } from '../core/caller.ts'
import { makeSecret, remakeSecret } from './key-secret.ts'
import type { KeyOwner, KeyStore, SecretHash } from './key-store.ts'

export interface NewKey extends KeyOwner, Allowance, CallDefaults {
  readonly name: string
  /** Milliseconds since the epoch; null for never. */
  readonly expiresAtMs: number | null
}

/** What a key is made with. */
export interface KeyMaking {
  readonly store: KeyStore
  readonly hash: SecretHash
  readonly nowMs: number
  /** Random bytes that nobody can guess. */
  random(count: number): Uint8Array
}

/** Makes a key. The secret in the answer is the only copy there will ever be. */
export async function makeKey(
  key: NewKey,
  keep: KeyMaking,
): Promise<{ readonly id: string; readonly secret: string }> {
  const { id, secret } = makeSecret(keep.random)
  await keep.store.add({
    ...key,
    id,
    hash: keep.hash.of(secret),
    pepper: keep.hash.pepperId?.(),
    last4: secret.slice(-4),
    createdAtMs: keep.nowMs,
    revokedAtMs: null,
  })
  return { id, secret }
}

/** Gives a key a new secret; the old one is good for that much longer. Undefined when there is no key of this id. */
export async function rotateKey(
  id: string,
  overlapMs: number,
  keep: KeyMaking,
): Promise<{ readonly secret: string } | undefined> {
  const secret = remakeSecret(id, keep.random)
  const previousUntilMs = keep.nowMs + overlapMs
  const hash = keep.hash.of(secret)
  const rotation = { hash, pepper: keep.hash.pepperId?.(), last4: secret.slice(-4), previousUntilMs }
  return (await keep.store.rotate(id, rotation)) ? { secret } : undefined
}
