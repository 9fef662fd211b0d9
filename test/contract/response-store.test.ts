// What every store of responses, and of ids that providers gave out, promises, whatever it is made of.
import { Database } from 'bun:sqlite'
import { afterAll, describe, expect, test } from 'bun:test'
import type { HeldId, WrittenResponse } from '../../src/responses/ports.ts'
import { failureOf } from '../failure-of.ts'
import { hasPostgres } from '../servers/postgres.ts'
import {
  memoryStores,
  places,
  postgresStores,
  sealedStores,
  sqliteStores,
  storesAt,
} from './response-stores.ts'

afterAll(places.close)

const maker = { provider: 'openai', deployment: 'openai/gpt-5-mini', credential: 'a1b2' }

function responseOf(id: string, more: Partial<WrittenResponse> = {}): WrittenResponse {
  return {
    tenant: 'default',
    id,
    previousId: null,
    keyId: 'key12345',
    model: 'fast',
    maker,
    providerId: null,
    createdAtMs: 1_000,
    expiresAtMs: 31_000,
    inputJson: '[]',
    bodyJson: '{"output":[]}',
    itemIds: [],
    inputIds: [],
    ...more,
  }
}

function heldOf(id: string, more: Partial<HeldId> = {}): HeldId {
  return { tenant: 'default', id, maker, expiresAtMs: 5_000, ...more }
}

const stores = [
  { name: 'SQLite', openStores: sqliteStores, isThere: true },
  { name: 'SQLite, sealed', openStores: sealedStores, isThere: true },
  { name: 'memory', openStores: memoryStores, isThere: true },
  { name: 'PostgreSQL', openStores: postgresStores, isThere: hasPostgres },
]

