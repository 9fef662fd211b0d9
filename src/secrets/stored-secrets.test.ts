import { beforeEach, describe, expect, test } from 'bun:test'
import { VirtualClock } from '../../test/virtual-clock.ts'
import type { StoredReference } from '../core/secret.ts'
import type { ReadSecret, StoreAnswer, StoreName } from './ports.ts'
import { StoredSecrets } from './stored-secrets.ts'

let clock: VirtualClock
let answers: Map<StoredReference, StoreAnswer>
let told: string[]
let opened: string[]
let closed: number
let asked: number
let secrets: StoredSecrets<string>
let openFails: string | undefined

const one = 'vault:kv/ai#one'
const two = 'aws:two'
const away = { kind: 'away', reason: 'is sealed' } as const
const refused = { kind: 'refused', reason: 'answers 403' } as const

function value(text: string): StoreAnswer {
  return { kind: 'value', text, sinceMs: 1_000 }
}

beforeEach(() => {
  clock = new VirtualClock()
  answers = new Map()
  told = []
  opened = []
  closed = 0
  asked = 0
  openFails = undefined
  secrets = new StoredSecrets<string>({
    clock,
    random: () => 0.5,
    open: async (store, place) => {
      opened.push(`${store} at ${place}`)
      if (openFails !== undefined) throw new Error(openFails)
      return {
        read: async (references) => {
          asked += 1
          return new Map(references.map((name) => [name, answers.get(name) ?? refused]))
        },
        close: () => {
          closed += 1
        },
      }
    },
  })
  secrets.observer = {
    read: () => {},
    away: (store, reason) => told.push(`${store} away: ${reason}`),
    back: (store) => told.push(`${store} back`),
    refused: (secret, reason) => told.push(`${secret} refused: ${reason}`),
    given: (secret) => told.push(`${secret} given`),
    changed: (secret) => told.push(`${secret} changed`),
    copyUsed: (secret) => told.push(`${secret} from copy`),
  }
})

function prepare(stored: readonly StoredReference[], place = 'here', anew = false): Promise<boolean> {
  return secrets.prepare({ stored, refreshMs: 60_000, place }, { anew })
}

async function settle(): Promise<void> {
  for (let turn = 0; turn < 30; turn += 1) await Promise.resolve()
}

async function pass(ms: number): Promise<void> {
  clock.advance(ms)
  await settle()
}

describe('a secret of a store', () => {
  test('is asked for once, and known from then on', async () => {
    answers.set(one, value('a'))
    expect(secrets.lookup(one)).toBeUndefined()
    expect([await prepare([one]), await prepare([one])]).toEqual([true, false])
    expect([secrets.lookup(one), opened, asked]).toEqual([{ ok: true, text: 'a' }, ['vault at here'], 1])
    expect(secrets.readings()).toEqual([
      { reference: one, text: 'a', sinceMs: 1_000, readAtMs: clock.wallMs() },
    ])
  })

  test('that is refused is a reason, until it is given', async () => {
    await prepare([one])
    expect(secrets.lookup(one)).toEqual({ ok: false, reason: 'the store answers 403' })
    answers.set(one, value('a'))
    await prepare([one], 'here', true)
    expect([secrets.lookup(one), told]).toEqual([
      { ok: true, text: 'a' },
      [`${one} refused: answers 403`, `${one} given`],
    ])
  })

  test('is looked at again, and told only when it is another', async () => {
    answers.set(one, value('a'))
    let changes = 0
    secrets.start(() => (changes += 1))
    await prepare([one])
    await pass(60_000)
    expect([asked, changes]).toEqual([2, 0])
    answers.set(one, value('b'))
    await pass(60_000)
    expect([asked, changes, told, secrets.lookup(one)]).toEqual([
      3,
      1,
      [`${one} changed`],
      { ok: true, text: 'b' },
    ])
  })

  test('is gone by while its store is away, which is told once, and asked for sooner', async () => {
    answers.set(one, value('a'))
    secrets.start(() => {})
    await prepare([one])
    answers.set(one, away)
    await pass(60_000)
    await pass(30_000)
    await pass(30_000)
    expect([asked, told, secrets.lookup(one)]).toEqual([
      4,
      ['vault away: is sealed'],
      { ok: true, text: 'a' },
    ])
    answers.set(one, value('a'))
    await pass(30_000)
    expect(told.at(-1)).toBe('vault back')
  })

  test('is gone by when the store refuses what it gave before', async () => {
    answers.set(one, value('a'))
    await prepare([one])
    answers.set(one, refused)
    await prepare([one], 'here', true)
    expect([secrets.lookup(one), told]).toEqual([{ ok: true, text: 'a' }, [`${one} refused: answers 403`]])
  })

  test('of another place of the same name is another secret', async () => {
    answers.set(one, value('a'))
    await prepare([one])
    answers.set(one, away)
    await prepare([one], 'elsewhere')
    expect(secrets.lookup(one)).toEqual({ ok: false, reason: 'the store is sealed' })
    expect([opened, closed]).toEqual([['vault at here', 'vault at elsewhere'], 1])
  })

  test('that no config names any more is forgotten at the next look', async () => {
    answers.set(one, value('a'))
    answers.set(two, value('b'))
    secrets.start(() => {})
    await prepare([one, two])
    await prepare([two])
    await pass(60_000)
    expect([secrets.lookup(one), secrets.lookup(two)]).toEqual([undefined, { ok: true, text: 'b' }])
    secrets.rest()
    expect([secrets.lookup(two), clock.pending]).toEqual([undefined, 0])
  })

  test('of a store that cannot be opened says why, and is tried again', async () => {
    openFails = 'Vault has no address.'
    await prepare([one])
    expect(secrets.lookup(one)).toEqual({
      ok: false,
      reason: 'the store cannot be asked: Vault has no address.',
    })
    openFails = undefined
    answers.set(one, value('a'))
    await prepare([one], 'here', true)
    expect(secrets.lookup(one)).toEqual({ ok: true, text: 'a' })
  })
})

describe('copies', () => {
  const copy: ReadSecret = { text: 'kept', sinceMs: undefined, readAtMs: 5 }
  let written: ReadonlyMap<StoredReference, ReadSecret>[]

  beforeEach(() => {
    written = []
    secrets.copies = { read: () => new Map([[one, copy]]), write: (all) => written.push(all) }
  })

  test('serve where a store is away and nothing is known, never where it refuses', async () => {
    answers.set(one, away)
    await prepare([one])
    expect([secrets.lookup(one), told]).toEqual([
      { ok: true, text: 'kept' },
      [`${one} from copy`, 'vault away: is sealed'],
    ])
    answers.set(two, refused)
    await prepare([two])
    expect(secrets.lookup(two)).toMatchObject({ ok: false })
  })

  test('are made when something is new, and not each time', async () => {
    answers.set(one, value('a'))
    await prepare([one])
    await prepare([one], 'here', true)
    expect(written.map((all) => all.get(one)?.text)).toEqual(['a'])
  })
})

test('whoever comes later to look is told what still holds', async () => {
  answers.set(two, refused)
  answers.set(one, away)
  await prepare([one, two])
  const later: string[] = []
  const store = (name: StoreName): void => void later.push(name)
  secrets.observer = {
    read: () => {},
    away: store,
    back: store,
    refused: (secret) => later.push(secret),
    given: () => {},
    changed: () => {},
    copyUsed: () => {},
  }
  expect(later).toEqual([two, 'vault'])
})
