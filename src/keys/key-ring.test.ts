import { beforeEach, describe, expect, test } from 'bun:test'
import { MemoryKeyStore } from '../../test/contract/memory-key-store.ts'
import { VirtualClock } from '../../test/virtual-clock.ts'
import type { Peppers } from '../adapters/data-directory.ts'
import { pepperedHash } from '../compose/peppered-hash.ts'
import { createSecretHash } from '../platform/hmac.ts'
import { randomBytes } from '../platform/random.ts'
import { KeyRing } from './key-ring.ts'
import { makeSecret } from './key-secret.ts'
import { makeKey, rotateKey } from './manage-keys.ts'
import type { NewKey } from './manage-keys.ts'

const hash = createSecretHash(new Uint8Array(32).fill(7))
const hourMs = 3_600_000
const bytes = (value: number): Uint8Array => new Uint8Array(32).fill(value)

let store: MemoryKeyStore
let clock: VirtualClock
let ring: KeyRing
let logged: string[]

beforeEach(() => {
  store = new MemoryKeyStore()
  clock = new VirtualClock()
  ring = new KeyRing(store, hash, clock)
  logged = []
})

const log = { warn: (event: string) => logged.push(event), info: (event: string) => logged.push(event) }

/** Makes a key as another process would: the ring is told nothing. */
async function make(more: Partial<NewKey> = {}): Promise<{ readonly id: string; readonly secret: string }> {
  const key = { name: 'ci', models: [], scopes: [], expiresAtMs: null, ...more }
  return await makeKey(key, { store, hash, random: randomBytes, nowMs: clock.wallMs() })
}

const kindOf = (secret: string): string => ring.find(secret).kind

describe('KeyRing', () => {
  test('knows who calls with a key that was made at any time', async () => {
    const { id, secret } = await make({ name: 'old', models: ['fast'], scopes: ['chat'] })
    ring = new KeyRing(store, hash, clock)
    const caller = { keyId: id, keyName: 'old', models: ['fast'], scopes: ['chat'] }
    expect(ring.find(secret)).toEqual({ kind: 'known', caller } as never)
    expect(store.lookups).toBe(0)
    const made = await make()
    expect(ring.find(made.secret)).toMatchObject({ kind: 'known', caller: { keyId: made.id } })
    expect(ring.size).toBe(2)
  })

  test('does not know a key that nobody made, and asks for it once in a while', async () => {
    const { secret } = makeSecret(randomBytes)
    expect([kindOf(secret), kindOf(secret), store.lookups]).toEqual(['unknown', 'unknown', 1])
    clock.advance(1_000)
    expect([kindOf(secret), store.lookups]).toEqual(['unknown', 2])
  })

  test('asks the store for nothing that cannot be a key', async () => {
    const { secret } = await make()
    for (const wrong of ['', 'x', secret.slice(0, -1), `${secret}x`, secret.replace(/.$/, '-')]) {
      expect(kindOf(wrong)).toBe('unknown')
    }
    expect(store.lookups).toBe(0)
  })

  test('remembers a bounded number of unknown keys', () => {
    const first = makeSecret(randomBytes).secret
    ring.find(first)
    for (let number = 0; number < 10_000; number += 1) ring.find(makeSecret(randomBytes).secret)
    ring.find(first)
    expect(store.lookups).toBe(10_002)
  })

  test('ends a revoked key within a second', async () => {
    const { id, secret } = await make()
    ring.start()
    expect(kindOf(secret)).toBe('known')
    await store.revoke(id, clock.wallMs())
    clock.advance(1_000)
    expect([kindOf(secret), ring.size]).toEqual(['revoked', 0])
  })

  test('ends a key at the moment at which it expires', async () => {
    const { secret } = await make({ expiresAtMs: clock.wallMs() + hourMs })
    expect(kindOf(secret)).toBe('known')
    clock.advance(hourMs - 1)
    expect(kindOf(secret)).toBe('known')
    clock.advance(1)
    expect([kindOf(secret), ring.size]).toEqual(['expired', 0])
  })

  test('reads the store again only when keys have changed', async () => {
    ring.start()
    clock.advance(10_000)
    expect(store.reads).toBe(1)
    await make()
    clock.advance(10_000)
    expect(store.reads).toBe(2)
  })

  test('looks no more after its end', async () => {
    ring.start()
    ring.stop()
    expect(clock.pending).toBe(0)
  })
})

