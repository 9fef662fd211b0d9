// What every audit trail promises, whatever it is made of: one chain, whoever writes, and nothing that is changed afterwards.
import { afterAll, describe, expect, test } from 'bun:test'
import { createPostgresAuditTrail } from '../../src/adapters/postgres/postgres-audit-trail.ts'
import { openDatabase } from '../../src/adapters/sqlite/open-database.ts'
import { createSqliteAuditTrail } from '../../src/adapters/sqlite/sqlite-audit-trail.ts'
import type { AuditAct, AuditTrail } from '../../src/audit/audit-trail.ts'
import { verifyChain } from '../../src/audit/hash-chain.ts'
import { sha256 } from '../../src/platform/hmac.ts'
import { failureOf } from '../failure-of.ts'
import { hasPostgres } from '../servers/postgres.ts'
import { postgresPair } from './postgres-store.ts'
import { SuitePlaces } from './suite-places.ts'

interface Trails {
  readonly one: AuditTrail
  readonly other: AuditTrail
  /** Does to the table what nobody may do. */
  run(statement: string): Promise<unknown>
}

const places = new SuitePlaces()

afterAll(places.close)

async function inSqlite(): Promise<Trails> {
  const path = places.newPath()
  const one = places.closing(await openDatabase(path))
  const other = places.closing(await openDatabase(path))
  return {
    one: createSqliteAuditTrail(one.raw),
    other: createSqliteAuditTrail(other.raw),
    run: async (statement) => one.raw.run(statement),
  }
}

async function inPostgres(): Promise<Trails> {
  const { one, other } = await postgresPair()
  return {
    one: createPostgresAuditTrail(one.operators),
    other: createPostgresAuditTrail(other.operators),
    run: (statement) => one.operators.run(statement),
  }
}

function act(subject: string, more: Partial<AuditAct> = {}): AuditAct {
  const nothing = { before: null, after: null }
  return { actor: 'cli', address: '', action: 'key.create', subject, outcome: 'done', ...nothing, ...more }
}

const stores = [
  { name: 'SQLite', open: inSqlite, isThere: true },
  { name: 'PostgreSQL', open: inPostgres, isThere: hasPostgres },
]

for (const { name, open, isThere } of stores)
  describe.skipIf(!isThere)(`the audit trail in ${name}`, () => {
    test('gives back what was written, the newest first, a page and a kind at a time', async () => {
      const { one, other } = await open()
      for (let number = 1; number <= 5; number += 1) {
        await one.append(act(`k${number}`, { after: { number, text: 'Grüße 🦜 \0' } }), number)
      }
      const last = await other.append(
        act('k1', { action: 'key.revoke', actor: 'ops', address: '10.0.0.7' }),
        6,
      )
      expect((await one.list({ limit: 2 })).map(({ number, subject }) => [number, subject])).toEqual([
        [6, 'k1'],
        [5, 'k5'],
      ])
      expect((await one.list({ limit: 1 }))[0]).toEqual(last)
      expect((await one.list({ limit: 9, below: 3 })).map(({ number }) => number)).toEqual([2, 1])
      expect(await one.list({ limit: 9, action: 'key.revoke' })).toHaveLength(1)
      expect(await one.list({ limit: 9, actor: 'ops', subject: 'k2' })).toHaveLength(0)
      expect((await one.list({ limit: 9, subject: 'k1' })).map(({ number }) => number)).toEqual([6, 1])
      expect((await one.list({ limit: 1, below: 4 }))[0]).toMatchObject({
        atMs: 3,
        before: null,
        after: { number: 3 },
      })
    })

    test('is one chain when several write it at once', async () => {
      const { one, other } = await open()
      await Promise.all(
        Array.from({ length: 30 }, (_, index) => (index % 2 === 0 ? one : other).append(act('k'), index)),
      )
      expect(await verifyChain(other.rows(), sha256)).toMatchObject({ isWhole: true, count: 30 })
    })

    test('is whole with texts of any kind, and longer than a page', async () => {
      const { one } = await open()
      await one.append(act('a\0b', { after: { text: '\0' } }), 1)
      for (let number = 0; number < 20; number += 1) await one.append(act(`k${number}`), number)
      expect(await verifyChain(one.rows(), sha256)).toMatchObject({ isWhole: true, count: 21 })
    })

    test('refuses to be changed, shortened, or added to but at its end', async () => {
      const { one, run } = await open()
      await one.append(act('k1'), 1)
      await one.append(act('k2'), 2)
      const refusals = [
        "UPDATE audit SET subject = 'x' WHERE number = 1",
        'DELETE FROM audit',
        "INSERT INTO audit SELECT 4, 1, 'x', '', 'a', 's', 'done', 'null', 'null', 'h'",
        "INSERT INTO audit SELECT 1, 1, 'x', '', 'a', 's', 'done', 'null', 'null', 'h'",
      ]
      for (const statement of refusals) {
        expect(await failureOf(() => run(statement))).toBeInstanceOf(Error)
      }
      expect(await verifyChain(one.rows(), sha256)).toMatchObject({ isWhole: true, count: 2 })
    })
  })
