// What every register of sealing keys promises, and every table whose rows may be sealed.
import { afterAll, describe, expect, test } from 'bun:test'
import { createEnvelope, masterKeyOf } from '../../src/adapters/encryption/envelope.ts'
import { countByKey, reseal } from '../../src/adapters/encryption/reseal.ts'
import type { KeptRow, SealableRows } from '../../src/store/sealing.ts'
import { hasPostgres } from '../servers/postgres.ts'
import { places, sealingInMemory, sealingInPostgres, sealingInSqlite } from './sealing-stores.ts'

afterAll(places.close)

const one = masterKeyOf('7d1fTqWn8mXKQ0kkKf0m2bq1eJm0m3Zr6o3V0b8o3Hs=')
const two = masterKeyOf('c2a7b5f0d3918e6c4b2fa01877de93c5106fb49e3ad8527cc1be09f46d2e8a37')

const stores = [
  { name: 'memory', open: sealingInMemory, isThere: true },
  { name: 'SQLite', open: sealingInSqlite, isThere: true },
  { name: 'PostgreSQL', open: sealingInPostgres, isThere: hasPostgres },
]

/** Texts as both tables take them. */
function texts(word: string): readonly [string, string] {
  return [JSON.stringify([{ role: 'user', kind: 'text', text: word }]), '[]']
}

function namesOf(rows: readonly KeptRow[]): readonly string[] {
  return rows.map(({ place: { tenant, row } }) => `${tenant}/${row}`)
}

async function firstOf(rows: SealableRows): Promise<KeptRow> {
  const [row] = await rows.after(-1, 1)
  if (row === undefined) throw new Error('there is no row')
  return row
}

for (const { name, open, isThere } of stores) {
  describe.skipIf(!isThere)(`the register of sealing keys in ${name}`, () => {
    test('is empty at first, has each key once, and is the same for everybody', async () => {
      const { keys, keysElsewhere } = await open()
      expect(await keys.ids()).toEqual([])
      await Promise.all([keys.add('b2'), keysElsewhere.add('b2'), keysElsewhere.add('a1')])
      expect([await keys.ids(), await keysElsewhere.ids()]).toEqual([
        ['a1', 'b2'],
        ['a1', 'b2'],
      ])
    })

    test('lets go of a key, also of one that is not there', async () => {
      const { keys, keysElsewhere } = await open()
      await keys.add('a1')
      await keys.add('b2')
      await keysElsewhere.remove('a1')
      await keysElsewhere.remove('a1')
      expect(await keys.ids()).toEqual(['b2'])
      await keys.add('a1')
      expect(await keys.ids()).toEqual(['a1', 'b2'])
    })
  })

  describe.skipIf(!isThere).each(['responses', 'bodies'] as const)(`the rows of %s in ${name}`, (table) => {
    test('are given in pages, each once, whatever goes and comes in between', async () => {
      const { rows, keep, remove } = (await open())[table]
      expect([rows.table, await rows.after(-1, 9)]).toEqual([table, []])
      for (const id of ['r3', 'r1', 'r2', 'r4', 'r5']) await keep(id, 'acme', texts(id))
      const first = await rows.after(-1, 2)
      expect(namesOf(first)).toEqual(['acme/r3', 'acme/r1'])
      await remove('r2', 'acme')
      await remove('r3', 'acme')
      // One that is kept again stays where it is, or goes to the end; it is not missed.
      await keep('r4', 'acme', texts('again'))
      await keep('r6', 'acme', texts('r6'))
      const second = await rows.after(first[1]?.at ?? NaN, 2)
      const third = await rows.after(second[1]?.at ?? NaN, 2)
      expect([second.length, third.length]).toEqual([2, 1])
      expect(namesOf([...second, ...third]).toSorted()).toEqual(['acme/r4', 'acme/r5', 'acme/r6'])
      const all = await rows.after(-1, 9)
      const order = all.map(({ at }) => at)
      expect(order).toEqual(order.toSorted((before, after) => before - after))
      const again = all.find(({ place }) => place.row === 'r4')
      expect([again?.place, again?.texts]).toEqual([{ table, row: 'r4', tenant: 'acme' }, texts('again')])
    })

    test('are replaced only as they were given', async () => {
      const { rows, keep, remove } = (await open())[table]
      await keep('r1', 'acme', texts('old'))
      const row = await firstOf(rows)
      expect(await rows.replace({ ...row, texts: [row.texts[0], 'other'] }, texts('lost'))).toBe(false)
      expect(await rows.replace({ ...row, texts: ['other', row.texts[1]] }, texts('lost'))).toBe(false)
      expect(await rows.replace(row, texts('new'))).toBe(true)
      expect(await rows.replace(row, texts('lost'))).toBe(false)
      const next = await firstOf(rows)
      expect([next.at, next.place, next.texts]).toEqual([row.at, row.place, texts('new')])
      await remove('r1', 'acme')
      expect(await rows.replace(next, texts('lost'))).toBe(false)
      // Even where another row lies now.
      await keep('r2', 'acme', texts('new'))
      expect(await rows.replace(next, texts('lost'))).toBe(false)
      expect((await firstOf(rows)).texts).toEqual(texts('new'))
    })

    test('hold any text, of any length', async () => {
      const { rows, keep } = (await open())[table]
      const word = `Grüße 🦜 \\ ' "; DROP TABLE bodies; -- ${'x'.repeat(300_000)}`
      await keep('r1', 'acme', texts(word))
      const row = await firstOf(rows)
      expect(row.texts).toEqual(texts(word))
      expect(await rows.replace(row, texts(`${word}${word}`))).toBe(true)
      expect((await firstOf(rows)).texts).toEqual(texts(`${word}${word}`))
    })
  })

  describe.skipIf(!isThere)(`what is kept in ${name}`, () => {
    test('of two tenants under one id is two rows', async () => {
      const { rows, keep } = (await open()).responses
      await keep('r1', 'acme', texts('same'))
      await keep('r1', 'beta', texts('same'))
      expect(await rows.replace(await firstOf(rows), texts('new'))).toBe(true)
      const all = await rows.after(-1, 9)
      expect(all.map((row) => [row.place.tenant, row.texts])).toEqual([
        ['acme', texts('new')],
        ['beta', texts('same')],
      ])
    })

    test('is brought from one key under the next, and back to none', async () => {
      const { responses, bodies } = await open()
      for (const { keep } of [responses, bodies]) {
        for (const id of ['r1', 'r2']) await keep(id, 'acme', texts(id))
      }
      const tables = [responses.rows, bodies.rows]
      const plain = await Promise.all(tables.map((rows) => rows.after(-1, 9)))
      for (const [key, previous] of [
        [one, []],
        [two, [one]],
        [undefined, [two]],
      ] as const) {
        expect(await reseal(tables, createEnvelope(key, previous))).toMatchObject({
          changed: 4,
          unreadable: 0,
        })
        expect(await countByKey(tables)).toEqual(new Map([[key?.id ?? '', 4]]))
      }
      expect(await Promise.all(tables.map((rows) => rows.after(-1, 9)))).toEqual(plain)
    })
  })
}
