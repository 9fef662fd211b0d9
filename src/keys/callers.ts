// Everybody who may call: the holders of keys and, where there are issuers, the bearers of their tokens. One object for the
// life of the process; what a config says of it is taken over.
import type { FailedTries } from './failed-tries.ts'
import type { AnyLookup, KeyRing } from './key-ring.ts'
import type { TokenBearers } from './oidc/token-bearers.ts'

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
}
