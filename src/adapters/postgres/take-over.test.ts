// Against real databases on both sides: everything arrives, or nothing does.
import { describe, expect, test } from 'bun:test'
import { attemptRecord } from '../../../test/attempt-record.ts'
import { failureOf } from '../../../test/failure-of.ts'
import { bytes, movedPeppers, moveWorld } from '../../../test/move-world.ts'
import { hasPostgres } from '../../../test/servers/postgres.ts'
import { DatabaseError } from '../database-error.ts'
import { createSqliteAuditTrail } from '../sqlite/sqlite-audit-trail.ts'
import { sqliteTableSource } from '../sqlite/sqlite-table-source.ts'
import type { TableSource } from '../table-source.ts'
import type { PostgresConnection } from './connection.ts'
import { createPostgresAttempts } from './postgres-attempts.ts'
import { readPeppers } from './postgres-peppers.ts'
import { movedTables, whyNot } from './take-over.ts'

const names = movedTables.map(({ name }) => name)

/** How many rows there are in the tables, peppers too. */
async function rowsAt(home: PostgresConnection): Promise<number> {
  const counts = ['peppers', ...names].map((name) => `(SELECT count(*) FROM ${name})`)
  const [row] = await home.rows<{ count: number }>(`SELECT ${counts.join(' + ')} AS count`)
  return row?.count ?? 0
}

function namesOf(rows: readonly { readonly name: string }[]): readonly string[] {
  return rows.map(({ name }) => name).toSorted()
}

describe.skipIf(!hasPostgres)('a PostgreSQL that takes over', () => {
  test('has the tables and the columns that SQLite has, and those alone', async () => {
    await using world = await moveWorld()
    expect([...sqliteTableSource(world.raw).tables()].toSorted()).toEqual(names.toSorted())
    for (const name of names) {
      const columns = await world.home.rows<{ name: string }>(
        `SELECT column_name AS name FROM information_schema.columns
WHERE table_schema = 'sallyport' AND table_name = $1 AND column_name <> 'place'`,
        [name],
      )
      const before = world.raw.query<{ name: string }, []>(`SELECT name FROM pragma_table_info('${name}')`)
      expect([name, namesOf(columns)]).toEqual([name, namesOf(before.all())])
    }
  })

  test('takes many rows in batches and says how far it is', async () => {
    await using world = await moveWorld()
    await world.fill(2_300)
    expect(await world.take()).toMatchObject({ kind: 'moved', trail: { isWhole: true, count: 3 } })
    expect(world.progress.filter((line) => line.startsWith('attempts'))).toEqual([
      'attempts 1000/2300',
      'attempts 2000/2300',
      'attempts 2300/2300',
    ])
    const [sums] = await world.home.rows(
      'SELECT sum(charged_nano_dollars) AS charged, max(total_ms) AS total FROM attempts',
    )
    expect(sums).toEqual({ charged: 2_300 * 900, total: 0.1 + 0.2 })
    const others = { current: bytes(9), previous: undefined, first: bytes(9) }
    expect(await readPeppers(world.home, others)).toEqual(movedPeppers)
    // What comes next is added to the same sums.
    await createPostgresAttempts(world.connect()).keep([attemptRecord()])
    const [calls] = await world.home.rows('SELECT sum(calls) AS calls FROM spend_sums WHERE span_hours = 1')
    const [groups] = await world.home.rows('SELECT count(*) AS count FROM spend_groups')
    expect([calls, groups]).toEqual([{ calls: 2_301 }, { count: 1 }])
  })

  test('says that a trail is broken as it was before, or by a character that it cannot keep', async () => {
    await using world = await moveWorld()
    const { raw } = world
    await world.fill(1)
    raw.run('DROP TRIGGER audit_update')
    raw.run("UPDATE audit SET actor = 'mallory' WHERE number = 2")
    expect(await world.take()).toMatchObject({ kind: 'moved', trail: { isWhole: false, brokenNumber: 2 } })
    await world.empty()
    raw.run('DROP TRIGGER audit_delete')
    raw.run('DELETE FROM audit')
    const act = { actor: 'cli', address: '', action: 'bodies.erase', outcome: 'done' } as const
    await createSqliteAuditTrail(raw).append({ ...act, subject: 'nu\0ll', before: null, after: null }, 5)
    expect(await world.take()).toMatchObject({ kind: 'moved', trail: { isWhole: false, brokenNumber: 1 } })
  })

  test('has nothing of a move that breaks off, and takes the next one', async () => {
    await using world = await moveWorld()
    await world.fill(10)
    const source = sqliteTableSource(world.raw)
    const breaking: TableSource = {
      ...source,
      rows: (table) => {
        if (table === 'spend_sums') throw new DatabaseError('sallyport.db', 'the disk is gone')
        return source.rows(table)
      },
    }
    expect(String(await failureOf(() => world.take(breaking)))).toContain('the disk is gone')
    expect(await rowsAt(world.home)).toBe(0)
    const lossy: TableSource = { ...source, rows: (table) => [...source.rows(table)].slice(0, 9) }
    expect(await world.take(lossy)).toEqual({
      kind: 'refused',
      problem: 'Of 10 rows of attempts only 9 arrived; nothing was written.',
    })
    expect(await rowsAt(world.home)).toBe(0)
    expect(await world.take()).toMatchObject({ kind: 'moved' })
    const problem: unknown = expect.stringContaining('attempts (10)')
    expect(await world.take()).toMatchObject({ kind: 'refused', problem })
  })

  test('lets nobody write while it takes over: of two moves one is refused', async () => {
    await using world = await moveWorld()
    await world.fill(1_200)
    const both = await Promise.all([world.take(), world.take(undefined, world.connect())])
    expect(both.map(({ kind }) => kind).toSorted()).toEqual(['moved', 'refused'])
  })

  test('refuses what it does not know, on either side', async () => {
    await using world = await moveWorld()
    world.raw.run('CREATE TABLE novelties (id text)')
    const problem: unknown = expect.stringContaining('novelties')
    expect(await world.take()).toMatchObject({ kind: 'refused', problem })
    await world.home.run("INSERT INTO migrations (name) VALUES ('9999-next')")
    expect(await whyNot(world.home, 'db')).toContain('A newer Sallyport')
  })
})