for (const { name, openStores, isThere } of stores)
  describe.skipIf(!isThere)(`responses in ${name}`, () => {
    test('are kept with every fact, and found by their id', async () => {
      const { responses } = await openStores()
      const { itemIds, inputIds, ...response } = responseOf(`resp_"'); DROP TABLE responses; --`, {
        previousId: 'resp_0',
        providerId: 'resp_of_provider',
        inputJson: '[{"type":"message","content":"Grüße 🦜 \\u0000"}]',
        bodyJson: '{"id":"resp_1","output":[],"big":12345678901234567890}',
      })
      await responses.keep([{ ...response, itemIds, inputIds }])
      expect(await responses.find(response.id, 'default')).toEqual(response)
    })

    test('are not found by anybody else, who may have one of the same id', async () => {
      const { responses } = await openStores()
      await responses.keep([
        responseOf('a', { itemIds: ['msg_1'], model: 'one' }),
        responseOf('a', { tenant: 'other', itemIds: ['msg_2'], model: 'two' }),
      ])
      expect((await responses.find('a', 'default'))?.model).toBe('one')
      expect((await responses.find('a', 'other'))?.model).toBe('two')
      expect(await responses.find('a', 'third')).toBeUndefined()
      expect(await responses.findByItem('msg_1', 'other')).toBeUndefined()
      await responses.remove('a', 'third')
      await responses.remove('a', 'other')
      expect((await responses.find('a', 'default'))?.model).toBe('one')
    })

    test('that nobody kept are not found, and removing them is no failure', async () => {
      const { responses } = await openStores()
      await responses.remove('a', 'default')
      expect(await responses.find('a', 'default')).toBeUndefined()
      expect(await responses.findByItem('msg_1', 'default')).toBeUndefined()
    })

    test('are replaced as a whole, with what they can be referred to by', async () => {
      const { responses } = await openStores()
      await responses.keep([responseOf('a', { itemIds: ['msg_1', 'msg_2'] })])
      await responses.keep([responseOf('a', { itemIds: ['msg_2', 'msg_3'], model: 'slow' })])
      expect((await responses.find('a', 'default'))?.model).toBe('slow')
      const found = await Promise.all(
        ['msg_1', 'msg_2', 'msg_3'].map((id) => responses.findByItem(id, 'default')),
      )
      expect(found.map((response) => response?.model)).toEqual([undefined, 'slow', 'slow'])
    })

    test('are found by an item of theirs, the latest where several have it, until they are removed', async () => {
      const { responses } = await openStores()
      await responses.keep([
        responseOf('a', { itemIds: ['msg_1', 'msg_1'] }),
        responseOf('b', { itemIds: ['msg_1'] }),
      ])
      expect((await responses.findByItem('msg_1', 'default'))?.id).toBe('b')
      await responses.remove('b', 'default')
      expect(await responses.findByItem('msg_1', 'default')).toBeUndefined()
      expect(await responses.find('b', 'default')).toBeUndefined()
      expect((await responses.find('a', 'default'))?.id).toBe('a')
    })

    test('are found by an item of their input, where none put it out, and by the first that had it', async () => {
      const { responses } = await openStores()
      await responses.keep([
        responseOf('a', { itemIds: ['msg_1'], inputIds: ['msg_in', 'msg_in'] }),
        responseOf('b', { itemIds: ['msg_2'], inputIds: ['msg_in', 'msg_1', 'msg_2'] }),
      ])
      const idsOf = async (...ids: string[]): Promise<unknown> =>
        (await Promise.all(ids.map((id) => responses.findByItem(id, 'default')))).map((one) => one?.id)
      expect(await idsOf('msg_1', 'msg_2', 'msg_in')).toEqual(['a', 'b', 'a'])
      await responses.keep([responseOf('c', { itemIds: ['msg_in'] })])
      expect(await idsOf('msg_in')).toEqual(['c'])
      expect(await responses.findByItem('msg_in', 'other')).toBeUndefined()
    })

    test('are found by ids of any length', async () => {
      const { responses } = await openStores()
      const [long, other] = ['i'.repeat(20_000), `${'i'.repeat(20_000)}j`]
      await responses.keep([responseOf('a', { itemIds: [long], inputIds: [other] })])
      expect((await responses.findByItem(long, 'default'))?.id).toBe('a')
      expect((await responses.findByItem(other, 'default'))?.id).toBe('a')
      expect(await responses.findByItem(`${other}k`, 'default')).toBeUndefined()
    })

    test('are forgotten when their time is over, some at a time, with their items', async () => {
      const { responses } = await openStores()
      const times = [4_999, 5_000, 3_000, 4_000]
      await responses.keep(
        times.map((expiresAtMs, index) =>
          responseOf(`r${index}`, { expiresAtMs, itemIds: [`m${index}`, `n${index}`] }),
        ),
      )
      expect(await responses.forgetBefore(5_000, 2)).toBe(2)
      expect(await responses.forgetBefore(5_000, 2)).toBe(1)
      expect(await responses.forgetBefore(5_000, 2)).toBe(0)
      const left = await Promise.all(times.map((__, index) => responses.findByItem(`m${index}`, 'default')))
      expect(left.map((response) => response?.id)).toEqual([undefined, 'r1', undefined, undefined])
    })

    test('last as long as the last one that goes on with them, back to the first', async () => {
      const { responses } = await openStores()
      await responses.keep([
        responseOf('a'),
        responseOf('b', { previousId: 'a' }),
        responseOf('of another conversation'),
        responseOf('a', { tenant: 'other' }),
      ])
      await responses.keep([responseOf('c', { previousId: 'b', createdAtMs: 21_000, expiresAtMs: 51_000 })])
      const expiryOf = async (id: string, tenant = 'default'): Promise<number | undefined> =>
        (await responses.find(id, tenant))?.expiresAtMs
      expect([await expiryOf('a'), await expiryOf('b'), await expiryOf('c')]).toEqual([
        51_000, 51_000, 51_000,
      ])
      expect([await expiryOf('of another conversation'), await expiryOf('a', 'other')]).toEqual([
        31_000, 31_000,
      ])
      // Shorter by a thirtieth of its time is as good, and spares writing; the sum of many such turns is not.
      await responses.keep([responseOf('d', { previousId: 'c', createdAtMs: 22_000, expiresAtMs: 52_000 })])
      expect([await expiryOf('c'), await expiryOf('a')]).toEqual([51_000, 51_000])
      await responses.keep([responseOf('e', { previousId: 'd', createdAtMs: 22_900, expiresAtMs: 52_900 })])
      expect([await expiryOf('d'), await expiryOf('c'), await expiryOf('a')]).toEqual([
        52_000, 52_900, 52_900,
      ])
    })

    test('may go on with each other in a circle, as a provider may name them, and nothing hangs', async () => {
      const { responses } = await openStores()
      await responses.keep([
        responseOf('a', { previousId: 'b' }),
        responseOf('b', { previousId: 'a', expiresAtMs: 99_000 }),
      ])
      expect((await responses.find('a', 'default'))?.expiresAtMs).toBe(99_000)
    })
  })

