// Making keys: the secret is born here, shown once by whoever asked, and kept only as a hash.
import type { Scope } from '../core/caller.ts'
import { makeSecret } from './key-secret.ts'
import type { KeyStore } from './key-store.ts'

export interface NewKey {
  readonly name: string
  readonly models: readonly string[]
  readonly scopes: readonly Scope[]
  /** Milliseconds since the epoch; null for never. */
  readonly expiresAtMs: number | null
}

/** Makes a key. The secret in the answer is the only copy there will ever be. */
export async function makeKey(
  key: NewKey,
  keep: { readonly store: KeyStore; readonly hash: (secret: string) => string; readonly nowMs: number },
): Promise<{ readonly id: string; readonly secret: string }> {
  const { id, secret } = makeSecret()
  await keep.store.add({
    ...key,
    id,
    hash: keep.hash(secret),
    last4: secret.slice(-4),
    createdAtMs: keep.nowMs,
    revokedAtMs: null,
  })
  return { id, secret }
}
