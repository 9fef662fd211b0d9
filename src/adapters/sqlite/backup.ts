// A copy of everything in the database, made while a gateway runs: one file, a SQLite database itself, with the peppers in
// a table of its own, because without them no key in it works. Whoever has the file has the hashes of all keys and what
// they are hashed with: it is for its owner only.
import { Database } from 'bun:sqlite'
import { closeSync, fsyncSync, linkSync, openSync, rmSync } from 'node:fs'
import { dirname } from 'node:path'
import type { Peppers } from '../data-directory.ts'

/** The copy cannot be made or used. The message says why and what to do. */
export class BackupError extends Error {}

/** The table that makes a copy a backup. */
export const backupTable = 'backup'
export const pepperNames = ['current', 'previous', 'first'] as const satisfies readonly (keyof Peppers)[]

/** Writes a backup where no file is yet. Throws BackupError, and leaves nothing then. */
export function writeBackup(
  raw: Database,
  file: string,
  { peppers, madeAt }: { readonly peppers: Peppers; readonly madeAt: string },
): void {
  const unfinished = `${file}.${crypto.randomUUID()}`
  try {
    // SQLite writes into an empty file, and this one is for its owner only from the start.
    closeSync(openSync(unfinished, 'wx', 0o600))
    raw.query('VACUUM INTO ?').run(unfinished)
    complete(unfinished, peppers, madeAt)
    synchronise(unfinished)
    linkSync(unfinished, file)
    synchronise(dirname(file))
  } catch (failure) {
    throw new BackupError(`The backup ${file} cannot be written: ${problemOf(failure)}.`, { cause: failure })
  } finally {
    rmSync(unfinished, { force: true })
  }
}

function complete(path: string, peppers: Peppers, madeAt: string): void {
  const copy = new Database(path, { readwrite: true, create: false })
  try {
    copy.run('PRAGMA journal_mode = DELETE')
    copy.run(`CREATE TABLE ${backupTable} (name TEXT PRIMARY KEY, content BLOB NOT NULL)`)
    const add = copy.query(`INSERT INTO ${backupTable} (name, content) VALUES (?, ?)`)
    add.run('made_at', madeAt)
    for (const name of pepperNames) {
      const pepper = peppers[name]
      if (pepper !== undefined) add.run(name, pepper)
    }
    checkIntegrity(copy)
  } finally {
    copy.close()
  }
}

/** Throws when the database is spoiled. */
export function checkIntegrity(database: Database): void {
  const found = database.query<{ integrity_check: string }, []>('PRAGMA integrity_check').all()
  const problem = found[0]?.integrity_check
  if (problem !== 'ok') throw new Error(`it is spoiled (${problem ?? 'unreadable'})`)
}

function synchronise(path: string): void {
  const file = openSync(path, 'r')
  try {
    fsyncSync(file)
  } finally {
    closeSync(file)
  }
}

function problemOf(failure: unknown): string {
  if (!(failure instanceof Error)) return String(failure)
  const code = 'code' in failure ? failure.code : undefined
  if (code === 'EEXIST') return 'there is a file of this name already; choose another'
  if (code === 'ENOENT') return 'there is no such folder'
  return failure.message
}
