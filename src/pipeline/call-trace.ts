// The trace of a call's decisions. Most calls have none: steps are noted for those that ask for them, and from the first
// failure on for all others. Who notes something that went well looks first whether `record.steps` is there.
import type { CallStep } from '../core/call-step.ts'
import { demandsText } from '../core/residency.ts'
import type { AttemptFailure } from './production.ts'
import type { Route } from './route.ts'
import type { CallRecord } from './settle.ts'

/** More happens in no call that ends; a loop that goes wrong must not fill the memory. */
const stepsMax = 100

/** The client wants to know: from now on everything is noted. */
export function beginTrace(record: CallRecord): void {
  record.isTraceAsked = true
  record.steps ??= []
}

/** Notes one step. `nowMs`: monotonic, as of the clock that the record began with. */
export function note(record: CallRecord, step: Omit<CallStep, 'atMs'>, nowMs: number): void {
  const steps = (record.steps ??= [])
  if (steps.length >= stepsMax) return
  steps.push({ atMs: Math.max(0, Math.round((nowMs - record.startedMs) * 100) / 100), ...step })
}

/** Where the call may go, in the order of the config, and how one of them is chosen. */
export function noteRoute(
  record: CallRecord,
  { deployments, plan, demands }: Pick<Route, 'deployments' | 'plan' | 'demands'>,
  nowMs: number,
): void {
  const names = deployments.slice(0, namesMax).map(({ name }) => name)
  const more = deployments.length > namesMax ? ` and ${deployments.length - namesMax} more` : ''
  const narrowed = record.route === '' ? '' : `, by ${record.route}`
  const staying = demands.length === 0 ? '' : `, for ${demandsText(demands)}`
  note(
    record,
    { what: 'routed', why: `${plan.policy} of ${names.join(', ')}${more}${narrowed}${staying}` },
    nowMs,
  )
}

const namesMax = 5

/** How an attempt failed, as a step tells it: `throttled 429, provider_rate_limited`. */
export function failedText({ outcome, error }: AttemptFailure, { lastAttempt }: CallRecord): string {
  const status = lastAttempt?.status ?? 0
  return `${outcome}${status === 0 ? '' : ` ${status}`}, ${error.code}`
}

/** The whole trace as a comment of server-sent events; empty without one. */
export function traceComment({ callId, attempts, steps }: CallRecord): string {
  if (steps === undefined) return ''
  // JSON escapes line ends, so that the comment stays one line.
  return `: sallyport trace ${JSON.stringify({ call: callId, attempts, steps })}\n\n`
}
