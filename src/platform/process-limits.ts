// What this process may have, and what of it is in use: memory by its control group (both versions of Linux'), files by
// its limit. Limits are read once; where a system does not tell, nothing is said.
import { readdirSync, readFileSync } from 'node:fs'
import { availableParallelism, totalmem } from 'node:os'

/** Processors that this process may use. */
export function coreCount(): number {
  return availableParallelism()
}

/** Milliseconds of CPU time that this process has used, in all of its threads. */
export function cpuMs(): number {
  const { user, system } = process.cpuUsage()
  return (user + system) / 1_000
}

/** Reads a small file of the system; undefined when there is none. */
export type ReadFile = (path: string) => string | undefined

/** The bytes of memory after which this process is ended: those of its control group, or of the machine. */
export function memoryBytesMax(read: ReadFile = readSystemFile, machineBytes: number = totalmem()): number {
  const groups = read('/proc/self/cgroup') ?? ''
  let least = machineBytes
  for (const path of memoryFiles(groups)) {
    const bytes = Number(read(path)?.trim())
    // "max" is no number, and version 1 writes an enormous one for "no limit".
    if (bytes > 0 && bytes < least) least = bytes
  }
  return least
}

/** The files in which a limit may stand: a group's own and those of the groups around it, as either version has them. */
function memoryFiles(groups: string): readonly string[] {
  const files: string[] = []
  for (const line of groups.split('\n')) {
    const [, controllers, path] = /^\d+:([^:]*):(\/.*)$/.exec(line) ?? []
    if (path === undefined) continue
    if (controllers === '') {
      for (const folder of upFrom(path)) files.push(`/sys/fs/cgroup${folder}memory.max`)
    } else if (controllers?.split(',').includes('memory') === true) {
      for (const folder of upFrom(path)) files.push(`/sys/fs/cgroup/memory${folder}memory.limit_in_bytes`)
    }
  }
  return files
}

/** `/a/b` → `/a/b/`, `/a/`, `/`: inside a container the group may be the root although it is named otherwise. */
function upFrom(path: string): readonly string[] {
  const names = path.split('/').filter((name) => name !== '')
  return Array.from({ length: names.length + 1 }, (_, left) => {
    const kept = names.slice(0, names.length - left)
    return kept.length === 0 ? '/' : `/${kept.join('/')}/`
  })
}

/** How many files, connections among them, this process may have open; undefined where the system does not tell. */
export function openFilesMax(read: ReadFile = readSystemFile): number | undefined {
  const count = Number(/^Max open files\s+(\d+)/m.exec(read('/proc/self/limits') ?? '')?.[1])
  return count > 0 ? count : undefined
}

/** How many it has open. With thousands this takes milliseconds: not to be asked often. */
export function openFiles(): number | undefined {
  try {
    return readdirSync('/proc/self/fd').length
  } catch {
    // Only Linux lists them.
    return undefined
  }
}

function readSystemFile(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    // Another system, or another version of control groups.
    return undefined
  }
}
