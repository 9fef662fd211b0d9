// The keys in memory, where a call finds its caller without waiting: those of the store and those that the config
// declares. What another process changes in the store is noticed within a second.
import type { Allowance, CallDefaults, Caller } from '../core/caller.ts'
import type { Clock, Timer } from '../core/clock.ts'
import { isWellFormed } from './key-secret.ts'
import type { KeyOwner, KeyStore, KeyUses, SecretHash, StoredKey } from './key-store.ts'
import { callerOf } from './teams.ts'
import type { Teams } from './teams.ts'

export type KeyLookup =
  | { readonly kind: 'known'; readonly caller: Caller }
  | { readonly kind: 'unknown' | 'expired' | 'revoked' }
  /** The store cannot be read, so nobody can say. */
  | { readonly kind: 'unverifiable'; readonly cause: unknown }

/** What another kind of credential may need besides: to be looked at first, which takes a while. Never rejects. */
export type AnyLookup = KeyLookup | { readonly kind: 'pending'; verify(): Promise<KeyLookup> }

/** A key that stands in the config. */
export interface DeclaredKey extends KeyOwner, Allowance, CallDefaults {
  readonly name: string
  readonly secret: string
}

/** A key that ends soon. */
export interface ExpiringKey {
  readonly id: string
  readonly name: string
  readonly expiresAtMs: number
}

/** Where the ring says what an operator must know. */
export interface KeyLog {
  warn(event: string, facts?: Readonly<Record<string, string>>): void
  info(event: string): void
}

interface RingKey {
  readonly id: string
  readonly hash: string
  /** Undefined for a key of a team that the config does not have: nobody knows what such a key may do. */
  readonly caller: Caller | undefined
  readonly expiresAtMs: number | null
  readonly revokedAtMs: number | null
  /** A secret that the key had before: it is gone soon, and stays as it is. */
  readonly isPrevious?: true
  isUsed: boolean
}

