// How long an attempt is waited for before it is given up. Whole answers have the time that the config gives; a stream of
// a deployment that is known to be fast has less.
import type { RelayRequest } from '../dialects/relay-request.ts'
import type { Deployment } from '../providers/deployment.ts'
import type { AttemptTimeouts } from './production.ts'

/** No deployment is so fast that it is given up sooner. */
const patienceMinMs = 5_000
const patienceSamplesMin = 200
/** So many times the slowest first token of a hundred is no bad luck. */
const lateFactor = 4

interface Tried {
  readonly deployment: Pick<Deployment, 'timeoutMs' | 'health'>
  /** Monotonic. */
  readonly startedMs: number
}

/** How long its first content, or its whole answer, may take. */
export function patienceMs(
  { deployment: { timeoutMs, health }, startedMs }: Tried,
  { stream }: Pick<RelayRequest, 'stream'>,
  timeouts: AttemptTimeouts,
): number {
  if (!stream) return timeoutMs ?? timeouts.attemptMs
  const allowedMs = timeoutMs ?? timeouts.firstTokenMs
  const usual = health.firstTokenMs(startedMs)
  if (usual === undefined || usual.count < patienceSamplesMin) return allowedMs
  return Math.min(allowedMs, Math.max(patienceMinMs, lateFactor * usual.p99))
}

/** What is far later than usual is late by its own fault. */
export function isLate({ deployment: { health }, startedMs }: Tried, nowMs: number): boolean {
  const usual = health.firstTokenMs(nowMs)
  return usual !== undefined && nowMs - startedMs >= lateFactor * usual.p99
}
