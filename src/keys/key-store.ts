// What must be kept of keys, in the words of this feature. The secret itself is kept nowhere.
import type { Scope } from '../core/caller.ts'

/** How secrets are hashed: keyed with the pepper, and compared without telling where two differ. */
export interface SecretHash {
  of(secret: string): string
  equal(one: string, other: string): boolean
}

export interface StoredKey {
  /** Eight characters, part of the secret, safe to log. */
  readonly id: string
  readonly name: string
  /** HMAC-SHA-256 of the secret under the pepper, hexadecimal. */
  readonly hash: string
  /** The secret's last four characters, for people to tell keys apart. */
  readonly last4: string
  /** Milliseconds since the epoch, all three. */
  readonly createdAtMs: number
  readonly expiresAtMs: number | null
  readonly revokedAtMs: number | null
  /** Empty means every one. */
  readonly models: readonly string[]
  readonly scopes: readonly Scope[]
}

export interface KeyStore {
  /** Keeps a new key. Rejects when the id or the hash is taken. */
  add(key: StoredKey): Promise<void>
  /** All keys, the oldest first, revoked ones too. */
  list(): Promise<readonly StoredKey[]>
  /** Makes a key useless from then on. False when there is none of this id; a second time changes nothing. */
  revoke(id: string, atMs: number): Promise<boolean>
  /** Forgets a key, for one that was made for a single run. False when there is none of this id. */
  remove(id: string): Promise<boolean>
  /** At once, because a call is waiting. Throws when the store cannot be read. */
  findByHash(hash: string): StoredKey | undefined
  /** All keys, at once. Throws when the store cannot be read. */
  all(): readonly StoredKey[]
  /** A number that changes when another process has changed something. Throws when the store cannot be read. */
  version(): number
}
