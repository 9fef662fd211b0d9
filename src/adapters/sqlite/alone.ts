// A database that nobody else may have open: it is put away or carried off, and what somebody wrote meanwhile would be lost.
import type { Database } from 'bun:sqlite'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { isRunning } from '../../platform/process-life.ts'

/** Somebody uses it. The message says what to do. */
export class InUse extends Error {}

/** The clearer words for what `lockAlone` would refuse as well. `next`: what is to be done once it is stopped. */
export function refuseBesideGateway(directory: string, next: string): void {
  const mark = join(directory, 'running.json')
  if (!existsSync(mark)) return
  try {
    if (isRunning(JSON.parse(readFileSync(mark, 'utf8'))) !== true) return
  } catch {
    // A mark that nobody can read says nothing.
    return
  }
  throw new InUse(`A gateway runs on ${directory}. Stop it first, then ${next}.`)
}

/** Nobody else opens it until this connection is closed. Throws InUse when somebody has it open. */
export function lockAlone(raw: Database): void {
  try {
    raw.run('PRAGMA busy_timeout = 0')
    raw.run('PRAGMA locking_mode = EXCLUSIVE')
    raw.run('BEGIN EXCLUSIVE')
    raw.run('COMMIT')
    // What its last owner left in the log belongs to it.
    raw.run('PRAGMA wal_checkpoint(TRUNCATE)')
  } catch (failure) {
    if (!isBusy(failure)) throw failure
    throw new InUse(`Somebody has ${raw.filename} open: a gateway, or another command. Stop it first.`)
  }
}

function isBusy(failure: unknown): boolean {
  return failure instanceof Error && 'code' in failure && String(failure.code).startsWith('SQLITE_BUSY')
}