describe('a key with a new secret', () => {
  test('has both until the old one’s time is over, and none when it is revoked', async () => {
    const { id, secret } = await make({ expiresAtMs: clock.wallMs() + 2 * hourMs })
    const keep = { store, hash, random: randomBytes, nowMs: clock.wallMs() }
    ring.start()
    const next = (await rotateKey(id, hourMs, keep))?.secret ?? ''
    clock.advance(1_000)
    expect([kindOf(secret), kindOf(next), next.slice(3, 11)]).toEqual(['known', 'known', id])
    clock.advance(hourMs)
    expect([kindOf(secret), kindOf(next)]).toEqual(['expired', 'known'])
    await store.revoke(id, clock.wallMs())
    clock.advance(1_000)
    expect([kindOf(secret), kindOf(next)]).toEqual(['revoked', 'revoked'])
    expect(await rotateKey('nobody', hourMs, keep)).toBeUndefined()
  })

  test('ends with the key where that ends before the overlap does', async () => {
    const { id, secret } = await make({ expiresAtMs: clock.wallMs() + hourMs })
    await rotateKey(id, 24 * hourMs, { store, hash, random: randomBytes, nowMs: clock.wallMs() })
    expect(kindOf(secret)).toBe('known')
    clock.advance(hourMs)
    expect(kindOf(secret)).toBe('expired')
  })
})

describe('a pepper that is changed', () => {
  test('leaves all keys as they are, and each comes under it when it is used', async () => {
    let peppers: Peppers = { current: bytes(1), previous: undefined, first: bytes(1) }
    const changing = pepperedHash(() => peppers)
    const keep = { store, hash: changing, random: randomBytes, nowMs: clock.wallMs() }
    const made = await makeKey({ name: 'a', models: [], scopes: [], expiresAtMs: null }, keep)
    ring = new KeyRing(store, changing, clock)
    ring.declare([{ name: 'ci', secret: 'a-key-of-any-form-at-all', models: [], scopes: [] }])
    expect([kindOf(made.secret), kindOf('a-key-of-any-form-at-all')]).toEqual(['known', 'known'])
    const [before] = store.all()
    peppers = { current: bytes(2), previous: bytes(1), first: bytes(1) }
    await store.touch()
    ring.refresh()
    expect([kindOf(made.secret), kindOf('a-key-of-any-form-at-all')]).toEqual(['known', 'known'])
    const [after] = store.all()
    expect([after?.hash === before?.hash, after?.pepper === before?.pepper]).toEqual([false, false])
    ring.refresh()
    peppers = { current: bytes(3), previous: bytes(2), first: bytes(1) }
    const { secret } = await makeKey(
      { name: 'b', models: [], scopes: [], expiresAtMs: null },
      {
        ...keep,
        hash: pepperedHash(() => peppers),
      },
    )
    // Before anybody has told: a key that was made a moment ago works at once.
    expect([kindOf(secret), kindOf(made.secret)]).toEqual(['known', 'known'])
  })
})

