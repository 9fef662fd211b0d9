// GET /admin/v1/calls/{id}/trace: what was decided in a call, step by step, as long as it is remembered.
import { TraceNotFound } from '../../core/admin-errors.ts'
import type { CallTrace, RecentTraces } from '../../telemetry/recent-traces.ts'
import type { Route } from '../router.ts'

const suffix = '/trace'

/** A trace that another process has, as it is shown. */
export type FindElsewhere = (callId: string) => Promise<object | undefined>

/** The endpoint, over the traces that are kept. */
export function callTrace(traces: RecentTraces, elsewhere?: FindElsewhere): Route {
  return {
    method: 'GET',
    path: '/admin/v1/calls/*',
    access: { scope: 'admin' },
    answer: async ({ rest }) => {
      const callId = rest.replace(/\/trace$/, '')
      if (!rest.endsWith(suffix)) throw new TraceNotFound(callId)
      const trace = traces.find(callId)
      const shown = trace === undefined ? await elsewhere?.(callId) : describeTrace(trace)
      if (shown === undefined) throw new TraceNotFound(callId)
      return Response.json(shown)
    },
  }
}

/** As it is shown. */
export function describeTrace(trace: CallTrace): object {
  return {
    id: trace.callId,
    object: 'call.trace',
    key: trace.keyId === '' ? null : trace.keyId,
    endpoint: trace.endpoint,
    model: trace.model,
    deployment: trace.deployment === '' ? null : trace.deployment,
    stream: trace.stream,
    status: trace.status,
    error: trace.code === '' ? null : trace.code,
    outcome: trace.outcome,
    attempts: trace.attempts,
    total_ms: Math.round(trace.totalMs * 100) / 100,
    ended_at: new Date(trace.endedAtMs).toISOString(),
    steps: trace.steps.map(({ atMs, what, deployment, why }) => ({
      at_ms: atMs,
      what,
      deployment: deployment ?? null,
      why: why ?? null,
    })),
  }
}
