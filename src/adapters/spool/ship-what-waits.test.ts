import { Database } from 'bun:sqlite'
import { afterEach, beforeEach, expect, test } from 'bun:test'
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { failureOf } from '../../../test/failure-of.ts'
import { newDatabase } from '../../../test/new-database.ts'
import { shipWhatWaits, StillWaiting } from './ship-what-waits.ts'

let directory: string
let databasePath: string

beforeEach(async () => {
  directory = mkdtempSync(join(tmpdir(), 'spool-'))
  databasePath = await newDatabase(directory)
})

afterEach(() => rmSync(directory, { recursive: true, force: true }))

const spool = (...path: string[]): string => join(directory, 'spool', ...path)

function leave(name: string, text: string, owner: string): void {
  mkdirSync(spool(name), { recursive: true })
  writeFileSync(spool(name, 'owner'), owner)
  writeFileSync(spool(name, '000001.log'), text)
}

const ship = (nowMs = Date.now()): ReturnType<typeof shipWhatWaits> =>
  shipWhatWaits(directory, databasePath, () => nowMs)

test('where nothing waits, nothing is done', async () => {
  expect(await ship()).toEqual({ crashed: 0, badFiles: [] })
  expect(existsSync(spool())).toBe(false)
})

test('lines that nobody can read are kept aside and told', async () => {
  leave('gone', 'no record of ours\n', 'nobody\n')
  const { badFiles } = await ship()
  expect(badFiles.map((path) => existsSync(path))).toEqual([true])
  expect(readdirSync(spool(), { withFileTypes: true }).filter((entry) => entry.isDirectory())).toEqual([])
})

test('what somebody elsewhere may still be writing is waited for, until it has been silent long enough', async () => {
  leave('elsewhere', '', '17\n4711\nanother boot\n')
  const failure = await failureOf(() => ship())
  expect(failure).toBeInstanceOf(StillWaiting)
  expect(String(failure)).toContain('do this again in a minute')
  await ship(Date.now() + 61_000)
  expect(existsSync(spool('elsewhere'))).toBe(false)
})

test('what cannot be shipped is told', async () => {
  leave('gone', '', 'nobody\n')
  rmSync(spool('gone', '000001.log'))
  mkdirSync(spool('gone', '000001.log'))
  expect(String(await failureOf(() => ship()))).toContain('gone: ')
  expect(new Database(databasePath).query('SELECT count(*) AS count FROM attempts').get()).toEqual({
    count: 0,
  })
})
