// The copy of the keys beside a store that can be away. It is written again though nothing has changed, because a copy is
// believed only for so long.
import type { Clock } from '../core/clock.ts'
import type { KeptKeys, StoredKey } from './key-store.ts'
import type { StoreTrust } from './store-trust.ts'

/** It is written again no oftener, where nothing has changed. */
const copyEveryMs = 60_000
/** Of no store: whoever begins with such a copy reads the store as soon as that is there. */
const doubtedVersion = -1

export interface KeysCopyParts {
  /** Undefined where no copy is wanted. */
  readonly kept: KeptKeys | undefined
  readonly clock: Clock
  readonly trust: Pick<StoreTrust, 'confirmedMs'>
}

export class KeysCopy {
  readonly #parts: KeysCopyParts
  #keys: readonly StoredKey[] | undefined
  #writtenAtMs = -Infinity

  constructor(parts: KeysCopyParts) {
    this.#parts = parts
  }

  /** The store has just said that these are its keys: the same list where nothing has changed. */
  confirmed(version: number, keys: readonly StoredKey[]): void {
    const nowMs = this.#parts.clock.nowMs()
    if (keys === this.#keys && nowMs - this.#writtenAtMs < copyEveryMs) return
    this.#writtenAtMs = nowMs
    this.#write(version, keys)
  }

  /** Others have said more of these keys than the store did when it was last asked. */
  doubted(keys: readonly StoredKey[]): void {
    this.#write(doubtedVersion, keys)
  }

  #write(version: number, keys: readonly StoredKey[]): void {
    const { kept, trust } = this.#parts
    this.#keys = keys
    kept?.write({ version, keys, confirmedMs: trust.confirmedMs })
  }
}
