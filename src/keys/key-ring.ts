// The keys in memory, where a call finds its caller without waiting: those of the store and those that the config
// declares. What another process changes in the store is noticed within a second, and while the store is away what was
// known of it goes on to be known for a while.
import type { Caller } from '../core/caller.ts'
import type { Clock, Timer } from '../core/clock.ts'
import { isWellFormed } from './key-secret.ts'
import type { KeptKeys, KeyStore, KeyUses, SecretHash, StoredKey } from './key-store.ts'
import { declaredEntries, lookupOf, stateOf, storedEntries } from './ring-keys.ts'
import type { DeclaredKey, KeyLookup, RingKey } from './ring-keys.ts'
import { SharedLook } from './shared-look.ts'
import type { Teams } from './teams.ts'

/** What may be needed besides: to be looked at first, which takes a while. Never rejects. */
export type AnyLookup = KeyLookup | { readonly kind: 'pending'; verify(): Promise<KeyLookup> }

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

/** A copy is written again no oftener, where nothing has changed. */
const copyEveryMs = 60_000
const lookEveryMs = 1_000
/** Of no store: whoever begins with such a copy reads the store as soon as that is there. */
const doubtedVersion = -1
/** When keys were used is written down no oftener. */
const noteEveryMs = 60_000
/** Kept keys that nobody could check for so long are believed no more: they may be revoked by now. */
const uncheckedMsMax = 60 * 60 * 1000
/** Where nobody could tell of the end of a key either, they are believed no longer than this. */
const unheardMsMax = 15 * 60 * 1000
/** Keys that were looked up in vain are not looked up again for this long. */
const unknownForMs = 1_000
const unknownMax = 10_000
const provenMax = 10_000
/** So many ids fit into a word. */
const wordKeysMax = 300

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
  readonly #unknown = new Map<string, number>()
  /**
   * The hashes of keys that were sent and are known: a client sends its key with every call. By the time that a map takes
   * nobody learns a key, because it compares a text only with one whose hash in the runtime is the same.
   */
  readonly #proven = new Map<string, string>()
  #declaredKeys: readonly DeclaredKey[] = []
  #teams: Teams = new Map()
  #uses: KeyUses | undefined
  #log: KeyLog | undefined
  #changed: (() => void) | undefined
  #notedAtMs: number
  /** Undefined until all keys have been read once. */
  #version: number | undefined
  #timer: Timer | undefined
  #isStopped = false
  #checkedAtMs: number
  #copiedAtMs = -Infinity
  readonly #looks = new SharedLook(() => this.#look())
  /** Whether others tell of the ends of keys; undefined where nobody does. */
  #hears: (() => boolean) | undefined
  #heardAtMs: number
  /** Keys are taken for ended that the store has not been asked about. */
  #isDoubted = false
  /** Why the store cannot be read, while that is so. */
  #trouble: { readonly cause: unknown; readonly isTooLong: boolean } | undefined

  private constructor(parts: KeyRingParts) {
    this.#parts = parts
    this.#hash = parts.hash
    this.#clock = parts.clock
    this.#checkedAtMs = this.#notedAtMs = this.#heardAtMs = parts.clock.nowMs()
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
    return this.#trouble !== undefined
  }

  /** How many keys can be used. */
  get size(): number {
    const nowMs = this.#clock.wallMs()
    return [...this.#stored.values(), ...this.#declared.values()].filter(
      (key) => key.caller !== undefined && stateOf(key, nowMs) === 'known',
    ).length
  }

  /** Who calls with this secret? A known key costs less than a microsecond. */
  find(secret: string): AnyLookup {
    return this.#known(secret) ?? (isWellFormed(secret) ? this.#ask(secret) : { kind: 'unknown' })
  }

  #known(secret: string): KeyLookup | undefined {
    const proven = this.#proven.get(secret)
    const hash = proven ?? this.#hash.of(secret)
    const declared = this.#declared.get(hash)
    const key = declared ?? this.#stored.get(hash)
    if (key !== undefined && (proven !== undefined || this.#hash.equal(key.hash, hash))) {
      if (proven === undefined) this.#remember(secret, hash)
      return declared === undefined ? this.#standing(key) : lookupOf(key, this.#clock.wallMs())
    }
    return undefined
  }

  /** Of a key of the store, which is believed only for so long where that cannot be asked. */
  #standing(key: RingKey): KeyLookup {
    if (this.#trouble?.isTooLong === true) return { kind: 'unverifiable', cause: this.#trouble.cause }
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

  /** From now on others tell of the ends of keys, while this is so. */
  hearWhile(hears: () => boolean): void {
    this.#hears = hears
    this.#heardAtMs = this.#clock.nowMs()
  }

  /** Keys that were revoked this short a time ago, a few hundred at most. */
  revokedWithin(withinMs: number): readonly string[] {
    const sinceMs = this.#clock.wallMs() - withinMs
    const revoked = this.#keys.flatMap(({ id, revokedAtMs: atMs }) =>
      atMs !== null && atMs >= sinceMs ? { id, atMs } : [],
    )
    const latest = revoked.toSorted((one, other) => other.atMs - one.atMs).slice(0, wordKeysMax)
    return latest.map(({ id }) => id)
  }

  /** These were revoked, as others say. The store knows better, where it can be asked. */
  revokedElsewhere(ids: ReadonlySet<string>): void {
    if (this.#trouble === undefined) return
    const nowMs = this.#clock.wallMs()
    const isEnded = ({ id, revokedAtMs }: StoredKey): boolean => revokedAtMs === null && ids.has(id)
    if (!this.#keys.some(isEnded)) return
    this.#isDoubted = true
    this.#take(this.#keys.map((key) => (isEnded(key) ? { ...key, revokedAtMs: nowMs } : key)))
    this.#keep(doubtedVersion)
    this.#changed?.()
  }

  /** From now on told each time that keys may have changed. It may be in the middle of a call. */
  tellChanges(tell: () => void): void {
    this.#changed = tell
  }

  /** Begins to look for changes that other processes make. */
  start(log?: KeyLog): void {
    this.#log = log
    if (this.#trouble !== undefined) this.#tellTrouble(this.#trouble.cause)
    this.#schedule()
  }

  /** Looks no more; resolves when it is written down which keys were used. */
  async stop(): Promise<void> {
    this.#isStopped = true
    this.#timer?.cancel()
    await this.#noteUses()
  }

  /** From now on it is written down there when keys are used. */
  noteUsesIn(uses: KeyUses): void {
    this.#uses = uses
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
    const share = this.#trouble === undefined ? 1 : 0.5 + (this.#parts.random?.() ?? 0.5)
    this.#timer = this.#clock.after(lookEveryMs * share, () => {
      if (this.#clock.nowMs() - this.#notedAtMs >= noteEveryMs) void this.#noteUses()
      void this.refresh().then(() => {
        if (!this.#isStopped) this.#schedule()
      })
    })
  }

  async #look(): Promise<void> {
    try {
      const isOld = this.#isDoubted || (await this.#parts.store.version()) !== this.#version
      if (isOld) await this.#read()
      if (this.#trouble !== undefined) this.#log?.info('keys_read_again')
      this.#trouble = undefined
      this.#checkedAtMs = this.#clock.nowMs()
      this.#copy()
    } catch (cause) {
      if (this.#trouble === undefined) this.#tellTrouble(cause)
      const isTooLong = this.#isTooLong()
      if (isTooLong && this.#trouble?.isTooLong !== true) {
        this.#log?.warn('keys_not_believed', { error: textOf(cause) })
      }
      this.#trouble = { cause, isTooLong }
    }
  }

  #isTooLong(): boolean {
    const nowMs = this.#clock.nowMs()
    if (this.#hears?.() === true) this.#heardAtMs = nowMs
    const unheardMs = this.#hears === undefined ? 0 : nowMs - Math.max(this.#checkedAtMs, this.#heardAtMs)
    return nowMs - this.#checkedAtMs >= uncheckedMsMax || unheardMs >= unheardMsMax
  }

  #tellTrouble(cause: unknown): void {
    this.#log?.warn('keys_not_read', { error: textOf(cause) })
  }

  async #read(): Promise<void> {
    const { store } = this.#parts
    const version = await store.version()
    const keys = await store.list()
    if ((await this.#hash.renew?.()) === true) {
      this.#proven.clear()
      this.#hashDeclared()
    }
    this.#take(keys)
    const wasDoubted = this.#isDoubted
    this.#isDoubted = false
    this.#unknown.clear()
    if (version !== this.#version || wasDoubted) this.#copiedAtMs = -Infinity
    this.#version = version
    this.#checkedAtMs = this.#clock.nowMs()
    this.#copy()
    this.#changed?.()
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
      this.#checkedAtMs -= Math.max(0, this.#clock.wallMs() - copy.confirmedMs)
    }
    this.#trouble = { cause, isTooLong: this.#clock.nowMs() - this.#checkedAtMs >= uncheckedMsMax }
  }

  /** Also where nothing has changed, because a copy is believed only for so long. */
  #copy(): void {
    if (this.#version === undefined) return
    if (this.#clock.nowMs() - this.#copiedAtMs < copyEveryMs) return
    this.#copiedAtMs = this.#clock.nowMs()
    this.#keep(this.#version)
  }

  #keep(version: number): void {
    const confirmedMs = this.#clock.wallMs() - (this.#clock.nowMs() - this.#checkedAtMs)
    this.#parts.kept?.write({ version, keys: this.#keys, confirmedMs })
  }

  async #noteUses(): Promise<void> {
    this.#notedAtMs = this.#clock.nowMs()
    const used = [...this.#stored.values()].filter(({ isUsed }) => isUsed)
    if (used.length === 0 || this.#uses === undefined) return
    for (const key of used) key.isUsed = false
    try {
      await this.#uses.note([...new Set(used.map(({ id }) => id))], this.#clock.wallMs())
    } catch {
      // The next round tells; nothing but a date for people is late.
      for (const { hash } of used) {
        const key = this.#stored.get(hash)
        if (key !== undefined) key.isUsed = true
      }
    }
  }

  #remember(secret: string, hash: string): void {
    if (this.#proven.size >= provenMax) this.#proven.clear()
    this.#proven.set(secret, hash)
  }

  /** A key that was made a moment ago works at once: the store says whether anything has changed. */
  #ask(secret: string): AnyLookup {
    const hash = this.#hash.of(secret)
    const older = this.#underPreviousPepper(secret, hash)
    if (older !== undefined) return older
    if (this.#trouble !== undefined) return { kind: 'unverifiable', cause: this.#trouble.cause }
    if ((this.#unknown.get(hash) ?? 0) > this.#clock.nowMs()) return { kind: 'unknown' }
    return { kind: 'pending', verify: () => this.#verify(secret) }
  }

  async #verify(secret: string): Promise<KeyLookup> {
    await this.refresh()
    const known = this.#known(secret)
    if (known !== undefined) return known
    if (this.#trouble !== undefined) return { kind: 'unverifiable', cause: this.#trouble.cause }
    // Not the hash from before: a key may have been made under a new pepper.
    const hash = this.#hash.of(secret)
    const older = this.#underPreviousPepper(secret, hash)
    if (older !== undefined) return older
    if (this.#unknown.size >= unknownMax) this.#unknown.clear()
    this.#unknown.set(hash, this.#clock.nowMs() + unknownForMs)
    return { kind: 'unknown' }
  }

  /** Only the one who has the secret can bring it under the new pepper. */
  #underPreviousPepper(secret: string, hash: string): KeyLookup | undefined {
    const older = this.#hash.ofPrevious?.(secret)
    const key = older === undefined ? undefined : this.#stored.get(older)
    if (older === undefined || key === undefined || !this.#hash.equal(key.hash, older)) return undefined
    this.#remember(secret, older)
    if (key.isPrevious === true) return this.#standing(key)
    // Until that is written the key is found like this; a failure is made up for by the next call.
    const rehashing = { from: older, to: hash, pepper: this.#hash.pepperId?.() }
    this.#parts.store.rehash(key.id, rehashing).then(
      () => this.#proven.delete(secret),
      () => this.#proven.delete(secret),
    )
    return this.#standing(key)
  }
}

function textOf(cause: unknown): string {
  return cause instanceof Error ? cause.message : String(cause)
}
