import { beforeEach, describe, expect, test } from 'bun:test'
import { MemoryKeyStore } from '../../test/contract/memory-key-store.ts'
import { VirtualClock } from '../../test/virtual-clock.ts'
import type { Peppers } from '../adapters/data-directory.ts'
import { pepperedHash } from '../compose/peppered-hash.ts'
import { createSecretHash } from '../platform/hmac.ts'
import { randomBytes } from '../platform/random.ts'
import { KeyRing } from './key-ring.ts'
import type { KeyLookup } from './ring-keys.ts'
import { makeSecret } from './key-secret.ts'
import { makeKey, rotateKey } from './manage-keys.ts'
import type { NewKey } from './manage-keys.ts'
import { failureOf } from '../../test/failure-of.ts'

const hash = createSecretHash(new Uint8Array(32).fill(7))
const hourMs = 3_600_000
const bytes = (value: number): Uint8Array => new Uint8Array(32).fill(value)

let store: MemoryKeyStore
let clock: VirtualClock
let ring: KeyRing
let logged: string[]
/** How often the store had been asked when the test began. */
let looksBefore: number

beforeEach(async () => {
  store = new MemoryKeyStore()
  clock = new VirtualClock()
  ring = await KeyRing.open({ store, hash, clock })
  logged = []
  looksBefore = store.looks
})

const looked = (): number => store.looks - looksBefore

const log = { warn: (event: string) => logged.push(event), info: (event: string) => logged.push(event) }

/** Makes a key as another process would: the ring is told nothing. */
async function make(more: Partial<NewKey> = {}): Promise<{ readonly id: string; readonly secret: string }> {
  const key = { name: 'ci', models: [], scopes: [], expiresAtMs: null, ...more }
  return await makeKey(key, { store, hash, random: randomBytes, nowMs: clock.wallMs() })
}

/** What it comes to, also where somebody has to look first. */
async function lookup(secret: string): Promise<KeyLookup> {
  const found = ring.find(secret)
  return found.kind === 'pending' ? await found.verify() : found
}

async function kindOf(secret: string): Promise<string> {
  return (await lookup(secret)).kind
}

/** Lets time pass, and what was begun by it go on. */
async function pass(ms: number): Promise<void> {
  for (let leftMs = ms; leftMs > 0; leftMs -= 1_000) {
    clock.advance(Math.min(leftMs, 1_000))
    for (let turn = 0; turn < 12; turn += 1) await Promise.resolve()
  }
}

describe('KeyRing', () => {
  test('knows who calls with a key that was made at any time', async () => {
    const { id, secret } = await make({ name: 'old', models: ['fast'], scopes: ['chat'] })
    ring = await KeyRing.open({ store, hash, clock })
    const caller = { keyId: id, keyName: 'old', models: ['fast'], scopes: ['chat'] }
    looksBefore = store.looks
    expect<object>(await lookup(secret)).toEqual({ kind: 'known', caller })
    expect(looked()).toBe(0)
    const made = await make()
    expect(await lookup(made.secret)).toMatchObject({ kind: 'known', caller: { keyId: made.id } })
    expect(ring.size).toBe(2)
  })

  test('does not know a key that nobody made, and asks for it once in a while', async () => {
    const { secret } = makeSecret(randomBytes)
    expect([await kindOf(secret), await kindOf(secret), looked()]).toEqual(['unknown', 'unknown', 1])
    await pass(1_000)
    expect([await kindOf(secret), looked()]).toEqual(['unknown', 2])
  })

  test('asks the store for nothing that cannot be a key', async () => {
    const { secret } = await make()
    for (const wrong of ['', 'x', secret.slice(0, -1), `${secret}x`, secret.replace(/.$/, '-')]) {
      expect(await kindOf(wrong)).toBe('unknown')
    }
    expect(looked()).toBe(0)
  })

  test('remembers a bounded number of unknown keys', async () => {
    const first = makeSecret(randomBytes).secret
    await lookup(first)
    for (let number = 0; number < 10_000; number += 1) await lookup(makeSecret(randomBytes).secret)
    await lookup(first)
    expect(looked()).toBe(10_002)
  })

  test('ends a revoked key within a second', async () => {
    const { id, secret } = await make()
    ring.start()
    expect(await kindOf(secret)).toBe('known')
    await store.revoke(id, clock.wallMs())
    await pass(1_000)
    expect([await kindOf(secret), ring.size]).toEqual(['revoked', 0])
  })

  test('ends a key at the moment at which it expires', async () => {
    const { secret } = await make({ expiresAtMs: clock.wallMs() + hourMs })
    expect(await kindOf(secret)).toBe('known')
    await pass(hourMs - 1)
    expect(await kindOf(secret)).toBe('known')
    await pass(1)
    expect([await kindOf(secret), ring.size]).toEqual(['expired', 0])
  })

  test('reads the store again only when keys have changed', async () => {
    ring.start()
    await pass(10_000)
    expect(store.reads).toBe(1)
    await make()
    await pass(10_000)
    expect(store.reads).toBe(2)
  })

  test('looks no more after its end', async () => {
    ring.start()
    await ring.stop()
    expect(clock.pending).toBe(0)
  })
})

