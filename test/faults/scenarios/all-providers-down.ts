// F-07: every provider is down for a while. Nobody makes it worse by asking again, every caller is told in time, and
// when they are back, calls are soon good again without a herd.
import type { Mood } from '../../simulator/moods.ts'
import { truthFigures } from '../check-ledger.ts'
import { atMost, none, quantile, worstOf } from '../figure.ts'
import type { Figure } from '../figure.ts'
import { graceMs, isGood, model, startWorld, wordsOf } from '../gateway-world.ts'
import { startLoad } from '../load.ts'
import type { Load } from '../load.ts'
import type { Run, Scenario } from '../scenario.ts'
import type { SeenCall } from '../see-call.ts'

const callsPerSecond = 100
const totalMs = 4_000
const recoveryMaxMs = 15_000
/** What is waited for, so that a figure tells how late it was. */
const recoveryWaitMs = 25_000
const lookEveryMs = 250
const successMin = 0.99
const herdMax = 1.5

const forms = {
  full: { wellMs: 2_000, downMs: 30_000, moods: ['fails-503', 'refuses', 'hangs', 'throttles'] },
  short: { wellMs: 300, downMs: 1_000, moods: ['fails-503'] },
} as const

export const allProvidersDown: Scenario = {
  id: 'F-07',
  title: 'all providers are down, then back',
  needs: 'outage-budget',
  secondsMax: { full: 330, short: 40 },
  run: async (run) => {
    const byMood: MoodFigures[] = []
    for (const mood of forms[run.form].moods) byMood.push(await runMood(mood, run))
    return [...byMood.flatMap(({ own }) => own), ...worstOf(byMood.map(({ common }) => common))]
  },
}

interface MoodFigures {
  readonly own: readonly Figure[]
  /** What must hold in every mood alike. */
  readonly common: readonly Figure[]
}

async function runMood(mood: Mood, run: Run): Promise<MoodFigures> {
  const { wellMs, downMs } = forms[run.form]
  await using world = await startWorld({ providers: ['first', 'second'], totalMs })
  const load = startLoad({
    gatewayUrl: world.gateway.url,
    model,
    callsPerSecond,
    patienceMs: totalMs + 2_000,
    name: mood,
  })
  await Bun.sleep(wellMs)
  const downFrom = moment(load)
  for (const provider of world.providers) provider.mood(mood)
  await Bun.sleep(run.loadMs ?? downMs)
  const backFrom = moment(load)
  for (const provider of world.providers) provider.mood('healthy')
  while (performance.now() - backFrom.atMs < recoveryWaitMs) {
    if (recoveredAfterMs(load.calls, backFrom.atMs) !== undefined) break
    await Bun.sleep(lookEveryMs)
  }
  const calls = await load.stop()
  const recoveryMs = recoveredAfterMs(calls, backFrom.atMs) ?? Number.POSITIVE_INFINITY
  const ledger = await world.ledger(run)
  const startedAtMs = (await world.records()).map((row) => row.started_at_ms)
  const whileDown = startedAtMs.filter((at) => at >= downFrom.wallMs && at < backFrom.wallMs).length
  const afterwards = startedAtMs.filter((at) => at >= backFrom.wallMs)
  const bad = calls.filter((call) => !isGood(call))
  const own = [
    atMost('attempts while down', whileDown, 1.2 * (backFrom.asked - downFrom.asked) + 5),
    atMost(
      'slowest error',
      quantile(
        bad.map(({ latencyMs }) => latencyMs),
        1,
      ),
      totalMs + graceMs,
      'ms',
    ),
    none(
      'errors of another kind',
      bad.filter(isOdd).map(({ end, problem }) => `${end} ${problem}`),
      run.say,
    ),
    atMost('recovery', recoveryMs, recoveryMaxMs, 'ms'),
    atMost('attempts in the busiest second after', busiest(afterwards), herdMax * callsPerSecond + 5),
  ]
  return {
    own: own.map((figure) => ({ ...figure, name: `${mood}: ${figure.name}` })),
    common: [...truthFigures(calls, wordsOf, run.say), ...ledger],
  }
}

interface Moment {
  readonly atMs: number
  readonly wallMs: number
  readonly asked: number
}

function moment({ asked }: Load): Moment {
  return { atMs: performance.now(), wallMs: Date.now(), asked }
}

/** A clean status that says that it is not the caller's fault; what a provider's end cuts is told in the stream. */
function isOdd({ end, status }: SeenCall): boolean {
  return !(end === 'told' || (end === 'failed' && (status === 429 || (status >= 502 && status <= 504))))
}

/** When the first second began in which calls were good again, counted from the return; undefined before there is one. */
function recoveredAfterMs(calls: readonly SeenCall[], backMs: number): number | undefined {
  const after = calls.filter(({ dueMs }) => dueMs >= backMs).toSorted((a, b) => a.dueMs - b.dueMs)
  for (const [index, { dueMs }] of after.entries()) {
    const second = after.slice(index, index + callsPerSecond)
    if (second.length < callsPerSecond) return undefined
    if (second.filter(isGood).length >= successMin * second.length) return dueMs - backMs
  }
  return undefined
}

/** The most attempts that began within one second. */
function busiest(startedAtMs: readonly number[]): number {
  const sorted = startedAtMs.toSorted((a, b) => a - b)
  let first = 0
  let most = 0
  for (const [index, at] of sorted.entries()) {
    while ((sorted[first] ?? at) <= at - 1_000) first += 1
    most = Math.max(most, index - first + 1)
  }
  return most
}
