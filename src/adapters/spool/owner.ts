// Who writes in a folder of the spool, and whether that process still lives. On the same kernel and in the same
// process-id space that is certain: a process is its id and its start. From elsewhere (another container on the same
// disk, or before a restart of the machine) only the owner's regular touch tells.
import { readFileSync, readlinkSync, statSync, utimesSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

const ownerName = 'owner'
/** An owner who has not touched its file for so long is taken for dead. */
const silenceMsMax = 60_000

/** Makes this process the owner of a folder. */
export function own(folder: string): void {
  writeFileSync(
    join(folder, ownerName),
    `${[process.pid, startOf(process.pid) ?? '', machine()].join('\n')}\n`,
  )
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
  const text = readOr(join(folder, ownerName), undefined)
  // A folder is made before its owner is written into it.
  if (text === undefined || text === '') return nowMs - statSync(folder).mtimeMs > silenceMsMax
  const [pid = '', start = '', ...place] = text.trimEnd().split('\n')
  if (pid === 'nobody') return true
  if (place.join('\n') === machine()) return !isRunning(Number(pid), start)
  return nowMs - statSync(join(folder, ownerName)).mtimeMs > silenceMsMax
}

function isRunning(pid: number, start: string): boolean {
  if (start !== '') return startOf(pid) === start
  // No /proc here: a process id that was given out again looks alive, which only delays.
  try {
    process.kill(pid, 0)
    return true
  } catch (failure) {
    return failure instanceof Error && 'code' in failure && failure.code === 'EPERM'
  }
}

/** When a process started, in ticks since the boot. The name before it may hold spaces and brackets. */
function startOf(pid: number): string | undefined {
  const stat = readOr(`/proc/${pid}/stat`, undefined)
  const [state, ...fields] = stat?.slice(stat.lastIndexOf(')') + 2).split(' ') ?? []
  // A zombie writes nothing more.
  return state === 'Z' || state === 'X' ? undefined : fields[18]
}

/** The boot and the space of process ids. */
function machine(): string {
  return `${readOr('/proc/sys/kernel/random/boot_id', '').trim()}\n${pidSpace()}`
}

function pidSpace(): string {
  try {
    return readlinkSync('/proc/self/ns/pid')
  } catch {
    return ''
  }
}

function readOr<Default>(path: string, missing: Default): string | Default {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return missing
  }
}