describe('a key with a new secret', () => {
  test('has both until the old one’s time is over, and none when it is revoked', async () => {
    const { id, secret } = await make({ expiresAtMs: clock.wallMs() + 2 * hourMs })
    const keep = { store, hash, random: randomBytes, nowMs: clock.wallMs() }
    ring.start()
    const next = (await rotateKey(id, hourMs, keep))?.secret ?? ''
    await pass(1_000)
    expect([await kindOf(secret), await kindOf(next), next.slice(3, 11)]).toEqual(['known', 'known', id])
    await pass(hourMs)
    expect([await kindOf(secret), await kindOf(next)]).toEqual(['expired', 'known'])
    await store.revoke(id, clock.wallMs())
    await pass(1_000)
    expect([await kindOf(secret), await kindOf(next)]).toEqual(['revoked', 'revoked'])
    expect(await rotateKey('nobody', hourMs, keep)).toBeUndefined()
  })

  test('ends with the key where that ends before the overlap does', async () => {
    const { id, secret } = await make({ expiresAtMs: clock.wallMs() + hourMs })
    await rotateKey(id, 24 * hourMs, { store, hash, random: randomBytes, nowMs: clock.wallMs() })
    expect(await kindOf(secret)).toBe('known')
    await pass(hourMs)
    expect(await kindOf(secret)).toBe('expired')
  })
})

describe('a pepper that is changed', () => {
  test('leaves all keys as they are, and each comes under it when it is used', async () => {
    let peppers: Peppers = { current: bytes(1), previous: undefined, first: bytes(1) }
    const changing = pepperedHash(() => peppers)
    const keep = { store, hash: changing, random: randomBytes, nowMs: clock.wallMs() }
    const made = await makeKey({ name: 'a', models: [], scopes: [], expiresAtMs: null }, keep)
    ring = await KeyRing.open({ store, hash: changing, clock })
    ring.declare([{ name: 'ci', secret: 'a-key-of-any-form-at-all', models: [], scopes: [] }])
    expect([await kindOf(made.secret), await kindOf('a-key-of-any-form-at-all')]).toEqual(['known', 'known'])
    const [before] = await store.list()
    peppers = { current: bytes(2), previous: bytes(1), first: bytes(1) }
    await store.touch()
    await ring.refresh()
    expect([await kindOf(made.secret), await kindOf('a-key-of-any-form-at-all')]).toEqual(['known', 'known'])
    const [after] = await store.list()
    expect([after?.hash === before?.hash, after?.pepper === before?.pepper]).toEqual([false, false])
    await ring.refresh()
    peppers = { current: bytes(3), previous: bytes(2), first: bytes(1) }
    const { secret } = await makeKey(
      { name: 'b', models: [], scopes: [], expiresAtMs: null },
      {
        ...keep,
        hash: pepperedHash(() => peppers),
      },
    )
    // Before anybody has told: a key that was made a moment ago works at once.
    expect([await kindOf(secret), await kindOf(made.secret)]).toEqual(['known', 'known'])
  })
})

describe('when a key was used', () => {
  test('is noted once a minute for those that were, and at the end', async () => {
    const noted: string[] = []
    ring.noteUsesIn({
      note: async (ids, atMs) => {
        noted.push(`${ids.join()} ${atMs - clock.wallMs()}`)
        await Promise.resolve()
      },
    })
    const [one, other] = [await make(), await make()]
    ring.start()
    for (let number = 0; number < 3; number += 1) await lookup(one.secret)
    await pass(59_000)
    expect(noted).toEqual([])
    await pass(120_000)
    expect(noted.map((text) => text.slice(0, 8))).toEqual([one.id])
    await lookup(other.secret)
    await ring.stop()
    expect(noted.at(-1)).toBe(`${other.id} 0`)
  })

  test('is noted later where it cannot be written', async () => {
    let isFull = true
    let count = 0
    const note = async (): Promise<void> => {
      await Promise.resolve()
      if (isFull) throw new Error('the disk is full')
      count += 1
    }
    ring.noteUsesIn({ note })
    ring.start()
    await lookup((await make()).secret)
    await pass(60_000)
    isFull = false
    await pass(60_000)
    expect(count).toBe(1)
  })
})

describe('a team', () => {
  test('holds for made keys from the config on that has it, until one that has not', async () => {
    const { id, secret } = await make({ team: 'research' })
    expect([await kindOf(secret), ring.size]).toEqual(['unknown', 0])
    ring.declare([], new Map([['research', { models: ['fast'], scopes: [], tenant: 'acme' }]]))
    expect(await lookup(secret)).toMatchObject({
      caller: { team: 'research', tenant: 'acme', teamAllows: { models: ['fast'] } },
    })
    expect(ring.teamless()).toEqual([])
    ring.declare([])
    expect([await kindOf(secret), ring.teamless()]).toEqual(['unknown', [id]])
  })
})

