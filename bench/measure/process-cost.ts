// What a process costs, read from /proc: CPU from the scheduler's own nanoseconds over all threads (the tick-based
// numbers of `ps` are too coarse for a two-second round), memory as the pages that are resident.
import { readFileSync, readdirSync } from 'node:fs'

/** Time the processes' threads have run so far, and time they were ready to run but had to wait. */
export function schedulerTimes(pids: readonly number[]): {
  readonly ranNs: number
  readonly waitedNs: number
} {
  let ranNs = 0
  let waitedNs = 0
  for (const pid of pids) {
    for (const thread of threadsOf(pid)) {
      const [ran = 0, waited = 0] = threadTimes(pid, thread)
      ranNs += ran
      waitedNs += waited
    }
  }
  return { ranNs, waitedNs }
}

/** Resident memory of the processes, in bytes. */
export function residentBytes(pids: readonly number[]): number {
  let total = 0
  for (const pid of pids) {
    const found = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))
    total += Number(found?.[1] ?? 0) * 1024
  }
  return total
}

/** The process and everything it started, by walking the parents of all processes. */
export function processTree(root: number): readonly number[] {
  const childrenOf = new Map<number, number[]>()
  for (const name of readdirSync('/proc')) {
    const pid = Number(name)
    if (!Number.isInteger(pid)) continue
    const parent = parentOf(pid)
    if (parent !== undefined) childrenOf.set(parent, [...(childrenOf.get(parent) ?? []), pid])
  }
  const tree = [root]
  for (const pid of tree) tree.push(...(childrenOf.get(pid) ?? []))
  return tree
}

function threadsOf(pid: number): readonly string[] {
  return readdirSync(`/proc/${pid}/task`)
}

function threadTimes(pid: number, thread: string): readonly number[] {
  try {
    return readFileSync(`/proc/${pid}/task/${thread}/schedstat`, 'utf8').split(' ').map(Number)
  } catch {
    // The thread ended between the listing and the reading; its time is then not to be had.
    return []
  }
}

function parentOf(pid: number): number | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
    // The command's name may hold spaces and parentheses: the fields start behind the last one.
    return Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1])
  } catch {
    return undefined
  }
}
