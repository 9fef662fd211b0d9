import { Database } from 'bun:sqlite'
import { afterEach, beforeEach, describe, expect, test } from 'bun:test'
import { mkdtempSync, readdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { failureOf } from '../../../test/failure-of.ts'
import { openDataDirectory } from '../data-directory.ts'
import { BackupError, writeBackup } from './backup.ts'
import { openDatabase } from './open-database.ts'
import { restoreBackup } from './restore.ts'
import { createSqliteAuditTrail } from './sqlite-audit-trail.ts'

let folder: string
let from: string
let file: string
const by = { actor: 'cli', address: '' }

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'restore-'))
  from = join(folder, 'from')
  file = join(folder, 'copy.db')
  const directory = openDataDirectory(from)
  const { raw, close } = await openDatabase(directory.databasePath)
  raw.run('UPDATE key_changes SET number = 7')
  const nothing = { before: null, after: null }
  await createSqliteAuditTrail(raw).append(
    { ...by, ...nothing, action: 'key.create', subject: 'a', outcome: 'done' },
    1,
  )
  writeBackup(raw, file, { peppers: directory.peppers(), madeAt: '2026-11-21T00:00:00.000Z' })
  close()
})

afterEach(() => rmSync(folder, { recursive: true, force: true }))

/** Why it was refused; nothing may have changed. */
async function refusal(): Promise<string> {
  const before = readdirSync(from).map((name) => [name, readFileSync(join(from, name)).toString('hex')])
  const failure = await failureOf(() => restoreBackup(file, from, { by, nowMs: 1_000 }))
  expect(readdirSync(from).map((name) => [name, readFileSync(join(from, name)).toString('hex')])).toEqual(
    before,
  )
  expect(failure).toBeInstanceOf(BackupError)
  return String(failure)
}

describe('a backup', () => {
  test('is a whole database that goes on elsewhere, and holds no peppers any more then', async () => {
    const to = join(folder, 'to')
    const restored = await restoreBackup(file, to, { by, nowMs: 1_000 })
    expect(restored).toMatchObject({
      madeAt: '2026-11-21T00:00:00.000Z',
      kept: undefined,
      trail: { isWhole: true },
    })
    expect(readdirSync(to).toSorted()).toEqual(['pepper', 'sallyport.db'])
    const pepper = readFileSync(join(from, 'pepper'))
    expect(readFileSync(join(to, 'pepper'))).toEqual(pepper)
    expect(readFileSync(join(to, 'sallyport.db')).indexOf(pepper)).toBe(-1)
    const { raw, close } = await openDatabase(join(to, 'sallyport.db'))
    expect(raw.query('SELECT number FROM key_changes').get()).toEqual({ number: 7 })
    expect(raw.query('SELECT action FROM audit ORDER BY number').values()).toEqual([
      ['key.create'],
      ['database.restore'],
    ])
    close()
  })

  test('of an older version is brought up to date', async () => {
    const older = new Database(join(folder, 'older.db'))
    older.run(readFileSync(join(import.meta.dir, '../../../test/fixtures/database-1.sql'), 'utf8'))
    rmSync(file)
    writeBackup(older, file, {
      peppers: openDataDirectory(from).peppers(),
      madeAt: '2026-11-21T00:00:00.000Z',
    })
    older.close()
    const restored = await restoreBackup(file, join(folder, 'to'), { by, nowMs: 1_000 })
    expect(restored.trail).toMatchObject({ isWhole: true, count: 0 })
  })

  test('takes the place of a database that is spoiled', async () => {
    writeFileSync(
      join(from, 'sallyport.db'),
      'a letter that is no database, however one looks at it'.repeat(9),
    )
    const { kept } = await restoreBackup(file, from, { by, nowMs: 1_000 })
    expect(readFileSync(kept ?? '', 'utf8')).toContain('a letter')
    ;(await openDatabase(join(from, 'sallyport.db'))).close()
  })

  test('says when its trail was changed, and is restored all the same', async () => {
    const changed = new Database(file)
    changed.run('DROP TRIGGER audit_update')
    changed.run("UPDATE audit SET subject = 'b'")
    changed.close()
    const { trail } = await restoreBackup(file, from, { by, nowMs: 1_000 })
    expect(trail).toMatchObject({ isWhole: false, brokenNumber: 1 })
  })

  test('that is none, or not whole, or newer, or gone is refused, and nothing is changed', async () => {
    const whole = readFileSync(file)
    const newer = new Database(file)
    newer.run('PRAGMA user_version = 99')
    newer.close()
    expect(await refusal()).toContain('made by a newer Sallyport (99 against')
    writeFileSync(file, whole)
    truncateSync(file, whole.length - 8_192)
    expect(await refusal()).toMatch(/cannot be restored: .*(spoiled|malformed)/)
    writeFileSync(file, 'a letter')
    expect(await refusal()).toContain('file is not a database')
    writeFileSync(file, readFileSync(join(from, 'sallyport.db')))
    expect(await refusal()).toContain('it was not made by "sallyport backup"')
    rmSync(file)
    expect(await refusal()).toContain('there is no such file')
  })

  test('is not restored while anybody has the database open', async () => {
    const { raw, close } = await openDatabase(join(from, 'sallyport.db'))
    raw.query('SELECT number FROM key_changes').get()
    const failure = await failureOf(() => restoreBackup(file, from, { by, nowMs: 1_000 }))
    expect(String(failure)).toContain('Stop it first')
    close()
    await restoreBackup(file, from, { by, nowMs: 1_000 })
  })
})
