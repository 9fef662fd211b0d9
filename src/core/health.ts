// What is known of a deployment's health, as those see it who choose it and who try it. `routing/health/` keeps it; it
// belongs to the process and outlives a config.
import type { AttemptOutcome } from './attempt.ts'

/** Why a call may go to a deployment now, or may not. `probe`: it is half open, and this call would try it. */
export type Availability = 'free' | 'probe' | 'busy' | 'throttled' | 'cooling' | 'open' | 'ejected'

/** How an attempt ended, as far as it says something about its deployment. */
export type Verdict =
  | 'success'
  | 'failure'
  | 'overloaded'
  | 'timeout'
  | 'throttled'
  | 'credential'
  /** The client's fault, or its will: nothing is learnt of the deployment. */
  | 'neutral'

/** Of the samples of the last minutes. */
export interface Percentiles {
  readonly count: number
  readonly p50: number
  readonly p95: number
  readonly p99: number
}

/** One failed attempt, for people who look. */
export interface SeenFailure {
  readonly outcome: AttemptOutcome
  /** The provider's HTTP status; 0 when no answer came. */
  readonly status: number
  /** Wall clock, milliseconds since the epoch. */
  readonly atMs: number
}

/** All times are monotonic milliseconds. */
export interface DeploymentHealth {
  /** Could a call be sent now? Changes nothing. */
  availability(nowMs: number): Availability
  /** For when nothing else is left: an open deployment takes a call now and then all the same. */
  lastResort(nowMs: number): boolean
  /** The part of its weight that it gets, 0 to 1: less while it is suspected, or has just come back. */
  share(nowMs: number): number
  /** The part of its last calls that succeeded, 0 to 1; 1 while nothing is known. */
  recentSuccess(nowMs: number): number
  /** It is closed, and its calls succeed: a good place to move to. */
  isHealthyDestination(nowMs: number): boolean
  readonly inFlight: number
  /** How many calls it may have at a time, just now. */
  readonly limit: number
  /** From sending a call to the first content of its stream; undefined while nothing is known. */
  firstTokenMs(nowMs: number): Percentiles | undefined
  tokensPerSecond(nowMs: number): Percentiles | undefined
  /** Milliseconds until it may be asked again; 0 where nothing is known that would pass by itself. */
  waitMs(nowMs: number): number
  /** An attempt begins: it is counted, and holds its place until its end. */
  begin(nowMs: number, isStreamed: boolean): Trial
  /** The provider said when to come back. Of two such times the later holds. */
  coolDownUntil(untilMs: number): void
  /** An attempt failed, for people who look: nothing is decided by it. */
  failed(failure: SeenFailure): void
}

/** One attempt, as its deployment's health sees it. */
export interface Trial {
  firstContent(nowMs: number): void
  /** Frees the place. Once; a second call does nothing. */
  end(nowMs: number, verdict: Verdict, outputTokens?: number): void
}
