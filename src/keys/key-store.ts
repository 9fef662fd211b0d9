// What must be kept of keys, in the words of this feature. The secret itself is kept nowhere.
import type { Allowance, CallDefaults } from '../core/caller.ts'

/** How secrets are hashed: keyed with the pepper, and compared without telling where two differ. */
export interface SecretHash {
  of(secret: string): string
  equal(one: string, other: string): boolean
  /** Under the pepper before this one, while there is one: keys that were made with it go on working. */
  ofPrevious?(secret: string): string | undefined
  /** Which pepper it is. */
  pepperId?(): string
  /** Looks whether the pepper has been changed; true when it has. Throws or rejects when nobody can say. */
  renew?(): boolean | Promise<boolean>
}

/** Whose a key is. */
export interface KeyOwner {
  readonly tenant?: string | undefined
  /** A name under `teams` in the config. */
  readonly team?: string | undefined
  readonly user?: string | undefined
}

export interface StoredKey extends KeyOwner, Allowance, CallDefaults {
  /** Eight characters, part of the secret, safe to log. */
  readonly id: string
  readonly name: string
  /** HMAC-SHA-256 of the secret under the pepper, hexadecimal. */
  readonly hash: string
  /** Which pepper; left out for keys from before peppers could be changed. */
  readonly pepper?: string | undefined
  /** The secret's last four characters, for people to tell keys apart. */
  readonly last4: string
  /** Milliseconds since the epoch, all three. */
  readonly createdAtMs: number
  readonly expiresAtMs: number | null
  readonly revokedAtMs: number | null
  /** The secret before this one, as long as both are good. */
  readonly previous?: PreviousSecret | undefined
  /** Milliseconds since the epoch, to the minute or so; left out when it was never used. */
  readonly lastUsedAtMs?: number | undefined
}

export interface PreviousSecret {
  readonly hash: string
  /** Milliseconds since the epoch. */
  readonly untilMs: number
}

/** A key's new secret, and until when the old one is good. */
export interface Rotation {
  readonly hash: string
  readonly pepper: string | undefined
  readonly last4: string
  readonly previousUntilMs: number
}

/** What may be changed of a key. Only what is there is changed; undefined takes away. */
export type KeyChanges = Partial<
  Pick<StoredKey, 'name' | 'expiresAtMs' | 'tenant' | 'team' | 'user' | keyof Allowance | keyof CallDefaults>
>

export interface Rehashing {
  readonly from: string
  readonly to: string
  readonly pepper: string | undefined
}

export interface KeyStore {
  /** Keeps a new key. Rejects when the id or the hash is taken. */
  add(key: StoredKey): Promise<void>
  /** All keys, the oldest first, revoked ones too. */
  list(): Promise<readonly StoredKey[]>
  /** Makes a key useless from then on. False when there is none of this id; a second time changes nothing. */
  revoke(id: string, atMs: number): Promise<boolean>
  /** Gives a key a new secret; the one before the last is useless from then on. False when there is none of this id. */
  rotate(id: string, rotation: Rotation): Promise<boolean>
  /** False when there is none of this id, or it is revoked. */
  change(id: string, changes: KeyChanges): Promise<boolean>
  /** The same secret under another pepper. Nothing changes when the key has another secret by now. */
  rehash(id: string, rehashing: Rehashing): Promise<void>
  /** Tells everybody to look again, though no key has changed. */
  touch(): Promise<void>
  /** Forgets a key, for one that was made for a single run. False when there is none of this id. */
  remove(id: string): Promise<boolean>
  /** A number that changes with every change, whoever makes it. Rejects when the store cannot be read. */
  version(): Promise<number>
}

/** All keys as they were at some time. */
export interface KeySnapshot {
  readonly version: number
  /** The same list where nothing has changed. */
  readonly keys: readonly StoredKey[]
  /** Wall clock: when the store was last seen to hold these. */
  readonly confirmedMs: number
}

/** A copy of the keys beside a store that can be away, so that a start does not depend on it. */
export interface KeptKeys {
  /** Undefined where there is none that can be believed. */
  read(): KeySnapshot | undefined
  /** Never throws. */
  write(snapshot: KeySnapshot): void
}

/** When keys were used last, for people who look whether one is needed any more. */
export interface KeyUses {
  /** Rejects when it cannot be written; it is asked again. */
  note(ids: readonly string[], atMs: number): Promise<void>
}
