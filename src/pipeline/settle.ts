// The last stage: a call is closed exactly once, whatever ended it, and those who watch are told.
import type { AttemptEnd, AttemptMoney, AttemptOutcome } from '../core/attempt.ts'
import type { CallStep } from '../core/call-step.ts'
import type { CallObserver, CallSummary, Endpoint } from '../core/call.ts'
import type { CallOwner, InnerOf } from '../core/call-owner.ts'
import type { Clock } from '../core/clock.ts'
import { inThousandths } from '../core/duration-text.ts'
import type { ErrorCode, GatewayError } from '../core/errors.ts'
import type { EndNotice } from '../core/life.ts'
import type { DialectName } from '../core/model-request.ts'
import { noUsage } from '../core/usage.ts'
import type { Usage, UsageSource } from '../core/usage.ts'
import { settleReservation } from './reserve.ts'
import type { Reservation } from './reserve.ts'
import { settleSpending } from './spend.ts'
import type { CallSpending } from './spend.ts'
import type { CallTokens } from '../limits/limits.ts'
import type { Deployment } from '../providers/deployment.ts'
import type { Contract } from './keep-deterministic.ts'
import type { RecalledPrompt } from '../routing/prompt-cache-memory.ts'

/**
 * What the stages have found out so far. Each stage writes its own part. When the call is settled, the same object is
 * its summary: a copy of twenty members for each call would cost more than all who read it.
 */
export class CallRecord implements CallSummary {
  readonly callId: string
  readonly endpoint: Endpoint
  readonly generation: number
  readonly startedMs: number
  keyId = ''
  /** When its caller's token ends, wall clock; undefined for keys, which may be revoked at any time. */
  keyEndsAtMs: number | undefined = undefined
  model = ''
  stream = false
  attempts = 0
  translatedTo: DialectName | '' = ''
  dropped = ''
  /** How its deployments were narrowed and chosen, in printable ASCII; empty where nothing was to be decided. */
  route = ''
  /** Who has seen its prompt lately; undefined where nobody asks. */
  prompt: RecalledPrompt | undefined = undefined
  /** No deployment was asked: the answer is ours, and says so. */
  estimated = false
  /** What was decided, for a call that asks for it or in which something failed. */
  steps: CallStep[] | undefined = undefined
  /** The answer is to tell the steps. */
  isTraceAsked = false
  /** Nobody answered, and these are the operator's own words. */
  canned = false
  /** The limits over it, and what it holds of them; undefined where it has none. */
  reservation: Reservation | undefined = undefined
  /** What it holds of its budgets; undefined where it has none. */
  spending: CallSpending | undefined = undefined
  inner: InnerOf | undefined = undefined
  /** Whose it is; undefined until that is known. */
  owner: CallOwner | undefined = undefined
  deployment: Deployment | undefined = undefined
  lastAttempt: AttemptEnd | undefined = undefined
  /** What its client had of a stream before another deployment went on with it. */
  before: CallTokens | undefined = undefined
  costNanoDollars: number | null = 0
  chargedNanoDollars: number | null = 0
  chargedTokens = 0
  error: GatewayError | undefined = undefined
  /** Undefined unless the call is held to the deterministic contract. */
  contract: Contract | undefined = undefined
  /** Monotonic stamps of the ends of stages; 0 when the call did not get there. */
  authenticatedMs = 0
  admittedMs = 0
  routedMs = 0
  settledMs = 0
  status = 0

  constructor(callId: string, endpoint: Endpoint, at: { generation: number; nowMs: number }) {
    this.callId = callId
    this.endpoint = endpoint
    this.generation = at.generation
    this.startedMs = at.nowMs
  }

  /** Another attempt is over. One of unknown cost makes the sum unknown. */
  pays({ costNanoDollars: cost, chargedNanoDollars: charged }: AttemptMoney, chargedTokens: number): void {
    this.chargedTokens += chargedTokens
    this.costNanoDollars = cost === null || this.costNanoDollars === null ? null : this.costNanoDollars + cost
    this.chargedNanoDollars =
      charged === null || this.chargedNanoDollars === null ? null : this.chargedNanoDollars + charged
  }

