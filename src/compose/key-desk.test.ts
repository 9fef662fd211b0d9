import { describe, expect, test } from 'bun:test'
import { MemoryKeyStore } from '../../test/contract/memory-key-store.ts'
import { failureOf } from '../../test/failure-of.ts'
import { VirtualClock } from '../../test/virtual-clock.ts'
import type { AuditAct, AuditEntry, AuditTrail } from '../audit/audit-trail.ts'
import { AuditUnavailable } from '../core/admin-errors.ts'
import { AuthUnavailable } from '../core/errors.ts'
import type { KeyDesk } from '../http/admin/key-desk.ts'
import { KeyRing } from '../keys/key-ring.ts'
import type { KeyStore } from '../keys/key-store.ts'
import { createSecretHash } from '../platform/hmac.ts'
import { keyDesk } from './key-desk.ts'

const by = { actor: 'abcdefgh', address: '10.0.0.7' }
const newKey = { name: 'ci', models: [], scopes: [], expiresAtMs: null }

class MemoryTrail implements AuditTrail {
  isAway = false
  readonly acts: AuditAct[] = []

  readonly append = async (act: AuditAct, atMs: number): Promise<AuditEntry> => {
    if (this.isAway) throw new Error('the disk is full')
    this.acts.push(act)
    return await Promise.resolve({ ...act, atMs, number: this.acts.length, hash: '' })
  }

  readonly list = (): Promise<readonly AuditEntry[]> => Promise.resolve([])
  readonly rows = (): [] => []
}

async function deskOf(otherwise: Partial<KeyStore> = {}): Promise<{
  desk: KeyDesk
  store: MemoryKeyStore
  trail: MemoryTrail
  ring: KeyRing
}> {
  const [store, trail, clock] = [new MemoryKeyStore(), new MemoryTrail(), new VirtualClock()]
  const hash = createSecretHash(new Uint8Array(32))
  // A class's methods are not its own, and would not be copied.
  const bound = {
    add: store.add.bind(store),
    list: store.list.bind(store),
    revoke: store.revoke.bind(store),
    rotate: store.rotate.bind(store),
    change: store.change.bind(store),
    rehash: store.rehash.bind(store),
    touch: store.touch.bind(store),
    remove: store.remove.bind(store),
    version: store.version.bind(store),
    ...otherwise,
  }
  const ring = await KeyRing.open({ store: bound, hash, clock })
  const desk = keyDesk({
    store: bound,
    hash,
    trail,
    ring,
    clock,
    teams: () => new Map(),
    naming: () => undefined,
  })
  return { desk, store, trail, ring }
}

describe('the desk of keys', () => {
  test('writes down who did what, and how it was before and is after', async () => {
    const { desk, trail } = await deskOf()
    const { key } = await desk.make(newKey, by)
    await desk.change(key.id, { name: 'builds' }, by)
    await desk.rotate(key.id, 1_000, by)
    await desk.revoke(key.id, by)
    await desk.revoke(key.id, by)
    expect(trail.acts.map(({ action, subject, actor }) => [action, subject, actor])).toEqual(
      ['key.create', 'key.change', 'key.rotate', 'key.revoke'].map((action) => [action, key.id, by.actor]),
    )
    expect(trail.acts[1]).toMatchObject({ before: { name: 'ci' }, after: { name: 'builds' } })
    expect(JSON.stringify(trail.acts)).not.toContain(key.hash)
  })

  test('tells the ring of each change at once', async () => {
    const { desk, ring } = await deskOf()
    const { key, secret } = await desk.make(newKey, by)
    expect(ring.find(secret).kind).toBe('known')
    const rotated = await desk.rotate(key.id, 0, by)
    expect([ring.find(secret).kind, ring.find(rotated?.secret ?? '').kind]).toEqual(['expired', 'known'])
    await desk.revoke(key.id, by)
    expect(ring.find(rotated?.secret ?? '').kind).toBe('revoked')
  })

  test('does nothing that it cannot write down', async () => {
    const { desk, store, trail } = await deskOf()
    const { key } = await desk.make(newKey, by)
    trail.isAway = true
    const before = await store.version()
    for (const work of [
      () => desk.make(newKey, by),
      () => desk.change(key.id, { name: 'x' }, by),
      () => desk.rotate(key.id, 0, by),
      () => desk.revoke(key.id, by),
    ]) {
      expect(await failureOf(work)).toBeInstanceOf(AuditUnavailable)
    }
    expect(await store.version()).toBe(before)
  })

  test('says of what did not come about that it did not', async () => {
    const { desk, trail } = await deskOf({ add: () => Promise.reject(new Error('no room')) })
    expect(await failureOf(() => desk.make(newKey, by))).toBeInstanceOf(AuthUnavailable)
    expect(trail.acts.map(({ action, outcome }) => [action, outcome])).toEqual([
      ['key.create', 'done'],
      ['key.create', 'failed'],
    ])
  })

  test('is away when the store is', async () => {
    const { desk, store } = await deskOf()
    store.isAway = true
    expect(await failureOf(() => desk.list())).toBeInstanceOf(AuthUnavailable)
  })
})
