// The keys in memory, where a call finds its caller without waiting: those of the store and those that the config
// declares. What another process changes in the store is noticed within a second, and while the store is away what was
// known of it goes on to be known for a while.
import type { Caller } from '../core/caller.ts'
import type { Clock, Timer } from '../core/clock.ts'
import { expiringOf, goneOf, holdersOf, isGood, revokedSince, teamlessOf } from './key-questions.ts'
import type { ExpiringKey } from './key-questions.ts'
import { isWellFormed } from './key-secret.ts'
import type { KeptKeys, KeyStore, KeyUses, SecretHash, StoredKey } from './key-store.ts'
import { KeysCopy } from './keys-copy.ts'
import { declaredEntries, lookupOf, storedEntries } from './ring-keys.ts'
import type { AnyLookup, DeclaredKey, KeyLookup, RingKey } from './ring-keys.ts'
import { SeenSecrets } from './seen-secrets.ts'
import { SharedLook } from './shared-look.ts'
import { StoreTrust } from './store-trust.ts'
import type { KeyLog } from './store-trust.ts'
import type { Teams } from './teams.ts'
import { UsedKeys } from './used-keys.ts'

const lookEveryMs = 1_000

export interface KeyRingParts {
  readonly store: KeyStore
  readonly hash: SecretHash
  readonly clock: Clock
  /** For a store that can be away: a copy of its keys, for a start without it. */
  readonly kept?: KeptKeys | undefined
  /** For such a store: even in [0, 1), so that many processes do not ask it again at one time. */
  random?(): number
}

export class KeyRing {
  readonly #parts: KeyRingParts
  readonly #hash: SecretHash
  readonly #clock: Clock
  #keys: readonly StoredKey[] = []
  #stored: ReadonlyMap<string, RingKey> = new Map()
  #declared: ReadonlyMap<string, RingKey> = new Map()
  #declaredKeys: readonly DeclaredKey[] = []
  #teams: Teams = new Map()
  #changed: (() => void) | undefined
  /** Undefined until all keys have been read once. */
  #version: number | undefined
  #timer: Timer | undefined
  #isStopped = false
  readonly #looks = new SharedLook(() => this.#look())
  /** Keys are taken for ended that the store has not been asked about. */
  #isDoubted = false
  readonly #seen: SeenSecrets
  readonly #trust: StoreTrust
  readonly #copy: KeysCopy
  readonly #used: UsedKeys

  private constructor(parts: KeyRingParts) {
    this.#parts = parts
    this.#hash = parts.hash
    this.#clock = parts.clock
    this.#seen = new SeenSecrets(parts.clock)
    this.#trust = new StoreTrust(parts.clock)
    this.#copy = new KeysCopy({ kept: parts.kept, clock: parts.clock, trust: this.#trust })
    this.#used = new UsedKeys(parts.clock, () => this.#stored)
  }

  /**
   * Reads the store. Where that cannot be done, the copy of its keys serves; a store that has no copies beside it must
   * answer, and this rejects when it does not.
   */
  static async open(parts: KeyRingParts): Promise<KeyRing> {
    const ring = new KeyRing(parts)
    try {
      await ring.#read()
    } catch (cause) {
      if (parts.kept === undefined) throw cause
      ring.#startFrom(parts.kept, cause)
    }
    return ring
  }

  /** Whether the keys are known, be it from a copy. Until then only those of the config are. */
  get isLoaded(): boolean {
    return this.#version !== undefined
  }

  /** Whether the store could not be read when it was last looked at. */
  get isTroubled(): boolean {
    return this.#trust.trouble !== undefined
  }

  /** How many keys can be used. */
  get size(): number {
    const nowMs = this.#clock.wallMs()
    return this.#all().filter((key) => isGood(key, nowMs)).length
  }

  /** Who calls with this secret? A known key costs less than a microsecond. */
  find(secret: string): AnyLookup {
    return this.#known(secret) ?? (isWellFormed(secret) ? this.#ask(secret) : { kind: 'unknown' })
  }

