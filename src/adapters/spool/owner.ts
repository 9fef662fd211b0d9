// Who writes in a folder of the spool, and whether that process still lives. Where that cannot be seen (another
// container on the same disk, or before a restart of the machine) only the owner's regular touch tells.
import { readFileSync, statSync, utimesSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { isRunning, thisProcess } from '../../platform/process-life.ts'

const ownerName = 'owner'
/** An owner who has not touched its file for so long is taken for dead. */
const silenceMsMax = 60_000

/** Makes this process the owner of a folder. */
export function own(folder: string): void {
  const { pid, start, place } = thisProcess()
  writeFileSync(join(folder, ownerName), `${pid}\n${start}\n${place}\n`)
}

/** Says that this process is done with the folder, though it may live on. */
export function disown(folder: string): void {
  writeFileSync(join(folder, ownerName), 'nobody\n')
}

/** Shows those who cannot see this process that it lives. */
export function touch(folder: string, nowMs: number): void {
  utimesSync(join(folder, ownerName), nowMs / 1000, nowMs / 1000)
}

/** Whether nobody writes in this folder any more. */
export function isAbandoned(folder: string, nowMs: number): boolean {
  const text = ownerOf(folder)
  // A folder is made before its owner is written into it.
  if (text === '') return nowMs - statSync(folder).mtimeMs > silenceMsMax
  const [pid = '', start = '', place = ''] = text.split('\n')
  if (pid === 'nobody') return true
  const lives = isRunning({ pid: Number(pid), start, place })
  return lives === undefined ? nowMs - statSync(join(folder, ownerName)).mtimeMs > silenceMsMax : !lives
}

function ownerOf(folder: string): string {
  try {
    return readFileSync(join(folder, ownerName), 'utf8')
  } catch {
    return ''
  }
}
