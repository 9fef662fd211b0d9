// How processes fared on their core between two moments: the time they ran, and the time they were ready but had to
// wait for someone else. Both in the scheduler's own nanoseconds; the busy time of a core in /proc/stat is sampled, and
// samples see paced work as far more or far less than it is.
import { schedulerTimes } from './process-cost.ts'

/** A moment of some processes. */
export type CoreMoment = { readonly ranNs: number; readonly waitedNs: number; readonly atMs: number }

/** What happened between two moments. */
export type CoreShare = {
  /** CPU time of the processes. */
  readonly ranNs: number
  readonly elapsedMs: number
  /** The share of the time that they ran. */
  readonly busyShare: number
  /** The share of the time that they were ready and did not run. With one thread it is what strangers took. */
  readonly waitShare: number
}

/** Takes the moment. */
export function coreMoment(pids: readonly number[]): CoreMoment {
  return { ...schedulerTimes(pids), atMs: performance.now() }
}

/** Compares two moments of the same processes. */
export function coreShare(start: CoreMoment, end: CoreMoment): CoreShare {
  const ranNs = end.ranNs - start.ranNs
  const elapsedMs = end.atMs - start.atMs
  const waitedNs = end.waitedNs - start.waitedNs
  return { ranNs, elapsedMs, busyShare: ranNs / 1e6 / elapsedMs, waitShare: waitedNs / 1e6 / elapsedMs }
}
