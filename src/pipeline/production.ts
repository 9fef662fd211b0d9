// What the attempt loop and its attempts know of each other: the work to be done, and what it is done with.
import type { UsageSpool } from '../core/attempt.ts'
import type { CallObserver } from '../core/call.ts'
import type { Clock } from '../core/clock.ts'
import type { GatewayError } from '../core/errors.ts'
import type { Priority } from '../core/priority.ts'
import type { Door } from '../dialects/doors.ts'
import type { RelayRequest } from '../dialects/relay-request.ts'
import type { Deadlines } from '../platform/deadlines.ts'
import type { DeploymentLimits } from '../limits/deployment-limits.ts'
import type { Deployment } from '../providers/deployment.ts'
import type { ModelPlan } from '../routing/model-plan.ts'
import type { FailedAttempt } from '../routing/next-attempt.ts'
import type { OpenLines } from '../routing/open-lines.ts'
import type { Admitted } from './admit.ts'
import { keyedName } from './choose-key.ts'
import type { ClientWishes } from './client-wishes.ts'
import type { Routed } from './route.ts'
import type { CallRecord } from './settle.ts'

/** What is to be produced, and where it may be had. */
export interface Production {
  readonly record: CallRecord
  readonly request: Admitted
  /** What the client speaks. */
  readonly door: Door
  /** Header lines of the client's that a provider of the same dialect is to see. */
  readonly headerLines: string
  readonly wishes: ClientWishes
  /** Who goes first where calls wait. */
  readonly priority: Priority
  /** Whose call it is. */
  readonly tenant: string
  readonly plan: ModelPlan
  readonly deployments: Routed
  /** Asked when none of these answers. */
  readonly lastResort: Deployment | undefined
  /** Calls with the same one go to the same deployment while they can; empty for any. */
  readonly stickyTo: string
  /** The name of the deployment to be asked first, because it has what the request refers to. */
  readonly preferred?: string | undefined
  /** The account of that one, where it has several. */
  readonly preferredAccount?: string | undefined
  /** Where a request has to be another one for some deployments: theirs, by their names, or by those with a key. */
  readonly requests?: ReadonlyMap<string, RelayRequest>
  /** What the client wrote and not every deployment is told, but the answer repeats. */
  readonly echo?: Readonly<Record<string, unknown>> | undefined
}

/** What one deployment is sent of a request. */
export function requestFor(
  { requests, request }: Pick<Production, 'requests' | 'request'>,
  deployment: Deployment,
): RelayRequest {
  if (requests === undefined) return request
  return requests.get(keyedName(deployment)) ?? requests.get(deployment.name) ?? request
}

export interface AttemptTimeouts {
  /** Until the first content of a stream. */
  readonly firstTokenMs: number
  /** Between two pieces of content. */
  readonly stallMs: number
  /** One attempt at a whole answer. */
  readonly attemptMs: number
  /** The whole call, over all attempts. */
  readonly totalMs: number
}

export interface AttemptParts {
  readonly clock: Clock
  readonly deadlines: Deadlines
  readonly spool: UsageSpool
  readonly observer: CallObserver
  readonly timeouts: AttemptTimeouts
  readonly generation: number
  /** Where calls wait for a place, over all models. */
  readonly lines: OpenLines
  /** How much deployments may still be asked for. */
  readonly deploymentLimits: DeploymentLimits
  newAttemptId(): string
  /** The process has much to do: what is only nice to have is left out. */
  strained(): boolean
  /** 0 to 1, 1 excluded; for jitter and for choosing, never for secrets. */
  readonly random: () => number
}

/** A call whose answer is being produced: what all its attempts have in common. */
export interface CallUnderWay {
  readonly production: Production
  readonly parts: AttemptParts
  /** Monotonic; when the whole call has lasted too long. */
  readonly lastMs: number
}

/** How an attempt failed, for the loop. */
export interface AttemptFailure extends Omit<FailedAttempt, 'retryAfterMs'> {
  readonly error: GatewayError
}