const lookEveryMs = 1_000
/** When keys were used is written down no oftener. */
const noteEveryMs = 60_000
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
  #declaredKeys: readonly DeclaredKey[] = []
  #teams: Teams = new Map()
  #uses: KeyUses | undefined
  #changed: (() => void) | undefined
  #notedAtMs: number
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
    this.#checkedAtMs = this.#notedAtMs = clock.nowMs()
    this.#read()
  }

  /** How many keys can be used. */
  get size(): number {
    const nowMs = this.#clock.wallMs()
    return [...this.#stored.values(), ...this.#declared.values()].filter(
      (key) => key.caller !== undefined && stateOf(key, nowMs) === 'known',
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
    return isWellFormed(secret) ? this.#ask(secret, hash) : { kind: 'unknown' }
  }

  /** Replaces the keys and the teams of the config. */
  declare(keys: readonly DeclaredKey[], teams: Teams = new Map()): void {
    this.#declaredKeys = keys
    this.#teams = teams
    this.#hashDeclared()
    try {
      // What a made key may do depends on its team.
      this.#read()
    } catch {
      // The next look finds it changed, and says that the store is away.
      this.#version = -1
    }
  }

  /** Whoever has a key here, each once. */
  holders(): readonly Caller[] {
    const callers = [...this.#stored.values(), ...this.#declared.values()].flatMap(
      ({ caller }) => caller ?? [],
    )
    return [...new Map(callers.map((caller) => [caller.keyId, caller])).values()]
  }

  /** Keys of teams that the config does not have; they open nothing. */
  teamless(): readonly string[] {
    const names = [...this.#stored.values()].filter(({ caller }) => caller === undefined)
    return names.map(({ id }) => id)
  }

  /** Of these keys those that open nothing any more. */
  goneOf(ids: ReadonlySet<string>): ReadonlySet<string> {
    const gone = new Set(ids)
    if (gone.size === 0) return gone
    const nowMs = this.#clock.wallMs()
    for (const keys of [this.#stored, this.#declared]) {
      for (const key of keys.values()) {
        if (ids.has(key.id) && key.caller !== undefined && stateOf(key, nowMs) === 'known')
          gone.delete(key.id)
      }
    }
    return gone
  }

  /** Keys that are good now and expire within this time. */
  expiring(withinMs: number): readonly ExpiringKey[] {
    const nowMs = this.#clock.wallMs()
    const soon: ExpiringKey[] = []
    for (const key of this.#stored.values()) {
      const { id, caller, expiresAtMs, isPrevious } = key
      if (expiresAtMs === null || isPrevious === true || caller === undefined) continue
      if (expiresAtMs > nowMs + withinMs || stateOf(key, nowMs) !== 'known') continue
      soon.push({ id, name: caller.keyName, expiresAtMs })
    }
    return soon
  }

  /** From now on told each time that keys may have changed. It may be in the middle of a call. */
  tellChanges(tell: () => void): void {
    this.#changed = tell
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
    this.#noteUses()
  }

  /** From now on it is written down there when keys are used. */
  noteUsesIn(uses: KeyUses): void {
    this.#uses = uses
  }

  /** Looks once. While the store cannot be read, what is known goes on to be known, for an hour. */
  refresh(log?: KeyLog): void {
    if (this.#clock.nowMs() - this.#notedAtMs >= noteEveryMs) this.#noteUses()
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
    if (this.#hash.renew?.() === true) {
      this.#proven.clear()
      this.#hashDeclared()
    }
    this.#version = this.#store.version()
    const used = new Set([...this.#stored.values()].filter(({ isUsed }) => isUsed).map(({ id }) => id))
    this.#stored = new Map(
      this.#store
        .all()
        .flatMap((key) => this.#ringKeys(key, used.has(key.id)).map((entry) => [entry.hash, entry])),
    )
    this.#unknown.clear()
    this.#changed?.()
  }

  #hashDeclared(): void {
    this.#declared = new Map(
      this.#declaredKeys.map(({ secret, ...key }) => {
        const id = `config:${key.name}`
        const hash = this.#hash.of(secret)
        const caller = callerOf({ ...key, id }, this.#teams)
        return [hash, { id, hash, caller, expiresAtMs: null, revokedAtMs: null, isUsed: false }]
      }),
    )
  }

  /** A key whose secret was changed a while ago has two. */
  #ringKeys(key: StoredKey, isUsed: boolean): readonly RingKey[] {
    const { id, hash, expiresAtMs, revokedAtMs, previous } = key
    const now = { id, hash, caller: callerOf(key, this.#teams), expiresAtMs, revokedAtMs, isUsed }
    if (previous === undefined) return [now]
    const untilMs = Math.min(previous.untilMs, expiresAtMs ?? Infinity)
    return [{ ...now, hash: previous.hash, expiresAtMs: untilMs, isPrevious: true, isUsed: false }, now]
  }

  #noteUses(): void {
    this.#notedAtMs = this.#clock.nowMs()
    const used = [...this.#stored.values()].filter(({ isUsed }) => isUsed)
    if (used.length === 0) return
    try {
      this.#uses?.note([...new Set(used.map(({ id }) => id))], this.#clock.wallMs())
      for (const key of used) key.isUsed = false
    } catch {
      // The next round tells; nothing but a date for people is late.
    }
  }

  #remember(secret: string, hash: string): void {
    if (this.#proven.size >= provenMax) this.#proven.clear()
    this.#proven.set(secret, hash)
  }

  /** A key that was made a moment ago works at once. */
  #ask(secret: string, hash: string): KeyLookup {
    const nowMs = this.#clock.nowMs()
    const older = this.#underPreviousPepper(secret, hash)
    if (older !== undefined) return older
    if ((this.#unknown.get(hash) ?? 0) > nowMs) return { kind: 'unknown' }
    try {
      if (this.#store.version() !== this.#version) {
        this.#read()
        // It may have been made under a new pepper.
        if (this.#hash.of(secret) !== hash) return this.find(secret)
      }
      if (this.#store.findByHash(hash) !== undefined) {
        this.#read()
        const key = this.#stored.get(hash)
        if (key !== undefined) return lookupOf(key, this.#clock.wallMs())
      }
    } catch (cause) {
      return { kind: 'unverifiable', cause }
    }
    if (this.#unknown.size >= unknownMax) this.#unknown.clear()
    this.#unknown.set(hash, nowMs + unknownForMs)
    return { kind: 'unknown' }
  }

  /** Only the one who has the secret can bring it under the new pepper. */
  #underPreviousPepper(secret: string, hash: string): KeyLookup | undefined {
    const older = this.#hash.ofPrevious?.(secret)
    const key = older === undefined ? undefined : this.#stored.get(older)
    if (older === undefined || key === undefined || !this.#hash.equal(key.hash, older)) return undefined
    this.#remember(secret, older)
    if (key.isPrevious === true) return lookupOf(key, this.#clock.wallMs())
    // Until that is written the key is found like this; a failure is made up for by the next call.
    const rehashing = { from: older, to: hash, pepper: this.#hash.pepperId?.() }
    this.#store.rehash(key.id, rehashing).then(
      () => this.#proven.delete(secret),
      () => this.#proven.delete(secret),
    )
    return lookupOf(key, this.#clock.wallMs())
  }
}

function stateOf({ expiresAtMs, revokedAtMs }: RingKey, nowMs: number): 'known' | 'expired' | 'revoked' {
  if (revokedAtMs !== null) return 'revoked'
  return expiresAtMs !== null && expiresAtMs <= nowMs ? 'expired' : 'known'
}

function lookupOf(key: RingKey, nowMs: number): KeyLookup {
  const kind = stateOf(key, nowMs)
  if (kind !== 'known') return { kind }
  if (key.caller === undefined) return { kind: 'unknown' }
  key.isUsed = true
  return { kind, caller: key.caller }
}