  get provider(): string {
    return this.deployment?.provider ?? ''
  }

  get providerModel(): string {
    return this.deployment?.providerModel ?? ''
  }

  get region(): string {
    return this.deployment?.region ?? ''
  }

  get dataClass(): string {
    return this.deployment?.dataClass ?? ''
  }

  get demo(): boolean {
    return this.deployment?.demo ?? false
  }

  get notice(): EndNotice | undefined {
    return this.deployment?.notice
  }

  get reportedModel(): string {
    return this.lastAttempt?.reportedModel ?? ''
  }

  get code(): ErrorCode | '' {
    return this.error?.code ?? ''
  }

  get outcome(): AttemptOutcome | 'refused' {
    return this.lastAttempt?.outcome ?? (this.estimated ? 'ok' : 'refused')
  }

  get usage(): Usage {
    return this.lastAttempt?.usage ?? noUsage
  }

  /** What counts against limits: of an answer in several parts all of them, and the request once. */
  get used(): CallTokens | undefined {
    const usage = this.lastAttempt?.usage
    if (usage === undefined || this.before === undefined) return usage
    const { inputTokens, outputTokens } = this.before
    return { inputTokens, outputTokens: outputTokens + usage.outputTokens }
  }

  /** From now on another deployment goes on with what the last one has begun. */
  goesOn(): void {
    this.before = this.used
  }

  get usageSource(): UsageSource {
    return this.lastAttempt?.usageSource ?? 'observed'
  }

  get connectMs(): number {
    return this.lastAttempt?.connectMs ?? -1
  }

  get firstTokenMs(): number {
    return this.lastAttempt?.firstTokenMs ?? -1
  }

  get totalMs(): number {
    return this.settledMs - this.startedMs
  }
}

/** Closes a call. `status` is what the client got; 499 when it left before one. A second call does nothing. */
export function settle(
  record: CallRecord,
  status: number,
  parts: { clock: Clock; observer: CallObserver },
): void {
  if (record.settledMs > 0) return
  record.settledMs = parts.clock.nowMs()
  record.status = status
  if (record.reservation !== undefined) settleReservation(record, record.settledMs)
  if (record.spending !== undefined) settleSpending(record)
  if (record.prompt !== undefined) remember(record, record.prompt)
  parts.observer.callEnded(record)
}

function remember({ deployment, lastAttempt, settledMs }: CallRecord, prompt: RecalledPrompt): void {
  if (deployment === undefined || lastAttempt?.outcome !== 'ok') return
  prompt.answeredBy(deployment.name, lastAttempt, settledMs)
}

/** The stages' times so far as a `Server-Timing` header (https://www.w3.org/TR/server-timing/), milliseconds. */
export function serverTiming(record: CallRecord, nowMs: number): string {
  const { startedMs, authenticatedMs, admittedMs, routedMs } = record
  const totalMs = inThousandths(nowMs - startedMs)
  const authenticateMs = between(startedMs, authenticatedMs)
  const admitMs = between(authenticatedMs, admittedMs)
  if (routedMs === 0) {
    const authenticate = authenticateMs === '' ? '' : `authenticate;dur=${authenticateMs}, `
    return `${authenticate}${admitMs === '' ? '' : `admit;dur=${admitMs}, `}total;dur=${totalMs}`
  }
  const stages = `authenticate;dur=${authenticateMs}, admit;dur=${admitMs}, route;dur=${between(admittedMs, routedMs)}`
  return `${stages}, attempt;dur=${inThousandths(nowMs - routedMs)}, total;dur=${totalMs}`
}

/** Empty when the call did not get there. */
function between(fromMs: number, toMs: number): string {
  return toMs === 0 ? '' : inThousandths(toMs - fromMs)
}
