// The last stage: a call is closed exactly once, whatever ended it, and those who watch are told.
import type { AttemptEnd } from '../core/attempt.ts'
import type { CallObserver, CallSummary, Endpoint } from '../core/call.ts'
import type { Clock } from '../core/clock.ts'
import type { GatewayError } from '../core/errors.ts'
import { noUsage } from '../core/usage.ts'
import type { Deployment } from '../providers/deployment.ts'

/** What the stages have found out so far. Each stage writes its own part; nothing is read back but by `settle`. */
export interface CallRecord {
  readonly callId: string
  readonly endpoint: Endpoint
  readonly generation: number
  readonly startedMs: number
  keyId: string
  model: string
  stream: boolean
  attempts: number
  deployment: Deployment | undefined
  lastAttempt: AttemptEnd | undefined
  error: GatewayError | undefined
  /** Monotonic stamps of the ends of stages; 0 when the call did not get there. */
  authenticatedMs: number
  admittedMs: number
  routedMs: number
  settled: boolean
}

/** A record for a call that begins now. */
export function openRecord(
  callId: string,
  endpoint: Endpoint,
  at: { generation: number; nowMs: number },
): CallRecord {
  return {
    callId,
    endpoint,
    generation: at.generation,
    startedMs: at.nowMs,
    keyId: '',
    model: '',
    stream: false,
    attempts: 0,
    deployment: undefined,
    lastAttempt: undefined,
    error: undefined,
    authenticatedMs: 0,
    admittedMs: 0,
    routedMs: 0,
    settled: false,
  }
}

/** Closes a call. `status` is what the client got; 499 when it left before one. A second call does nothing. */
export function settle(
  record: CallRecord,
  status: number,
  parts: { clock: Clock; observer: CallObserver },
): void {
  if (record.settled) return
  record.settled = true
  parts.observer.callEnded(summarise(record, status, parts.clock.nowMs()))
}

function summarise(record: CallRecord, status: number, nowMs: number): CallSummary {
  const { deployment, lastAttempt, startedMs } = record
  return {
    callId: record.callId,
    endpoint: record.endpoint,
    keyId: record.keyId,
    model: record.model,
    provider: deployment?.provider ?? '',
    providerModel: deployment?.providerModel ?? '',
    reportedModel: lastAttempt?.reportedModel ?? '',
    demo: deployment?.demo ?? false,
    stream: record.stream,
    status,
    code: record.error?.code ?? '',
    outcome: lastAttempt?.outcome ?? 'refused',
    attempts: record.attempts,
    usage: lastAttempt?.usage ?? noUsage,
    usageSource: lastAttempt?.usageSource ?? 'observed',
    times: {
      authenticateMs: span(startedMs, record.authenticatedMs),
      admitMs: span(record.authenticatedMs, record.admittedMs),
      routeMs: span(record.admittedMs, record.routedMs),
      connectMs: lastAttempt?.connectMs ?? -1,
      firstTokenMs: lastAttempt?.firstTokenMs ?? -1,
      totalMs: nowMs - startedMs,
    },
    generation: record.generation,
  }
}

function span(fromMs: number, toMs: number): number {
  return fromMs === 0 || toMs === 0 ? -1 : toMs - fromMs
}

/** The stages' times so far as a `Server-Timing` header (https://www.w3.org/TR/server-timing/), milliseconds. */
export function serverTiming(record: CallRecord, nowMs: number): string {
  return (
    step('authenticate', span(record.startedMs, record.authenticatedMs)) +
    step('admit', span(record.authenticatedMs, record.admittedMs)) +
    step('route', span(record.admittedMs, record.routedMs)) +
    step('attempt', span(record.routedMs, nowMs)) +
    `total;dur=${inThousandths(nowMs - record.startedMs)}`
  )
}

function step(name: string, durationMs: number): string {
  return durationMs < 0 ? '' : `${name};dur=${inThousandths(durationMs)}, `
}

function inThousandths(durationMs: number): number {
  return Math.round(durationMs * 1000) / 1000
}
