import { Database } from 'bun:sqlite'
import { afterEach, beforeEach, describe, expect, test } from 'bun:test'
import { mkdtempSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { migrations } from './migrations.ts'
import { DatabaseError } from '../database-error.ts'
import { openDatabase } from './open-database.ts'
import { schemaVersion } from './schema-version.ts'
import { failureOf } from '../../../test/failure-of.ts'

let directory: string
let path: string

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'database-'))
  path = join(directory, 'test.db')
})

afterEach(() => rmSync(directory, { recursive: true, force: true }))

async function problem(): Promise<string> {
  const failure = await failureOf(() => openDatabase(path))
  expect(failure).toBeInstanceOf(DatabaseError)
  return String(failure)
}

/** What the tables look like, whatever way they came to be. */
function shapeOf(database: Database): unknown {
  const sql = `SELECT name, sql FROM sqlite_schema WHERE name NOT LIKE 'kysely%' ORDER BY name`
  return database.query(sql).all()
}

describe('openDatabase', () => {
  test('makes a database that is synchronised at each commit and that only its owner can read', async () => {
    const { raw, close } = await openDatabase(path)
    const ask = (pragma: string): unknown => Object.values(raw.query(`PRAGMA ${pragma}`).get() ?? {})[0]
    expect(['journal_mode', 'synchronous', 'foreign_keys', 'user_version'].map(ask)).toEqual([
      'wal',
      2,
      1,
      schemaVersion,
    ])
    expect(ask('integrity_check')).toBe('ok')
    close()
    expect((statSync(path).mode & 0o777).toString(8)).toBe('600')
    expect(readdirSync(directory)).toEqual(['test.db'])
  })

  test('keeps what was written', async () => {
    const first = await openDatabase(path)
    first.raw.run('UPDATE key_changes SET number = 7')
    first.close()
    const second = await openDatabase(path)
    expect(await (await second.query()).selectFrom('key_changes').selectAll().execute()).toEqual([
      { number: 7 },
    ])
    second.close()
  })

  test('brings a database of the first version up to date, with what is in it', async () => {
    const older = new Database(path)
    older.run(readFileSync(join(import.meta.dir, '../../../test/fixtures/database-1.sql'), 'utf8'))
    older.close()
    const updated = await openDatabase(path)
    path = join(directory, 'fresh.db')
    const fresh = await openDatabase(path)
    expect(shapeOf(updated.raw)).toEqual(shapeOf(fresh.raw))
    expect(updated.raw.query('SELECT name FROM keys').all()).toEqual([{ name: 'ci' }])
    expect(
      updated.raw.query('SELECT attempt_id, call_id, outcome, cost_nano_dollars FROM attempts').all(),
    ).toEqual([
      { attempt_id: 'att_2', call_id: 'call_1', outcome: 'throttled', cost_nano_dollars: null },
      { attempt_id: 'att_1', call_id: 'call_1', outcome: 'ok', cost_nano_dollars: null },
    ])
    const kept =
      'SELECT span_hours, sum(attempts) AS attempts, sum(unpriced) AS unpriced FROM spend_sums GROUP BY 1'
    expect(updated.raw.query(kept).all()).toEqual(
      [1, 24, 720].map((hours) => ({ span_hours: hours, attempts: 2, unpriced: 2 })),
    )
    updated.close()
    fresh.close()
  })

  test('brings one up to date whose history says nothing of when, as it was for a while', async () => {
    const older = new Database(path)
    older.run(readFileSync(join(import.meta.dir, '../../../test/fixtures/database-1.sql'), 'utf8'))
    older.run("UPDATE kysely_migration SET timestamp = ''")
    older.close()
    const { raw, close } = await openDatabase(path)
    expect(raw.query('SELECT count(*) AS count FROM kysely_migration').get()).toEqual({
      count: schemaVersion,
    })
    close()
  })

  test('makes one whose history the next migration can read', async () => {
    const { raw, close } = await openDatabase(path)
    const times = raw.query<{ timestamp: string }, []>('SELECT timestamp FROM kysely_migration').all()
    expect(times).toHaveLength(schemaVersion)
    expect(times.filter(({ timestamp }) => Number.isNaN(Date.parse(timestamp)))).toEqual([])
    close()
  })

  test('fills a database that is empty', async () => {
    writeFileSync(path, '')
    const { raw, close } = await openDatabase(path)
    expect(raw.query('SELECT * FROM attempts').all()).toEqual([])
    close()
  })

  test('leaves an older database as it was when it cannot be brought up to date', async () => {
    const older = new Database(path)
    older.run('CREATE TABLE keys (of TEXT)')
    expect(await problem()).toContain('table "keys" already exists')
    expect(shapeOf(older)).toEqual([{ name: 'keys', sql: 'CREATE TABLE keys (of TEXT)' }])
    older.close()
  })

  test('refuses a database of a newer version', async () => {
    const { raw, close } = await openDatabase(path)
    raw.run('PRAGMA user_version = 99')
    close()
    expect(await problem()).toMatch(/written by a newer Sallyport \(99 against \d+\); start that one/)
  })

  test('refuses what is no database, and says what to do', async () => {
    writeFileSync(path, 'this is a letter, not a database, and it is long enough to be one: '.repeat(20))
    expect(await problem()).toContain('file is not a database; put a backup in its place, or move it away')
  })

  test('refuses a folder that is not there', async () => {
    path = join(directory, 'gone', 'test.db')
    expect(await problem()).toContain('ENOENT')
  })

  test('puts no new database before the log of an old one', async () => {
    const { raw, close } = await openDatabase(path)
    raw.run('UPDATE key_changes SET number = 7')
    renameSync(path, `${path}.away`)
    expect(await problem()).toContain(`it is gone, but ${path}-wal is there`)
    renameSync(`${path}.away`, path)
    close()
  })

  test('is made once by several processes that begin at once', async () => {
    const script = `const { openDatabase } = await import(${JSON.stringify(join(import.meta.dir, 'open-database.ts'))})
      const { query, close } = await openDatabase(${JSON.stringify(path)})
      await (await query()).updateTable('key_changes').set((key) => ({ number: key('number', '+', 1) })).execute()
      close()`
    const codes = await Promise.all(
      Array.from({ length: 4 }, () => {
        return Bun.spawn([process.execPath, '--no-env-file', '-e', script], { stderr: 'inherit' }).exited
      }),
    )
    expect(codes).toEqual([0, 0, 0, 0])
    const { query, close } = await openDatabase(path)
    expect(await (await query()).selectFrom('key_changes').selectAll().execute()).toEqual([{ number: 4 }])
    close()
  })
})

test('the version that a start asks for is the number of migrations', () => {
  expect(Object.keys(migrations)).toHaveLength(schemaVersion)
})
