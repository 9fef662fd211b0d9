// Everybody who may call: the holders of keys and, where there are issuers, the bearers of their tokens. One object for the
// life of the process; what a config says of it is taken over.
import type { FailedTries } from './failed-tries.ts'
import type { KeyRing } from './key-ring.ts'
import type { AnyLookup } from './ring-keys.ts'
import type { TokenBearers } from './oidc/token-bearers.ts'

/** A call under way, and whose it is. */
export interface HeldCall {
  /** Empty while nobody knows. */
  readonly keyId: string
  /** Undefined for keys. */
  readonly keyEndsAtMs: number | undefined
}

export class Callers {
  readonly failedTries: FailedTries
  readonly #keys: KeyRing
  /** Undefined while there are no issuers: then a key costs nothing more. */
  bearers: TokenBearers | undefined

  constructor(keys: KeyRing, failedTries: FailedTries) {
    this.#keys = keys
    this.failedTries = failedTries
  }

  /** Who is behind this secret? */
  find(secret: string): AnyLookup {
    return this.bearers?.find(secret) ?? this.#keys.find(secret)
  }

  /** Those calls whose callers may call no more: their keys were revoked, removed or have expired, their tokens ended. */
  ended<Call extends HeldCall>(calls: readonly Call[], wallMs: number): readonly Call[] {
    const keyIds = new Set(calls.filter(isOfKey).map(({ keyId }) => keyId))
    const gone = this.#keys.goneOf(keyIds)
    return calls.filter(({ keyId, keyEndsAtMs }) => {
      if (keyEndsAtMs === undefined) return gone.has(keyId)
      return keyEndsAtMs <= wallMs || this.bearers?.knows(keyId) !== true
    })
  }
}

function isOfKey({ keyId, keyEndsAtMs }: HeldCall): boolean {
  return keyId !== '' && keyEndsAtMs === undefined
}
