// The keys in memory, where a call finds its caller without waiting: those of the store and those that the config
// declares. What another process changes in the store is noticed within a second.
import type { Caller, Scope } from '../core/caller.ts'
import type { Clock, Timer } from '../core/clock.ts'
import type { Priority } from '../core/priority.ts'
import { isWellFormed } from './key-secret.ts'
import type { KeyStore, SecretHash, StoredKey } from './key-store.ts'

export type KeyLookup =
  | { readonly kind: 'known'; readonly caller: Caller }
  | { readonly kind: 'unknown' | 'expired' | 'revoked' }
  /** The store cannot be read, so nobody can say. */
  | { readonly kind: 'unverifiable'; readonly cause: unknown }

/** A key that stands in the config. */
export interface DeclaredKey {
  readonly name: string
  readonly secret: string
  readonly models: readonly string[]
  readonly scopes: readonly Scope[]
  readonly priority?: Priority | undefined
}

/** Where the ring says what an operator must know. */
export interface KeyLog {
  warn(event: string, facts?: Readonly<Record<string, string>>): void
  info(event: string): void
}

interface RingKey {
  readonly hash: string
  readonly caller: Caller
  readonly expiresAtMs: number | null
  readonly revokedAtMs: number | null
}

const lookEveryMs = 1_000
/** Kept keys that nobody could check for so long are believed no more: they may be revoked by now. */
const uncheckedMsMax = 60 * 60 * 1000
/** Keys that were looked up in vain are not looked up again for this long. */
const unknownForMs = 1_000
const unknownMax = 10_000
const provenMax = 10_000

export class KeyRing {
  readonly #store: KeyStore
  readonly #hash: SecretHash
  readonly #clock: Clock
  #stored: ReadonlyMap<string, RingKey> = new Map()
  #declared: ReadonlyMap<string, RingKey> = new Map()
  readonly #unknown = new Map<string, number>()
  /**
   * The hashes of keys that were sent and are known: a client sends its key with every call. By the time that a map takes
   * nobody learns a key, because it compares a text only with one whose hash in the runtime is the same.
   */
  readonly #proven = new Map<string, string>()
  #version = -1
  #timer: Timer | undefined
  #checkedAtMs = 0
  /** Why the store cannot be read, while that is so. */
  #trouble: { readonly cause: unknown; readonly isTooLong: boolean } | undefined

  /** Reads the store at once; throws when it cannot be read. */
  constructor(store: KeyStore, hash: SecretHash, clock: Clock) {
    this.#store = store
    this.#hash = hash
    this.#clock = clock
    this.#checkedAtMs = clock.nowMs()
    this.#read()
  }

  /** How many keys can be used. */
  get size(): number {
    const nowMs = this.#clock.wallMs()
    return [...this.#stored.values(), ...this.#declared.values()].filter(
      (key) => stateOf(key, nowMs) === 'known',
    ).length
  }

  /** Who calls with this secret? A known key costs less than a microsecond. */
  find(secret: string): KeyLookup {
    const proven = this.#proven.get(secret)
    const hash = proven ?? this.#hash.of(secret)
    const declared = this.#declared.get(hash)
    const key = declared ?? this.#stored.get(hash)
    if (key !== undefined && (proven !== undefined || this.#hash.equal(key.hash, hash))) {
      if (proven === undefined) this.#remember(secret, hash)
      if (declared === undefined && this.#trouble?.isTooLong === true) {
        return { kind: 'unverifiable', cause: this.#trouble.cause }
      }
      return lookupOf(key, this.#clock.wallMs())
    }
    return isWellFormed(secret) ? this.#ask(hash) : { kind: 'unknown' }
  }

  /** Replaces the keys of the config. */
  declare(keys: readonly DeclaredKey[]): void {
    this.#declared = new Map(
      keys.map(({ name, secret, models, scopes, priority }) => {
        const hash = this.#hash.of(secret)
        const own = priority === undefined ? {} : { priority }
        const caller = { keyId: `config:${name}`, keyName: name, models, scopes, ...own }
        return [hash, { hash, caller, expiresAtMs: null, revokedAtMs: null }]
      }),
    )
  }

  /** Begins to look for changes that other processes make. */
  start(log?: KeyLog): void {
    this.#timer = this.#clock.after(lookEveryMs, () => {
      this.refresh(log)
      this.start(log)
    })
  }

  stop(): void {
    this.#timer?.cancel()
  }

  /** Looks once. While the store cannot be read, what is known goes on to be known, for an hour. */
  refresh(log?: KeyLog): void {
    try {
      if (this.#store.version() !== this.#version) this.#read()
      if (this.#trouble !== undefined) log?.info('keys_read_again')
      this.#trouble = undefined
      this.#checkedAtMs = this.#clock.nowMs()
    } catch (cause) {
      const error = cause instanceof Error ? cause.message : String(cause)
      if (this.#trouble === undefined) log?.warn('keys_not_read', { error })
      const isTooLong = this.#clock.nowMs() - this.#checkedAtMs >= uncheckedMsMax
      if (isTooLong && this.#trouble?.isTooLong !== true) log?.warn('keys_not_believed', { error })
      this.#trouble = { cause, isTooLong }
    }
  }

  #read(): void {
    this.#version = this.#store.version()
    this.#stored = new Map(this.#store.all().map((key) => [key.hash, ringKey(key)]))
    this.#unknown.clear()
  }

  #remember(secret: string, hash: string): void {
    if (this.#proven.size >= provenMax) this.#proven.clear()
    this.#proven.set(secret, hash)
  }

  /** A key that was made a moment ago works at once. */
  #ask(hash: string): KeyLookup {
    const nowMs = this.#clock.nowMs()
    if ((this.#unknown.get(hash) ?? 0) > nowMs) return { kind: 'unknown' }
    try {
      const key = this.#store.findByHash(hash)
      if (key !== undefined) {
        this.#read()
        return lookupOf(ringKey(key), this.#clock.wallMs())
      }
    } catch (cause) {
      return { kind: 'unverifiable', cause }
    }
    if (this.#unknown.size >= unknownMax) this.#unknown.clear()
    this.#unknown.set(hash, nowMs + unknownForMs)
    return { kind: 'unknown' }
  }
}

function ringKey({ id, name, hash, models, scopes, expiresAtMs, revokedAtMs }: StoredKey): RingKey {
  return { hash, caller: { keyId: id, keyName: name, models, scopes }, expiresAtMs, revokedAtMs }
}

function stateOf({ expiresAtMs, revokedAtMs }: RingKey, nowMs: number): 'known' | 'expired' | 'revoked' {
  if (revokedAtMs !== null) return 'revoked'
  return expiresAtMs !== null && expiresAtMs <= nowMs ? 'expired' : 'known'
}

function lookupOf(key: RingKey, nowMs: number): KeyLookup {
  const kind = stateOf(key, nowMs)
  return kind === 'known' ? { kind, caller: key.caller } : { kind }
}
