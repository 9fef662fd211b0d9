// The copy of the keys beside a store that can be away. It is written again though nothing has changed, because a copy is
// believed only for so long.
import type { Clock } from '../core/clock.ts'
import type { KeptKeys, StoredKey } from './key-store.ts'

/** It is written again no oftener, where nothing has changed. */
const copyEveryMs = 60_000

export class KeysCopy {
  readonly #kept: KeptKeys | undefined
  readonly #clock: Clock
  #version: number | undefined
  #writtenAtMs = -Infinity

  /** Without `kept` no copy is wanted. */
  constructor(kept: KeptKeys | undefined, clock: Clock) {
    this.#kept = kept
    this.#clock = clock
  }

  /** The store has just said that these are its keys. */
  confirmed(version: number, keys: readonly StoredKey[]): void {
    if (this.#kept === undefined) return
    const nowMs = this.#clock.nowMs()
    if (version === this.#version && nowMs - this.#writtenAtMs < copyEveryMs) return
    this.#version = version
    this.#writtenAtMs = nowMs
    this.#kept.write({ version, keys, confirmedMs: this.#clock.wallMs() })
  }
}