describe('declared keys', () => {
  const declared = {
    name: 'ci',
    secret: 'a-key-of-any-form-at-all',
    models: ['fast'],
    scopes: ['chat'] as const,
  }

  test('are known by their name, and gone when the config has them no more', async () => {
    ring.declare([declared])
    const caller = { keyId: 'config:ci', keyName: 'ci', models: ['fast'], scopes: ['chat'] }
    expect<object>(await lookup(declared.secret)).toEqual({ kind: 'known', caller })
    ring.declare([{ ...declared, secret: 'the-next-key-of-any-form' }])
    expect([await kindOf(declared.secret), await kindOf('the-next-key-of-any-form')]).toEqual([
      'unknown',
      'known',
    ])
    ring.declare([])
    expect([await kindOf('the-next-key-of-any-form'), ring.size]).toEqual(['unknown', 0])
  })

  test('go before a made key of the same secret, and leave it as it was', async () => {
    const { id, secret } = await make()
    ring.declare([{ ...declared, secret }])
    expect(await lookup(secret)).toMatchObject({ caller: { keyId: 'config:ci' } })
    ring.declare([])
    expect(await lookup(secret)).toMatchObject({ caller: { keyId: id } })
  })
})

describe('a store that cannot be read', () => {
  test('leaves known keys as they are for an hour, and nobody can say of others', async () => {
    const { secret } = await make()
    ring.declare([{ name: 'ci', secret: 'a-key-of-any-form-at-all', models: [], scopes: [] }])
    await lookup(secret)
    ring.start(log)
    await pass(1_000)
    store.isAway = true
    await pass(hourMs - 1_000)
    expect([await kindOf(secret), await kindOf(makeSecret(randomBytes).secret)]).toEqual([
      'known',
      'unverifiable',
    ])
    await pass(1_000)
    expect([await kindOf(secret), await kindOf('a-key-of-any-form-at-all')]).toEqual([
      'unverifiable',
      'known',
    ])
    expect(logged).toEqual(['keys_not_read', 'keys_not_believed'])
  })

  test('leaves those under the pepper before no longer', async () => {
    let peppers: Peppers = { current: bytes(1), previous: undefined, first: bytes(1) }
    const changing = pepperedHash(() => peppers)
    const keep = { store, hash: changing, random: randomBytes, nowMs: clock.wallMs() }
    const { secret } = await makeKey({ name: 'a', models: [], scopes: [], expiresAtMs: null }, keep)
    peppers = { current: bytes(2), previous: bytes(1), first: bytes(1) }
    ring = await KeyRing.open({ store, hash: pepperedHash(() => peppers), clock })
    ring.start(log)
    await pass(1_000)
    store.isAway = true
    await pass(hourMs - 1_000)
    expect(await kindOf(secret)).toBe('known')
    await pass(1_000)
    expect([await kindOf(secret), await kindOf(secret)]).toEqual(['unverifiable', 'unverifiable'])
  })

  test('leaves them for a quarter of an hour where nobody else can tell of their ends', async () => {
    const { secret } = await make()
    await lookup(secret)
    let hears = true
    ring.hearWhile(() => hears)
    ring.start(log)
    store.isAway = true
    await pass(hourMs / 2)
    hears = false
    await pass(hourMs / 4 - 2_000)
    expect(await kindOf(secret)).toBe('known')
    await pass(3_000)
    expect(await kindOf(secret)).toBe('unverifiable')
    store.isAway = false
    await pass(2_000)
    expect(await kindOf(secret)).toBe('known')
  })

  test('does not keep a key open of which others say that it is revoked', async () => {
    const [revoked, slandered, other] = [await make(), await make(), await make()]
    for (const { secret } of [revoked, slandered, other]) await lookup(secret)
    ring.start(log)
    ring.revokedElsewhere(new Set([other.id]))
    expect(await kindOf(other.secret)).toBe('known')
    store.isAway = true
    await pass(2_000)
    ring.revokedElsewhere(new Set([revoked.id, slandered.id, 'nobody']))
    expect(await Promise.all([revoked, slandered, other].map(({ secret }) => kindOf(secret)))).toEqual([
      'revoked',
      'revoked',
      'known',
    ])
    expect(new Set(ring.revokedWithin(60_000))).toEqual(new Set([revoked.id, slandered.id]))
    store.isAway = false
    await store.revoke(revoked.id, clock.wallMs())
    await pass(2_000)
    expect([await kindOf(revoked.secret), await kindOf(slandered.secret)]).toEqual(['revoked', 'known'])
  })

  test('is made up for as soon as it is back', async () => {
    const { id, secret } = await make()
    await lookup(secret)
    ring.start(log)
    store.isAway = true
    await pass(2 * hourMs)
    store.isAway = false
    await store.revoke(id, clock.wallMs())
    await pass(1_000)
    expect(await kindOf(secret)).toBe('revoked')
    expect(logged).toEqual(['keys_not_read', 'keys_not_believed', 'keys_read_again'])
  })

  test('keeps a ring from being made', async () => {
    store.isAway = true
    expect(String(await failureOf(() => KeyRing.open({ store, hash, clock })))).toContain('the store is away')
  })
})
