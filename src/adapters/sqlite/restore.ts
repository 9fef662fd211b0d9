// Puts a backup in the place of the database. Everything is tried on a copy first; what was there stays beside it under
// another name; and nothing is done while anybody else has the database open.
import { Database } from 'bun:sqlite'
import {
  chmodSync,
  copyFileSync,
  existsSync,
  linkSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
} from 'node:fs'
import { join, resolve } from 'node:path'
import type { AuditAct } from '../../audit/audit-trail.ts'
import { verifyChain } from '../../audit/hash-chain.ts'
import type { Verdict } from '../../audit/hash-chain.ts'
import { sha256 } from '../../platform/hmac.ts'
import { appearAs } from '../appear-as.ts'
import { pepperFiles } from '../data-directory.ts'
import { InUse, lockAlone, refuseBesideGateway } from './alone.ts'
import { BackupError, backupTable, checkIntegrity, pepperNames } from './backup.ts'
import { openDatabase } from './open-database.ts'
import { schemaVersion } from './schema-version.ts'
import { createSqliteAuditTrail } from './sqlite-audit-trail.ts'

export interface Restored {
  /** When the backup was made, ISO 8601. */
  readonly madeAt: string
  /** What was there before, under its new name; undefined when there was nothing. */
  readonly kept: string | undefined
  /** Whether the trail in the backup is as it was written. */
  readonly trail: Verdict
}

/** Restores into a data directory, which is made when it is not there. Rejects with BackupError or InUse, and nothing is changed. */
export async function restoreBackup(
  file: string,
  folder: string,
  { by, nowMs }: { readonly by: Pick<AuditAct, 'actor' | 'address'>; readonly nowMs: number },
): Promise<Restored> {
  const directory = resolve(folder)
  const unfinished = join(directory, `restoring-${crypto.randomUUID()}.db`)
  try {
    refuseBesideGateway(directory, 'restore, then start it again')
    mkdirSync(directory, { recursive: true, mode: 0o700 })
    copyFileSync(file, unfinished)
    chmodSync(unfinished, 0o600)
    const { madeAt, peppers } = takeApart(unfinished)
    const held = await hold(join(directory, 'sallyport.db'))
    try {
      const act = { ...by, action: 'database.restore', subject: resolve(file), outcome: 'done' } as const
      const after = { backup_made_at: madeAt }
      const trail = await bringUpToDate(unfinished, { ...act, before: held.trailEnd, after }, nowMs)
      const mark = new Date(nowMs).toISOString().replaceAll(/[:.]/g, '-')
      placePeppers(directory, peppers, mark)
      return { madeAt, trail, kept: place(unfinished, directory, { mark, isThere: held.isThere }) }
    } finally {
      held.release()
    }
  } catch (failure) {
    if (failure instanceof BackupError || failure instanceof InUse) throw failure
    throw new BackupError(`The backup ${file} cannot be restored: ${problemOf(failure)}.`, { cause: failure })
  } finally {
    for (const rest of ['', '-wal', '-shm', '-journal']) rmSync(unfinished + rest, { force: true })
  }
}

interface Parts {
  readonly madeAt: string
  readonly peppers: ReadonlyMap<string, Uint8Array>
}

/** Takes the peppers out of a copy of a backup, which is a database like any other from then on. */
function takeApart(path: string): Parts {
  const copy = new Database(path, { readwrite: true, create: false })
  try {
    const tables = copy.query('SELECT name FROM sqlite_schema WHERE name = ?').all(backupTable)
    if (tables.length === 0) throw new Error('it was not made by "sallyport backup"')
    const found = copy.query<{ user_version: number }, []>('PRAGMA user_version').get()?.user_version ?? 0
    if (found > schemaVersion) {
      throw new Error(`it was made by a newer Sallyport (${found} against ${schemaVersion}); use that one`)
    }
    checkIntegrity(copy)
    const rows = copy
      .query<{ name: string; content: string | Uint8Array }, []>(`SELECT name, content FROM ${backupTable}`)
      .all()
    const peppers = rows.flatMap(({ name, content }) => {
      return content instanceof Uint8Array && pepperNames.some((known) => known === name)
        ? [[name, content] as const]
        : []
    })
    copy.run(`DROP TABLE ${backupTable}`)
    // What was in that table must not lie about in free pages.
    copy.run('VACUUM')
    return { madeAt: String(rows.find(({ name }) => name === 'made_at')?.content), peppers: new Map(peppers) }
  } finally {
    copy.close()
  }
}

interface Held {
  readonly isThere: boolean
  /** The last entry of the trail that goes away, for the one that takes its place. */
  readonly trailEnd: { readonly number: number; readonly hash: string } | null
  release(): void
}

/** Nobody else may have the database open until it is released. Throws when somebody has. */
async function hold(path: string): Promise<Held> {
  if (!existsSync(path)) return { isThere: false, trailEnd: null, release: () => {} }
  const raw = new Database(path, { readwrite: true, create: false })
  const release = (): void => raw.close()
  try {
    lockAlone(raw)
    return { isThere: true, trailEnd: await trailEndOf(raw), release }
  } catch (failure) {
    // A spoiled one is replaced all the same.
    if (!(failure instanceof InUse)) return { isThere: true, trailEnd: null, release }
    release()
    throw failure
  }
}

async function trailEndOf(raw: Database): Promise<Held['trailEnd']> {
  try {
    const [last] = await createSqliteAuditTrail(raw).list({ limit: 1 })
    return last === undefined ? null : { number: last.number, hash: last.hash }
  } catch {
    // Of an older version, or spoiled: that may be why it is replaced.
    return null
  }
}

async function bringUpToDate(path: string, act: AuditAct, nowMs: number): Promise<Verdict> {
  const database = await openDatabase(path)
  try {
    const trail = createSqliteAuditTrail(database.raw)
    const verdict = await verifyChain(trail.rows(), sha256)
    await trail.append(act, nowMs)
    database.raw.run('PRAGMA wal_checkpoint(TRUNCATE)')
    return verdict
  } finally {
    database.close()
  }
}

function placePeppers(directory: string, peppers: ReadonlyMap<string, Uint8Array>, mark: string): void {
  for (const name of pepperNames) {
    const path = join(directory, pepperFiles[name])
    const wanted = peppers.get(name)
    // The first one is the current one where it was never changed.
    const isNeeded = wanted !== undefined && !(name === 'first' && isSame(wanted, peppers.get('current')))
    if (existsSync(path) && isNeeded && isSame(readFileSync(path), wanted)) continue
    if (existsSync(path)) renameSync(path, `${path}.replaced-${mark}`)
    if (isNeeded) appearAs(path, wanted)
  }
}

function isSame(one: Uint8Array, other: Uint8Array | undefined): boolean {
  return other !== undefined && Buffer.compare(one, other) === 0
}

/** In one step: whoever looks finds the one or the other. */
function place(
  unfinished: string,
  directory: string,
  { mark, isThere }: { readonly mark: string; readonly isThere: boolean },
): string | undefined {
  const path = join(directory, 'sallyport.db')
  const kept = `${path}.replaced-${mark}`
  if (isThere) linkSync(path, kept)
  renameSync(unfinished, path)
  return isThere ? kept : undefined
}

function problemOf(failure: unknown): string {
  if (!(failure instanceof Error)) return String(failure)
  if ('code' in failure && failure.code === 'ENOENT') return 'there is no such file'
  return failure.message.replace(/\.$/, '')
}
