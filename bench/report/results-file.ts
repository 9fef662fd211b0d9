// The run as machines read it: every figure of every round, so that a later reader can judge them anew.
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Outcome } from '../measure/measurement.ts'
import type { Effort } from '../measure/rounds.ts'
import type { Verdict } from './judge.ts'
import type { Machine } from './machine.ts'

const resultsFolder = join(import.meta.dirname, '..', 'results')

/** All that is kept of a run. */
export type RunRecord = {
  readonly startedAt: Date
  readonly machine: Machine
  readonly effort: Effort
  readonly outcome: Outcome
  readonly verdicts: readonly Verdict[]
  readonly nginxConfig: string
  readonly good: boolean
}

/** Writes the record and gives its path. */
export function writeResults(run: RunRecord): string {
  mkdirSync(resultsFolder, { recursive: true })
  const file = join(resultsFolder, `${run.startedAt.toISOString().replaceAll(':', '-').slice(0, 19)}.json`)
  const verdicts = run.verdicts.map(({ goal: { title, measurement, must, aim }, measured, state }) => {
    return { title, measurement, must, aim, measured, state }
  })
  writeFileSync(file, `${JSON.stringify({ ...run, verdicts }, withoutInfinity, 2)}\n`)
  return file
}

/** JSON knows no infinity, and null would read as "not measured". */
function withoutInfinity(_key: string, value: unknown): unknown {
  return value === Number.POSITIVE_INFINITY ? 'never' : value
}