for (const { name, openStores, isThere } of stores)
  describe.skipIf(!isThere)(`held ids in ${name}`, () => {
    test('are remembered for their tenant alone, the last maker each', async () => {
      const { heldIds } = await openStores()
      const other = { ...maker, credential: 'c3d4' }
      await heldIds.remember([heldOf('a'), heldOf('b')])
      await heldIds.remember([
        heldOf('a', { maker: other, expiresAtMs: 6_000 }),
        heldOf('a', { tenant: 'other' }),
      ])
      expect(await heldIds.find('a', 'default')).toEqual(heldOf('a', { maker: other, expiresAtMs: 6_000 }))
      expect(await heldIds.find('a', 'other')).toEqual(heldOf('a', { tenant: 'other' }))
      expect(await heldIds.find('b', 'other')).toBeUndefined()
    })

    test('are forgotten when their time is over, some at a time', async () => {
      const { heldIds } = await openStores()
      await heldIds.remember([1, 2, 3, 4].map((time) => heldOf(`h${time}`, { expiresAtMs: time })))
      expect([
        await heldIds.forgetBefore(4, 2),
        await heldIds.forgetBefore(4, 2),
        await heldIds.forgetBefore(4, 2),
      ]).toEqual([2, 1, 0])
      expect((await heldIds.find('h4', 'default'))?.id).toBe('h4')
    })

    test('may be long, and come twice in one writing, the last of them being right', async () => {
      const { heldIds } = await openStores()
      const id = 'file_'.repeat(4_000)
      await heldIds.remember([heldOf(id), heldOf(id, { expiresAtMs: 6_000 })])
      expect(await heldIds.find(id, 'default')).toEqual(heldOf(id, { expiresAtMs: 6_000 }))
    })

    test('are forgotten beyond a number, those first that would expire first', async () => {
      const { heldIds } = await openStores()
      await heldIds.remember([3, 1, 4, 2].map((time) => heldOf(`h${time}`, { expiresAtMs: time })))
      expect(await heldIds.forgetBeyond(4, 10)).toBe(0)
      expect(await heldIds.forgetBeyond(1, 2)).toBe(2)
      const found = await Promise.all(['h1', 'h2', 'h3', 'h4'].map((id) => heldIds.find(id, 'default')))
      expect(found.map((held) => held?.id)).toEqual([undefined, undefined, 'h3', 'h4'])
    })
  })

describe('responses in a file', () => {
  test('are there after a restart, and for another process at once', async () => {
    const path = await places.newDatabase()
    const [first, second] = [storesAt(path), storesAt(path)]
    await first.responses.keep([responseOf('a', { itemIds: ['msg_1'] })])
    await first.heldIds.remember([heldOf('file_1')])
    expect((await second.responses.find('a', 'default'))?.id).toBe('a')
    first.close()
    second.close()
    const third = storesAt(path)
    expect((await third.responses.findByItem('msg_1', 'default'))?.id).toBe('a')
    expect((await third.heldIds.find('file_1', 'default'))?.maker).toEqual(maker)
  })

  test('are kept all or none', async () => {
    const { responses } = storesAt(await places.newDatabase())
    // What is no number is kept as nothing, which this column does not take.
    const broken = { ...responseOf('b'), createdAtMs: NaN }
    const failure = await failureOf(() => responses.keep([responseOf('a'), broken]))
    expect(String(failure)).toContain('NOT NULL')
    expect(await responses.find('a', 'default')).toBeUndefined()
  })

  test('are not waited for when somebody else is writing, and can be read meanwhile', async () => {
    const path = await places.newDatabase()
    const { responses } = storesAt(path)
    await responses.keep([responseOf('a')])
    const other = new Database(path)
    other.run('BEGIN IMMEDIATE')
    const failure = await failureOf(() => responses.keep([responseOf('b')]))
    expect(String(failure)).toContain('locked')
    expect((await responses.find('a', 'default'))?.id).toBe('a')
    other.run('ROLLBACK')
    await responses.keep([responseOf('b')])
    expect((await responses.find('b', 'default'))?.id).toBe('b')
    other.close()
  })

  test('of a database that is gone fail, and nothing is made in its place', async () => {
    const { responses } = storesAt(places.newPath())
    const failure = await failureOf(() => responses.find('a', 'default'))
    expect(failure).toBeInstanceOf(Error)
  })
})
