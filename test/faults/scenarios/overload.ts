// F-10: three times as many calls as can be served, of all priorities. What can be served still is, those that matter are
// not noticed to suffer, and whoever is turned away learns it at once.
import { shownCall, truthFigures } from '../check-ledger.ts'
import { atLeast, atMost, none, percentOf, quantile } from '../figure.ts'
import type { Figure } from '../figure.ts'
import { isGood, model, startWorld, wordsOf } from '../gateway-world.ts'
import type { World } from '../gateway-world.ts'
import { loadFor, saturateFor } from '../load.ts'
import type { Form, Scenario } from '../scenario.ts'
import type { SeenCall } from '../see-call.ts'

/** Places for ordinary calls, and with those that are kept for calls of high priority. */
const places = { ordinary: 16, all: 20 }
const times = 3
const criticalPerSecond = 10
const totalMs = 10_000
const goodputMin = 90
const criticalMin = 99
const recoveryMs = 5_000
const keys = { critical: 'the-key-of-critical-calls', low: 'the-key-of-background-calls' }

interface Lengths {
  readonly peakMs: number
  readonly overloadMs: number
  readonly afterMs: number
  /** In the short form other tests run beside it. */
  readonly refusalMsMax: number
}

const lengths: Readonly<Record<Form, Lengths>> = {
  full: { peakMs: 5_000, overloadMs: 60_000, afterMs: 10_000, refusalMsMax: 20 },
  short: { peakMs: 1_200, overloadMs: 2_500, afterMs: 800, refusalMsMax: 150 },
}

export const overload: Scenario = {
  id: 'F-10',
  title: 'three times as many calls as can be served',
  secondsMax: { full: 150, short: 30 },
  run: async (run) => {
    const { peakMs, overloadMs, afterMs, refusalMsMax } = lengths[run.form]
    await using world = await startWorld({
      providers: ['first'],
      totalMs,
      keys,
      more: [`overload: { calls_max: ${places.all} }`],
    })
    const load = loadOf(world)
    const peak = await saturateFor(peakMs, places.ordinary, { ...load, name: 'peak' })
    const peakPerSecond = perSecond(peak)
    const offered = { ...load, callsPerSecond: (peakPerSecond * times) / 2 }
    const durationMs = run.loadMs ?? overloadMs
    const [ordinary, low, critical] = await Promise.all([
      loadFor(durationMs, { ...offered, name: 'ordinary' }),
      loadFor(durationMs, { ...offered, name: 'low', key: keys.low }),
      loadFor(durationMs, {
        ...load,
        callsPerSecond: criticalPerSecond,
        name: 'critical',
        key: keys.critical,
      }),
    ])
    const endMs = performance.now()
    const after = await loadFor(afterMs, { ...load, callsPerSecond: peakPerSecond / 3, name: 'after' })
    const all = [...ordinary, ...low, ...critical]
    const refused = all.filter(isRefused)
    return [
      atLeast('goodput of the peak', percentOf(perSecond(all), peakPerSecond), goodputMin, '%'),
      atLeast(
        'critical calls served',
        percentOf(critical.filter(isGood).length, critical.length),
        criticalMin,
        '%',
      ),
      atLeast('calls turned away', percentOf(refused.length, all.length), 30, '%'),
      atMost(
        'p99 of a refusal',
        quantile(
          refused.map(({ latencyMs }) => latencyMs),
          0.99,
        ),
        refusalMsMax,
        'ms',
      ),
      none('neither served nor refused', all.filter(isNeither).map(shownCall), run.say),
      atMost('until all are served again', lastBadMs(after, endMs) - endMs, recoveryMs, 'ms'),
      ...truthFigures([...peak, ...all, ...after], wordsOf, run.say),
      ...(await world.ledger(run)),
    ] satisfies readonly Figure[]
  },
}

function loadOf({ gateway }: World) {
  return { gatewayUrl: gateway.url, model, patienceMs: totalMs + 2_000 }
}

/** Good answers, over the time from the first to the last. */
function perSecond(calls: readonly SeenCall[]): number {
  const good = calls.filter(isGood)
  const sinceMs = Math.min(...calls.map(({ dueMs }) => dueMs))
  const untilMs = Math.max(...good.map(({ endedMs }) => endedMs))
  return (1_000 * good.length) / (untilMs - sinceMs)
}

/** By us; a provider may be overloaded too. */
export function isRefused({ problem }: SeenCall): boolean {
  return problem === '503 overloaded'
}

export function isNeither(call: SeenCall): boolean {
  return !isGood(call) && !isRefused(call)
}

function lastBadMs(calls: readonly SeenCall[], sinceMs: number): number {
  return Math.max(sinceMs, ...calls.filter((call) => !isGood(call)).map(({ dueMs }) => dueMs))
}
