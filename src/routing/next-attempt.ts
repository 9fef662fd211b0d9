// The decision behind the one loop that owns attempts: a pure step from what has happened to what comes next.
// Each deployment is tried once, at most three in all, and nothing is repeated once content has reached a reader.

/** What has happened so far. */
export interface AttemptState {
  /** Deployments of the model, in their order. */
  readonly deployments: number
  /** Index of the deployment tried last. */
  readonly last: number
  /** That try was already the fresh one after a stale connection. */
  readonly lastWasFresh: boolean
  /** A reader has been given content. */
  readonly contentSent: boolean
}

/** How the last attempt failed. */
export interface FailedAttempt {
  /** A kept connection had died before the first byte of an answer; the provider saw nothing of it. */
  readonly stale: boolean
  /** Another deployment may well succeed. */
  readonly elsewhere: boolean
}

export type NextStep =
  | { readonly kind: 'move'; readonly index: number }
  /** The same deployment, on a new connection. */
  | { readonly kind: 'fresh' }
  | { readonly kind: 'give-up' }

export const deploymentsTriedMax = 3

/** Decides what follows a failed attempt. */
export function nextAttempt(state: AttemptState, failed: FailedAttempt): NextStep {
  if (state.contentSent) return { kind: 'give-up' }
  if (failed.stale && !state.lastWasFresh) return { kind: 'fresh' }
  const index = state.last + 1
  const isLeft = index < Math.min(state.deployments, deploymentsTriedMax)
  return failed.elsewhere && isLeft ? { kind: 'move', index } : { kind: 'give-up' }
}
