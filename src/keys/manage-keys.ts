// Making keys: the secret is born here, shown once by whoever asked, and kept only as a hash.
import type { Scope } from '../core/caller.ts'
import { makeSecret } from './key-secret.ts'
import type { KeyStore, SecretHash } from './key-store.ts'

export interface NewKey {
  readonly name: string
  readonly models: readonly string[]
  readonly scopes: readonly Scope[]
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
    last4: secret.slice(-4),
    createdAtMs: keep.nowMs,
    revokedAtMs: null,
  })
  return { id, secret }
}
