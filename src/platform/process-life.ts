// Who this process is, and whether another one still lives. A process is its id and its start, within one boot and one
// space of process ids (a container has its own); about processes elsewhere nothing can be said.
import { readFileSync, readlinkSync } from 'node:fs'

export interface ProcessIdentity {
  readonly pid: number
  /** When it started, in ticks since the boot; empty where the system does not tell. */
  readonly start: string
  /** The boot and the space of process ids. */
  readonly place: string
}

/** This process. */
export function thisProcess(): ProcessIdentity {
  const { pid } = process
  return {
    pid,
    start: startOf(pid) ?? '',
    place: `${readOr('/proc/sys/kernel/random/boot_id', '').trim()} ${pidSpace()}`,
  }
}

/** Whether that process lives; undefined when it cannot be seen from here. */
export function isRunning({ pid, start, place }: ProcessIdentity): boolean | undefined {
  if (place !== thisProcess().place) return undefined
  if (start !== '') return startOf(pid) === start
  // Without /proc an id that was given out again looks alive, which only delays.
  try {
    process.kill(pid, 0)
    return true
  } catch (failure) {
    return failure instanceof Error && 'code' in failure && failure.code === 'EPERM'
  }
}

/** The name of the program stands before it, and may hold spaces and brackets. */
function startOf(pid: number): string | undefined {
  const stat = readOr(`/proc/${pid}/stat`, '')
  const [state, ...fields] = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  // What has ended and was not collected yet does nothing more.
  return state === 'Z' || state === 'X' ? undefined : fields[18]
}

function pidSpace(): string {
  try {
    return readlinkSync('/proc/self/ns/pid')
  } catch {
    // Not Linux, or not allowed: then there is one space.
    return ''
  }
}

function readOr(path: string, missing: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return missing
  }
}
