// With a real file: what a gateway begins with while its database is away.
import { afterEach, beforeEach, expect, test } from 'bun:test'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { MemoryKeyStore } from '../../test/contract/memory-key-store.ts'
import { VirtualClock } from '../../test/virtual-clock.ts'
import { pepperedHash } from '../compose/peppered-hash.ts'
import { KeyRing } from '../keys/key-ring.ts'
import { makeKey } from '../keys/manage-keys.ts'
import { randomBytes } from '../platform/random.ts'
import { keptKeysFile } from './kept-keys-file.ts'

const minuteMs = 60_000
const pepper = new Uint8Array(32).fill(1)
const peppers = { current: pepper, previous: undefined, first: pepper }
const hash = pepperedHash(() => peppers)

let directory: string
let store: MemoryKeyStore
let clock: VirtualClock
let problems: string[]

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'kept-keys-'))
  store = new MemoryKeyStore()
  clock = new VirtualClock()
  problems = []
})

afterEach(() => {
  rmSync(directory, { recursive: true, force: true })
  expect(problems).toEqual([])
})

/** As a process does that begins now. */
function open(): Promise<KeyRing> {
  const onProblem = (problem: string): void => void problems.push(problem)
  const kept = keptKeysFile({ directory, database: 'db', peppers: () => peppers, onProblem })
  return KeyRing.open({ store, hash, clock, kept, random: () => 0.5 })
}

async function make(): Promise<{ readonly id: string; readonly secret: string }> {
  const key = { name: 'ci', models: [], scopes: [], expiresAtMs: null }
  return await makeKey(key, { store, hash, random: randomBytes, nowMs: clock.wallMs() })
}

test('a revocation that was heard while the database was away is not forgotten by a restart', async () => {
  const [revoked, slandered, other] = [await make(), await make(), await make()]
  const kindsIn = (ring: KeyRing): readonly string[] =>
    [revoked, slandered, other].map(({ secret }) => ring.find(secret).kind)
  const before = await open()
  store.isAway = true
  await before.refresh()
  clock.advance(10 * minuteMs)
  for (const { id } of [revoked, slandered]) before.revokedElsewhere(new Set([id]))
  const after = await open()
  expect(kindsIn(after)).toEqual(['revoked', 'revoked', 'known'])
  // What is believed is as old as it was before.
  clock.advance(50 * minuteMs)
  await after.refresh()
  expect(kindsIn(after)).toEqual(['unverifiable', 'unverifiable', 'unverifiable'])
  store.isAway = false
  await store.revoke(revoked.id, clock.wallMs())
  await after.refresh()
  expect(kindsIn(after)).toEqual(['revoked', 'known', 'known'])
  store.isAway = true
  clock.advance(59 * minuteMs)
  expect(kindsIn(await open())).toEqual(['revoked', 'known', 'known'])
})

test('what others only said is asked of the database, also where it holds the same as before', async () => {
  const slandered = await make()
  const before = await open()
  store.isAway = true
  await before.refresh()
  before.revokedElsewhere(new Set([slandered.id]))
  const after = await open()
  store.isAway = false
  await after.refresh()
  expect(after.find(slandered.secret).kind).toBe('known')
})
