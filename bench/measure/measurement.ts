// The ten things that are measured, by the name one asks for them with. A measurement that breaks takes none of the
// others with it: it becomes a sentence in the report, and the run fails.
import { failureText } from '../../src/core/failure-text.ts'
import { subjectNames } from '../subjects/subject.ts'
import type { Subject, SubjectName } from '../subjects/subject.ts'
import { measureAbort } from './abort.ts'
import { measureLatency } from './added-latency.ts'
import { measureCallCost } from './call-cost.ts'
import { measureEventCost } from './event-cost.ts'
import { measureFirstAnswer } from './first-answer.ts'
import { measureLimits } from './limits.ts'
import { measureRedis } from './redis.ts'
import type { Effort, Series } from './rounds.ts'
import { measureStreamMemory } from './stream-memory.ts'
import { measureTranslation } from './translation.ts'
import { measureWorkers } from './workers.ts'

/** The names of the measurements. */
export const measurementNames = [
  'cpu',
  'stream',
  'latency',
  'memory',
  'start',
  'abort',
  'translation',
  'workers',
  'limits',
  'redis',
] as const

/** One measurement's name. */
export type MeasurementName = (typeof measurementNames)[number]

/** All series of a run by metric; what was not measured is missing. */
export type Figures = { readonly [metric: string]: Series }

/** What a run brought. */
export type Outcome = {
  readonly figures: Figures
  /** Why a measurement has no figures. */
  readonly failures: Readonly<Partial<Record<MeasurementName, string>>>
}

type Measurement = {
  readonly measure: (subjects: readonly Subject[], effort: Effort) => Promise<Figures>
  readonly entrants: readonly SubjectName[]
}

/** Calls without a gateway are a baseline, or the limit of the stand, in some measurements; they have no part in others. */
const gateways = ['nginx', 'portkey', 'sallyport'] as const

const measurements: Readonly<Record<MeasurementName, Measurement>> = {
  cpu: { measure: measureCallCost, entrants: subjectNames },
  stream: { measure: measureEventCost, entrants: subjectNames },
  latency: { measure: measureLatency, entrants: subjectNames },
  memory: { measure: measureStreamMemory, entrants: gateways },
  start: { measure: measureFirstAnswer, entrants: gateways },
  abort: { measure: measureAbort, entrants: gateways },
  translation: { measure: measureTranslation, entrants: ['sallyport'] },
  workers: { measure: measureWorkers, entrants: ['sallyport'] },
  limits: { measure: measureLimits, entrants: ['sallyport'] },
  redis: { measure: measureRedis, entrants: ['sallyport'] },
}

/** Everyone who takes part in one of these measurements. */
export function entrantsOf(names: readonly MeasurementName[]): ReadonlySet<SubjectName> {
  return new Set(names.flatMap((name) => measurements[name].entrants))
}

/** Runs the named measurements one after the other. */
export async function runMeasurements(
  names: readonly MeasurementName[],
  subjects: readonly Subject[],
  effort: Effort & { readonly say: (line: string) => void },
): Promise<Outcome> {
  const figures: Record<string, Series> = {}
  const failures: Partial<Record<MeasurementName, string>> = {}
  for (const name of names) {
    const { measure, entrants: wanted } = measurements[name]
    const entrants = subjects.filter((subject) => wanted.includes(subject.name))
    const startedAt = performance.now()
    try {
      Object.assign(figures, await measure(entrants, effort))
      effort.say(`${name}: ${namesOf(entrants)}, ${effort.rounds} rounds, ${secondsSince(startedAt)} s`)
    } catch (failure) {
      failures[name] = failureText(failure)
      effort.say(`${name}: FAILED after ${secondsSince(startedAt)} s: ${failures[name]}`)
    }
  }
  return { figures, failures }
}

function namesOf(subjects: readonly { readonly name: SubjectName }[]): string {
  return subjects.map((subject) => subject.name).join(', ')
}

function secondsSince(startedAt: number): string {
  return ((performance.now() - startedAt) / 1000).toFixed(0)
}