describe('when a key was used', () => {
  test('is noted once a minute for those that were, and at the end', async () => {
    const noted: string[] = []
    ring.noteUsesIn({ note: (ids, atMs) => noted.push(`${ids.join()} ${atMs - clock.wallMs()}`) })
    const [one, other] = [await make(), await make()]
    ring.start()
    for (let number = 0; number < 3; number += 1) ring.find(one.secret)
    clock.advance(59_000)
    expect(noted).toEqual([])
    clock.advance(120_000)
    expect(noted.map((text) => text.slice(0, 8))).toEqual([one.id])
    ring.find(other.secret)
    ring.stop()
    expect(noted.at(-1)).toBe(`${other.id} 0`)
  })

  test('is noted later where it cannot be written', async () => {
    let isFull = true
    let count = 0
    const note = (): void => {
      if (isFull) throw new Error('the disk is full')
      count += 1
    }
    ring.noteUsesIn({ note })
    ring.start()
    ring.find((await make()).secret)
    clock.advance(60_000)
    isFull = false
    clock.advance(60_000)
    expect(count).toBe(1)
  })
})

describe('a team', () => {
  test('holds for made keys from the config on that has it, until one that has not', async () => {
    const { id, secret } = await make({ team: 'research' })
    expect([kindOf(secret), ring.size]).toEqual(['unknown', 0])
    ring.declare([], new Map([['research', { models: ['fast'], scopes: [], tenant: 'acme' }]]))
    expect(ring.find(secret)).toMatchObject({
      caller: { team: 'research', tenant: 'acme', teamAllows: { models: ['fast'] } },
    })
    expect(ring.teamless()).toEqual([])
    ring.declare([])
    expect([kindOf(secret), ring.teamless()]).toEqual(['unknown', [id]])
  })
})

describe('declared keys', () => {
  const declared = {
    name: 'ci',
    secret: 'a-key-of-any-form-at-all',
    models: ['fast'],
    scopes: ['chat'] as const,
  }

  test('are known by their name, and gone when the config has them no more', () => {
    ring.declare([declared])
    const caller = { keyId: 'config:ci', keyName: 'ci', models: ['fast'], scopes: ['chat'] }
    expect(ring.find(declared.secret)).toEqual({ kind: 'known', caller } as never)
    ring.declare([{ ...declared, secret: 'the-next-key-of-any-form' }])
    expect([kindOf(declared.secret), kindOf('the-next-key-of-any-form')]).toEqual(['unknown', 'known'])
    ring.declare([])
    expect([kindOf('the-next-key-of-any-form'), ring.size]).toEqual(['unknown', 0])
  })

  test('go before a made key of the same secret, and leave it as it was', async () => {
    const { id, secret } = await make()
    ring.declare([{ ...declared, secret }])
    expect(ring.find(secret)).toMatchObject({ caller: { keyId: 'config:ci' } })
    ring.declare([])
    expect(ring.find(secret)).toMatchObject({ caller: { keyId: id } })
  })
})

describe('a store that cannot be read', () => {
  test('leaves known keys as they are for an hour, and nobody can say of others', async () => {
    const { secret } = await make()
    ring.declare([{ name: 'ci', secret: 'a-key-of-any-form-at-all', models: [], scopes: [] }])
    ring.find(secret)
    ring.start(log)
    clock.advance(1_000)
    store.isAway = true
    clock.advance(hourMs - 1_000)
    expect([kindOf(secret), kindOf(makeSecret(randomBytes).secret)]).toEqual(['known', 'unverifiable'])
    clock.advance(1_000)
    expect([kindOf(secret), kindOf('a-key-of-any-form-at-all')]).toEqual(['unverifiable', 'known'])
    expect(logged).toEqual(['keys_not_read', 'keys_not_believed'])
  })

  test('is made up for as soon as it is back', async () => {
    const { id, secret } = await make()
    ring.find(secret)
    ring.start(log)
    store.isAway = true
    clock.advance(2 * hourMs)
    store.isAway = false
    await store.revoke(id, clock.wallMs())
    clock.advance(1_000)
    expect(kindOf(secret)).toBe('revoked')
    expect(logged).toEqual(['keys_not_read', 'keys_not_believed', 'keys_read_again'])
  })

  test('keeps a ring from being made', () => {
    store.isAway = true
    expect(() => new KeyRing(store, hash, clock)).toThrow('the store is away')
  })
})
