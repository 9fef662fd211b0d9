// What is seen from outside of several workers is what all of them know: whichever is asked. Parts of the gateway are
// handed what they need of the others as plain functions, and nothing where there are none.
import type { SpendSource } from '../http/admin/ask-spend.ts'
import { applyAct } from '../http/admin/deployments.ts'
import type { OtherDeployments } from '../http/admin/deployments.ts'
import { describeDeployments } from '../http/admin/described-deployment.ts'
import type { DescribedDeployment } from '../http/admin/described-deployment.ts'
import type { SeeDeployments } from '../http/admin/seen-deployments.ts'
import { describeTrace } from '../http/admin/call-trace.ts'
import type { FindAttempts } from '../http/routes/calls.ts'
import type { Clock } from '../core/clock.ts'
import type { Ledger } from '../ledger/ledger.ts'
import { mergeMetrics } from '../telemetry/merge-metrics.ts'
import type { Registry } from '../telemetry/metrics.ts'
import type { RecentTraces } from '../telemetry/recent-traces.ts'
import type { FellowAnswer, FellowWorkers, Question } from './fellow-workers.ts'
import type { KeptStores } from './kept-responses.ts'

/** What this worker can be asked by the others. */
export interface AskedParts {
  readonly registry: Registry
  readonly traces: RecentTraces
  readonly clock: Clock
  readonly seeDeployments: SeeDeployments
  /** Writes what is on its way to the database. */
  flush(): Promise<unknown>
  /** Somebody who waits for a deployment may have a place now. */
  freed(nowMs: number): void
}

/** From now on this worker answers the others. */
export function answerFellows(fellows: FellowWorkers, parts: AskedParts): void {
  fellows.answerWith((question) => answerOf(question, parts))
}

async function answerOf(question: Question, parts: AskedParts): Promise<unknown> {
  const { registry, traces, clock, seeDeployments } = parts
  switch (question.about) {
    case 'metrics':
      return registry.print()
    case 'flush':
      await parts.flush()
      return true
    case 'trace': {
      const trace = traces.find(question.callId)
      return trace === undefined ? null : describeTrace(trace)
    }
    case 'deployments':
      return describeDeployments(seeDeployments(), clock)
    case 'deployment_act': {
      const nowMs = clock.nowMs()
      const { length } = applyAct(question, seeDeployments(), nowMs)
      if (question.action === 'restore') parts.freed(nowMs)
      return length
    }
  }
}

/** The metrics of all, in the order of their numbers, and then what the supervisor adds. */
export async function metricsOfAll(fellows: FellowWorkers, registry: Registry): Promise<string> {
  const own = { worker: fellows.place.number, value: registry.print() }
  const all = [own, ...(await fellows.ask({ about: 'metrics' }))]
  const rankOf = ({ worker }: FellowAnswer): number => worker ?? Infinity
  return mergeMetrics(
    all
      .toSorted((one, other) => rankOf(one) - rankOf(other))
      .map(({ worker, value }) => ({
        worker: worker?.toString(),
        text: typeof value === 'string' ? value : '',
      })),
  )
}

/** A trace that one of the others has, as it is shown. */
export async function traceElsewhere(fellows: FellowWorkers, callId: string): Promise<object | undefined> {
  const answers = await fellows.ask({ about: 'trace', callId })
  for (const { value } of answers) if (typeof value === 'object' && value !== null) return value
  return undefined
}

export function otherDeployments(fellows: FellowWorkers): OtherDeployments {
  return {
    described: async () => {
      const answers = await fellows.ask({ about: 'deployments' })
      return answers.map(({ value }) => (Array.isArray(value) ? (value as DescribedDeployment[]) : []))
    },
    act: async (act) => {
      const answers = await fellows.ask({ about: 'deployment_act', ...act })
      return answers.reduce((sum, { value }) => sum + Number(value), 0)
    },
  }
}

/** A call's last attempts may still be in the spool of the worker that made them. */
export function findsEverywhere(ledger: Ledger, fellows: FellowWorkers | undefined): FindAttempts {
  const find: FindAttempts = (callId, keyId) => ledger.attemptsOfCall(callId, keyId)
  if (fellows === undefined) return find
  return async (callId, keyId) => {
    const found = await find(callId, keyId)
    if (found.at(-1)?.outcome === 'ok') return found
    await fellows.ask({ about: 'flush' })
    return await find(callId, keyId)
  }
}

/** What was spent, with what the others have not brought to the table yet. */
export function spendOfAll(ledger: Ledger, fellows: FellowWorkers | undefined): SpendSource {
  if (fellows === undefined) return ledger
  return {
    upToDate: async (waitMs) => {
      await fellows.ask({ about: 'flush' })
      return await ledger.upToDate(waitMs)
    },
  }
}

/** What one worker keeps the others find at once, though it is written a moment later: whoever misses it has it written. */
export function keptByAll(kept: KeptStores, fellows: FellowWorkers | undefined): KeptStores {
  if (fellows === undefined) return kept
  const { responses, heldIds, bodies } = kept
  const flushed = (): Promise<unknown> => fellows.ask({ about: 'flush' })
  const orFlushed = async <Found>(find: () => Promise<Found | undefined>): Promise<Found | undefined> => {
    const found = await find()
    if (found !== undefined) return found
    await flushed()
    return await find()
  }
  return {
    responses: {
      keep: (all) => responses.keep(all),
      find: (id, tenant) => orFlushed(() => responses.find(id, tenant)),
      findByItem: (id, tenant) => orFlushed(() => responses.findByItem(id, tenant)),
      remove: (id, tenant) => responses.remove(id, tenant),
      forgetBefore: (timeMs, max) => responses.forgetBefore(timeMs, max),
    },
    heldIds: {
      remember: (ids) => heldIds.remember(ids),
      find: (id, tenant) => orFlushed(() => heldIds.find(id, tenant)),
      forgetBefore: (timeMs, max) => heldIds.forgetBefore(timeMs, max),
      forgetBeyond: (number, max) => heldIds.forgetBeyond(number, max),
    },
    bodies: {
      keep: (all) => bodies.keep(all),
      list: async (filter, max) => {
        await flushed()
        return await bodies.list(filter, max)
      },
      erase: async (filter) => {
        await flushed()
        return await bodies.erase(filter)
      },
      forgetBefore: (timeMs, max) => bodies.forgetBefore(timeMs, max),
    },
  }
}