  #known(secret: string): KeyLookup | undefined {
    const proven = this.#seen.hashOf(secret)
    const hash = proven ?? this.#hash.of(secret)
    const declared = this.#declared.get(hash)
    const key = declared ?? this.#stored.get(hash)
    if (key !== undefined && (proven !== undefined || this.#hash.equal(key.hash, hash))) {
      if (proven === undefined) this.#seen.remember(secret, hash)
      return declared === undefined ? this.#standing(key) : lookupOf(key, this.#clock.wallMs())
    }
    return undefined
  }

  /** Of a key of the store, which is believed only for so long where that cannot be asked. */
  #standing(key: RingKey): KeyLookup {
    const { trouble } = this.#trust
    if (trouble?.isTooLong === true) return { kind: 'unverifiable', cause: trouble.cause }
    return lookupOf(key, this.#clock.wallMs())
  }

  /** Replaces the keys and the teams of the config. */
  declare(keys: readonly DeclaredKey[], teams: Teams = new Map()): void {
    this.#declaredKeys = keys
    this.#teams = teams
    this.#hashDeclared()
    // What a made key may do depends on its team.
    this.#take(this.#keys)
  }

  /** Whoever has a key here, each once. */
  holders(): readonly Caller[] {
    return holdersOf(this.#all())
  }

  /** Keys of teams that the config does not have; they open nothing. */
  teamless(): readonly string[] {
    return teamlessOf([...this.#stored.values()])
  }

  /** Of these keys those that open nothing any more. */
  goneOf(ids: ReadonlySet<string>): ReadonlySet<string> {
    return ids.size === 0 ? ids : goneOf(ids, this.#all(), this.#clock.wallMs())
  }

  /** Keys that are good now and expire within this time. */
  expiring(withinMs: number): readonly ExpiringKey[] {
    return expiringOf(this.#stored.values(), withinMs, this.#clock.wallMs())
  }

  /** From now on others tell of the ends of keys, while this is so. */
  hearWhile(hears: () => boolean): void {
    this.#trust.hearWhile(hears)
  }

  /** Keys that were revoked this short a time ago, a few hundred at most. */
  revokedWithin(withinMs: number): readonly string[] {
    return revokedSince(this.#keys, this.#clock.wallMs() - withinMs)
  }

  /** These were revoked, as others say. The store knows better, where it can be asked. */
  revokedElsewhere(ids: ReadonlySet<string>): void {
    if (!this.isTroubled) return
    const nowMs = this.#clock.wallMs()
    const isEnded = ({ id, revokedAtMs }: StoredKey): boolean => revokedAtMs === null && ids.has(id)
    if (!this.#keys.some(isEnded)) return
    this.#isDoubted = true
    this.#take(this.#keys.map((key) => (isEnded(key) ? { ...key, revokedAtMs: nowMs } : key)))
    this.#copy.doubted(this.#keys)
    this.#changed?.()
  }

  /** From now on told each time that keys may have changed. It may be in the middle of a call. */
  tellChanges(tell: () => void): void {
    this.#changed = tell
  }

  /** Begins to look for changes that other processes make. */
  start(log?: KeyLog): void {
    this.#trust.tellIn(log)
    this.#schedule()
  }

  /** Looks no more; resolves when it is written down which keys were used. */
  async stop(): Promise<void> {
    this.#isStopped = true
    this.#timer?.cancel()
    await this.#used.note()
  }

  /** From now on it is written down there when keys are used. */
  noteUsesIn(uses: KeyUses): void {
    this.#used.noteIn(uses)
  }

  /**
   * Looks once, for everything that has changed until now; never rejects. While the store cannot be read, what is known goes
   * on to be known, for an hour.
   */
  refresh(): Promise<void> {
    return this.#looks.now()
  }

  #schedule(): void {
    // A store that is away comes back to all processes at once, and should not meet all their questions at once.
    const share = this.isTroubled ? 0.5 + (this.#parts.random?.() ?? 0.5) : 1
    this.#timer = this.#clock.after(lookEveryMs * share, () => {
      if (this.#used.isDue) void this.#used.note()
      void this.refresh().then(() => {
        if (!this.#isStopped) this.#schedule()
      })
    })
  }

  async #look(): Promise<void> {
    try {
      if (this.#isDoubted || (await this.#parts.store.version()) !== this.#version) return await this.#read()
      this.#trust.checked()
      this.#copy.confirmed(this.#version, this.#keys)
    } catch (cause) {
      this.#trust.failed(cause)
    }
  }

  async #read(): Promise<void> {
    const { store } = this.#parts
    const version = await store.version()
    const keys = await store.list()
    if ((await this.#hash.renew?.()) === true) {
      this.#seen.forgetAll()
      this.#hashDeclared()
    }
    this.#take(keys)
    this.#isDoubted = false
    this.#seen.forgetUnknown()
    this.#version = version
    this.#trust.checked()
    this.#copy.confirmed(version, keys)
    this.#changed?.()
  }

  #all(): readonly RingKey[] {
    return [...this.#stored.values(), ...this.#declared.values()]
  }

  #hashDeclared(): void {
    this.#declared = declaredEntries(this.#declaredKeys, this.#hash, this.#teams)
  }

  #take(keys: readonly StoredKey[]): void {
    const used = new Set([...this.#stored.values()].filter(({ isUsed }) => isUsed).map(({ id }) => id))
    this.#keys = keys
    this.#stored = storedEntries(keys, this.#teams, used)
  }

  #startFrom(kept: KeptKeys, cause: unknown): void {
    const copy = kept.read()
    if (copy !== undefined) {
      this.#take(copy.keys)
      this.#version = copy.version
      this.#trust.backdate(this.#clock.wallMs() - copy.confirmedMs)
    }
    this.#trust.failed(cause)
  }

  /** A key that was made a moment ago works at once: the store says whether anything has changed. */
  #ask(secret: string): AnyLookup {
    const hash = this.#hash.of(secret)
    const older = this.#underPreviousPepper(secret, hash)
    if (older !== undefined) return older
    const { trouble } = this.#trust
    if (trouble !== undefined) return { kind: 'unverifiable', cause: trouble.cause }
    if (this.#seen.isUnknown(hash)) return { kind: 'unknown' }
    return { kind: 'pending', verify: () => this.#verify(secret) }
  }

  async #verify(secret: string): Promise<KeyLookup> {
    await this.refresh()
    const known = this.#known(secret)
    if (known !== undefined) return known
    const { trouble } = this.#trust
    if (trouble !== undefined) return { kind: 'unverifiable', cause: trouble.cause }
    // Not the hash from before: a key may have been made under a new pepper.
    const hash = this.#hash.of(secret)
    const older = this.#underPreviousPepper(secret, hash)
    if (older !== undefined) return older
    this.#seen.rememberUnknown(hash)
    return { kind: 'unknown' }
  }

  /** Only the one who has the secret can bring it under the new pepper. */
  #underPreviousPepper(secret: string, hash: string): KeyLookup | undefined {
    const older = this.#hash.ofPrevious?.(secret)
    const key = older === undefined ? undefined : this.#stored.get(older)
    if (older === undefined || key === undefined || !this.#hash.equal(key.hash, older)) return undefined
    this.#seen.remember(secret, older)
    if (key.isPrevious === true) return this.#standing(key)
    // Until that is written the key is found like this; a failure is made up for by the next call.
    const rehashing = { from: older, to: hash, pepper: this.#hash.pepperId?.() }
    const forget = (): void => this.#seen.forget(secret)
    this.#parts.store.rehash(key.id, rehashing).then(forget, forget)
    return this.#standing(key)
  }
}
