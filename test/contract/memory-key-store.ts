// Keys in memory, for tests: it keeps the promises of the port, as the contract shows, and can be away.
import type { KeyChanges, KeyStore, Rehashing, Rotation, StoredKey } from '../../src/keys/key-store.ts'

export class MemoryKeyStore implements KeyStore {
  /** Whether everything fails, as with a database that cannot be read. */
  isAway = false
  /** How often it was read whole. */
  reads = 0
  /** How often it was asked whether anything has changed. */
  looks = 0
  #keys: readonly StoredKey[] = []
  #version = 0

  add(key: StoredKey): Promise<void> {
    const isTaken = this.#all().some(({ id, hash }) => id === key.id || hash === key.hash)
    if (isTaken) return Promise.reject(new Error('The id or the hash is taken.'))
    this.#change([...this.#keys, key])
    return Promise.resolve()
  }

  async list(): Promise<readonly StoredKey[]> {
    this.reads += 1
    return await Promise.resolve(this.#all())
  }

  revoke(id: string, atMs: number): Promise<boolean> {
    const isKnown = this.#all().some((key) => key.id === id)
    const revoked = (key: StoredKey): StoredKey =>
      key.id === id ? { ...key, revokedAtMs: key.revokedAtMs ?? atMs } : key
    if (isKnown) this.#change(this.#keys.map(revoked))
    return Promise.resolve(isKnown)
  }

  rotate(id: string, { hash, pepper, last4, previousUntilMs: untilMs }: Rotation): Promise<boolean> {
    const isGood = this.#all().some((key) => key.id === id && key.revokedAtMs === null)
    const rotated = (key: StoredKey): StoredKey =>
      key.id === id ? { ...key, hash, pepper, last4, previous: { hash: key.hash, untilMs } } : key
    if (isGood) this.#change(this.#keys.map(rotated))
    return Promise.resolve(isGood)
  }

  rehash(id: string, { from, to, pepper }: Rehashing): Promise<void> {
    const rehashed = (key: StoredKey): StoredKey =>
      key.id === id && key.hash === from ? { ...key, hash: to, pepper } : key
    this.#change(this.#keys.map(rehashed))
    return Promise.resolve()
  }

  touch(): Promise<void> {
    this.#change(this.#keys)
    return Promise.resolve()
  }

  remove(id: string): Promise<boolean> {
    const isKnown = this.#all().some((key) => key.id === id)
    if (isKnown) this.#change(this.#keys.filter((key) => key.id !== id))
    return Promise.resolve(isKnown)
  }

  change(id: string, changes: KeyChanges): Promise<boolean> {
    const isKnown = this.#all().some((key) => key.id === id && key.revokedAtMs === null)
    if (isKnown) this.#change(this.#keys.map((key) => (key.id === id ? { ...key, ...changes } : key)))
    return Promise.resolve(isKnown)
  }

  async version(): Promise<number> {
    this.looks += 1
    this.#all()
    return await Promise.resolve(this.#version)
  }

  #all(): readonly StoredKey[] {
    if (this.isAway) throw new Error('the store is away')
    return this.#keys.toSorted((one, other) => {
      return one.createdAtMs - other.createdAtMs || (one.id < other.id ? -1 : 1)
    })
  }

  #change(keys: readonly StoredKey[]): void {
    this.#keys = keys
    this.#version += 1
  }
}
