// Holds the figures of a run against the goals. The exit code of `npm run bench` is this file's answer.
import type { Figures, MeasurementName } from '../measure/measurement.ts'
import { median } from '../measure/rounds.ts'
import { goals } from './goals.ts'
import type { Goal } from './goals.ts'

/** What became of a goal. */
export type Verdict = {
  readonly goal: Goal
  readonly state: 'aim reached' | 'met' | 'MISSED' | 'FAILED' | 'shown' | 'not measured'
  /** Missing when nothing was measured. */
  readonly measured?: { readonly median: number; readonly min: number; readonly max: number }
}

/** Judges every goal whose measurement was asked for. */
export function judge(
  figures: Figures,
  asked: readonly MeasurementName[],
  failures: Readonly<Partial<Record<MeasurementName, string>>>,
): readonly Verdict[] {
  return goals
    .filter((goal) => asked.includes(goal.measurement))
    .map((goal) => {
      const series = goal.figuresOf(figures)
      if (failures[goal.measurement] !== undefined) return { goal, state: 'FAILED' }
      if (series.length === 0) return { goal, state: 'not measured' }
      const measured = { median: median(series), min: Math.min(...series), max: Math.max(...series) }
      return { goal, measured, state: stateOf(goal, measured.median) }
    })
}

/** A run is good when something was judged, and nothing that must hold was missed or failed. */
export function isGood(verdicts: readonly Verdict[]): boolean {
  const judged = verdicts.filter(({ goal, measured }) => goal.must !== undefined && measured !== undefined)
  return judged.length > 0 && verdicts.every(({ state }) => state !== 'MISSED' && state !== 'FAILED')
}

function stateOf(goal: Goal, figure: number): Verdict['state'] {
  if (goal.must === undefined) return 'shown'
  const holds = (bound: number) => (goal.better === 'lower' ? figure <= bound : figure >= bound)
  if (!holds(goal.must)) return 'MISSED'
  return goal.aim !== undefined && holds(goal.aim) ? 'aim reached' : 'met'
}
