// The decision behind the one loop that owns attempts: a pure step from what has happened to what comes next. Whose
// failure it was decides whether the same deployment may be asked again; who else there is decides what it costs: moving
// to a healthy deployment and insisting on a sick one are paid from different budgets.
import type { AttemptOutcome } from '../core/attempt.ts'

/** What has happened so far, and what there is to go on with. */
export interface AttemptState {
  /** Attempts made, without those that only replaced a connection that had died. */
  readonly attempts: number
  readonly attemptsMax: number
  /** The last try was already the fresh one after a stale connection. */
  readonly lastWasFresh: boolean
  /** A deployment that could be tried instead, as it looks just now. */
  readonly other: 'healthy' | 'doubtful' | 'none'
  /** The last deployment may be asked again: its health and its client allow it. */
  readonly mayRepeat: boolean
  /** How often it has been asked again. */
  readonly repeats: number
  /** What is left of the call's time. */
  readonly remainingMs: number
}

/** How the last attempt failed. */
export interface FailedAttempt {
  readonly outcome: AttemptOutcome
  /** A kept connection had died before the first byte of an answer; the provider saw nothing of it. */
  readonly stale: boolean
  /** Nothing of the request can have reached the provider. */
  readonly unsent: boolean
  /** Another deployment may well succeed. */
  readonly elsewhere: boolean
  /** When the provider said that it may be asked again; undefined where it did not. */
  readonly retryAfterMs: number | undefined
}

/** Who pays for an attempt that is not the first. */
export type Budget = 'failover' | 'retry'

export type NextStep =
  | { readonly kind: 'move'; readonly budget: Budget }
  /** The same deployment, on a new connection. */
  | { readonly kind: 'fresh' }
  /** The same deployment, after a while. */
  | { readonly kind: 'repeat'; readonly waitMs: number }
  | { readonly kind: 'give-up' }

const giveUp: NextStep = { kind: 'give-up' }

/** How many attempts a call has, over all its deployments: https://sre.google/sre-book/handling-overload/. */
export const attemptsMaxDefault = 3
/** Less time than this is not worth an attempt. */
export const worthwhileMs = 1_000

const faultBaseMs = 50
const throttleBaseMs = 1_000
const backoffMaxMs = 5_000
/** Nobody is kept waiting for a provider longer than this. */
const retryAfterMaxMs = 20_000

/** Decides what follows a failed attempt that has sent no content. `random` is 0 to 1, for the jitter. */
export function nextAttempt(state: AttemptState, failed: FailedAttempt, random: number): NextStep {
  if (failed.stale && !state.lastWasFresh) return { kind: 'fresh' }
  if (state.attempts >= state.attemptsMax || state.remainingMs < worthwhileMs) return giveUp
  if (failed.elsewhere && state.other !== 'none') {
    return { kind: 'move', budget: state.other === 'healthy' ? 'failover' : 'retry' }
  }
  if (!state.mayRepeat || state.other !== 'none') return giveUp
  const waitMs = waitBefore(failed, state.repeats, random)
  return waitMs === undefined || waitMs + worthwhileMs > state.remainingMs
    ? giveUp
    : { kind: 'repeat', waitMs }
}

/** How long to wait before the same deployment is asked again; undefined where it is not to be asked. */
function waitBefore(failed: FailedAttempt, repeats: number, random: number): number | undefined {
  const { outcome, unsent, retryAfterMs } = failed
  if (outcome === 'throttled') {
    if (retryAfterMs === undefined) return jitter(throttleBaseMs, repeats, random)
    if (retryAfterMs > retryAfterMaxMs) return undefined
    return retryAfterMs + random * Math.min(1_000, retryAfterMs / 10)
  }
  const isTransient = outcome === 'server_fault' || outcome === 'unreachable'
  if (!isTransient || (repeats > 0 && !unsent)) return undefined
  return jitter(faultBaseMs, repeats, random)
}

/** Full jitter: https://aws.amazon.com/blogs/architecture/exponential-backoff-and-jitter/. */
function jitter(baseMs: number, repeats: number, random: number): number {
  return random * Math.min(backoffMaxMs, baseMs * 2 ** repeats)
}
