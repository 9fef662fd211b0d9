// F-06: one of two providers is sick in each way that there is, and nobody notices but by a late first token.
import type { Mood } from '../../simulator/moods.ts'
import { shownCall, truthFigures } from '../check-ledger.ts'
import type { Row } from '../check-ledger.ts'
import { atLeast, atMost, percentOf, quantile, worstOf } from '../figure.ts'
import type { Figure } from '../figure.ts'
import { firstTokenMs, graceMs, isGood, model, shareOfFirst, startWorld, wordsOf } from '../gateway-world.ts'
import { loadFor } from '../load.ts'
import { built } from '../scenario.ts'
import type { Run, Scenario } from '../scenario.ts'

const callsPerSecond = 100
const totalMs = 10_000
const successMin = 99.9
const shareMax = 1.2
/** Where chance alone may add to a small share. */
const attemptsSpare = 5

const beforeContent: readonly Mood[] = [
  'hangs',
  'resets',
  'refuses',
  'fails-500',
  'fails-503',
  'overloaded-529',
  'throttles',
  'throttles-for-2s',
  'slow-first-token',
  'dies-before-content',
]
/** A stream that breaks after content can only be saved by somebody who goes on with it. */
const inContent: readonly Mood[] = ['dies-in-content', 'stalls-in-content', 'corrupts-in-content']

const forms = {
  full: { wellMs: 3_000, sickMs: 60_000, moods: [...beforeContent, ...inContent] },
  short: { wellMs: 400, sickMs: 800, moods: ['hangs', 'dies-before-content'] },
} as const

export const oneProviderSick: Scenario = {
  id: 'F-06',
  title: 'one of two providers is sick',
  needs: 'routing',
  secondsMax: { full: 1_100, short: 25 },
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
  const { wellMs, sickMs } = forms[run.form]
  const canBeSaved = beforeContent.includes(mood) || built.has('continuing')
  const onBreak = inContent.includes(mood) && canBeSaved ? 'continue' : 'error'
  await using world = await startWorld({ providers: ['first', 'second'], totalMs, onBreak })
  const load = { gatewayUrl: world.gateway.url, model, callsPerSecond, patienceMs: totalMs + 2_000 }
  const well = await loadFor(wellMs, { ...load, name: 'well' })
  const sinceMs = Date.now()
  world.providers[0]?.mood(mood)
  const sick = await loadFor(run.loadMs ?? sickMs, { ...load, name: mood })
  world.providers[0]?.mood('healthy')
  const ledger = await world.ledger(run)
  const attempts = attemptsAt('first', await world.records(), sinceMs)
  const bad = sick.filter((call) => !isGood(call))
  for (const call of bad.slice(0, 5)) run.say(`${mood}: ${shownCall(call)}`)
  const addedMs = quantile(latencies(sick), 0.99) - quantile(latencies(well), 0.99)
  const own = [
    ...(canBeSaved
      ? [atLeast('success', percentOf(sick.length - bad.length, sick.length), successMin, '%')]
      : []),
    atMost('added p99', addedMs, firstTokenMs + graceMs, 'ms'),
    atMost('attempts at the sick', attempts, shareMax * shareOfFirst(2) * sick.length + attemptsSpare),
  ]
  return {
    own: own.map((figure) => ({ ...figure, name: `${mood}: ${figure.name}` })),
    common: [...truthFigures([...well, ...sick], wordsOf, run.say), ...ledger],
  }
}

function attemptsAt(provider: string, rows: readonly Row[], sinceMs: number): number {
  return rows.filter((row) => row.provider === provider && row.started_at_ms >= sinceMs).length
}

function latencies(calls: readonly { readonly latencyMs: number }[]): readonly number[] {
  return calls.map(({ latencyMs }) => latencyMs)
}
