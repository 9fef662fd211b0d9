// What a key is worth at a time of the wall clock: one answer for the call that comes with it and for those who look at it.
import type { StoredKey } from './key-store.ts'

export type KeyState = 'valid' | 'expired' | 'revoked'

export function keyState(
  { expiresAtMs, revokedAtMs }: Pick<StoredKey, 'expiresAtMs' | 'revokedAtMs'>,
  nowMs: number,
): KeyState {
  if (revokedAtMs !== null) return 'revoked'
  return expiresAtMs !== null && expiresAtMs <= nowMs ? 'expired' : 'valid'
}
