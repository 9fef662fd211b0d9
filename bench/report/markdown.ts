// The report as people read it: the verdicts first, then every subject's own figures.
import type { Figures } from '../measure/measurement.ts'
import { median } from '../measure/rounds.ts'
import type { SubjectName } from '../subjects/subject.ts'
import type { Style } from './goals.ts'
import type { Verdict } from './judge.ts'
import { addedLatency } from './ratios.ts'

const subjectOrder: readonly SubjectName[] = ['direct', 'nginx', 'portkey', 'sallyport']

/** The table of ratios and bounds. */
export function verdictTable(verdicts: readonly Verdict[]): string {
  const lines = verdicts.map(({ goal, measured, state }) => {
    const bound = goal.better === 'lower' ? '≤ ' : '≥ '
    const written = (figure: number | undefined) =>
      figure === undefined ? '' : bound + printed(figure, goal.style)
    const range = measured && `${printed(measured.min, goal.style)} – ${printed(measured.max, goal.style)}`
    const middle = measured === undefined ? '—' : printed(measured.median, goal.style)
    return [goal.title, written(goal.must), written(goal.aim), middle, range ?? '', state]
  })
  return table(['Sallyport', 'must', 'aim', 'measured', 'range', 'verdict'], lines)
}

const absolutes: readonly { readonly metric: string; readonly title: string; readonly digits: number }[] = [
  { metric: 'callCpuUs', title: 'CPU per call, µs', digits: 1 },
  { metric: 'callsPerSecond', title: 'calls per second', digits: 0 },
  { metric: 'callBusyShare', title: 'share of its core at saturation', digits: 2 },
  { metric: 'eventCpuUs', title: 'CPU per streamed event, µs', digits: 1 },
  { metric: 'latencyP50Ms', title: 'p50 at 200 calls/s, ms', digits: 3 },
  { metric: 'addedP50Ms', title: 'added p50, ms', digits: 3 },
  { metric: 'residentMb', title: 'memory at 1,000 streams, MB', digits: 0 },
  { metric: 'idleMb', title: 'memory before them, MB', digits: 0 },
  { metric: 'firstAnswerMs', title: 'start to first answer, ms', digits: 0 },
  { metric: 'abortStreamMs', title: 'abort in a stream, ms', digits: 1 },
  { metric: 'abortWaitingMs', title: 'abort while waiting, ms', digits: 1 },
  { metric: 'relayedCallCpuUs', title: 'CPU per relayed call, µs', digits: 1 },
  { metric: 'translatedCallCpuUs', title: 'CPU per translated call, µs', digits: 1 },
  { metric: 'relayedLongCallCpuUs', title: 'CPU per relayed call of 200 kB, µs', digits: 0 },
  { metric: 'translatedLongCallCpuUs', title: 'CPU per translated call of 200 kB, µs', digits: 0 },
  { metric: 'relayedEventCpuUs', title: 'CPU per relayed event, µs', digits: 1 },
  { metric: 'translatedEventCpuUs', title: 'CPU per translated event, µs', digits: 1 },
  { metric: 'oneWorkerCpuUs', title: 'CPU per call, one worker, µs', digits: 1 },
  { metric: 'twoWorkersCpuUs', title: 'CPU per call, two workers, all processes, µs', digits: 1 },
  { metric: 'oneWorkerCallsPerSecond', title: 'calls per second, one worker', digits: 0 },
  { metric: 'twoWorkersCallsPerSecond', title: 'calls per second, two workers on one core', digits: 0 },
  {
    metric: 'spreadWorkersCallsPerSecond',
    title: 'calls per second, two workers, the load on their second core',
    digits: 0,
  },
  { metric: 'unlimitedCallCpuUs', title: 'CPU per call without limits, µs', digits: 1 },
  { metric: 'aloneFullCpuUs', title: 'CPU per call with the limits of a usual key, µs', digits: 1 },
  { metric: 'sharedFullCpuUs', title: 'the same with these in a Redis, µs', digits: 1 },
  {
    metric: 'aloneBusyCpuUs',
    title: 'CPU per call at 2,000 a second with the limits of a usual key, µs',
    digits: 1,
  },
  { metric: 'sharedBusyCpuUs', title: 'the same with these in a Redis, µs', digits: 1 },
  {
    metric: 'aloneQuietCpuUs',
    title: 'CPU per call at 200 a second with the limits of a usual key, µs',
    digits: 1,
  },
  { metric: 'sharedQuietCpuUs', title: 'the same with these in a Redis, µs', digits: 1 },
  { metric: 'limitedCallCpuUs', title: 'CPU per call under limits of every kind, µs', digits: 1 },
]

/** Each subject's own figures: the median, and between which figures it lies. */
export function subjectTable(figures: Figures): string {
  const all: Figures = { ...figures, addedP50Ms: addedLatency(figures) }
  const lines = absolutes.flatMap(({ metric, title, digits }) => {
    const cells = subjectOrder.map((name) => summary(all[metric]?.[name] ?? [], digits))
    return cells.some((cell) => cell !== '') ? [[title, ...cells]] : []
  })
  return table(['median (min – max)', ...subjectOrder], lines)
}

function summary(series: readonly number[], digits: number): string {
  if (series.length === 0) return ''
  const written = (figure: number) => (Number.isFinite(figure) ? figure.toFixed(digits) : 'never')
  return `${written(median(series))} (${written(Math.min(...series))} – ${written(Math.max(...series))})`
}

function printed(figure: number, style: Style): string {
  if (!Number.isFinite(figure)) return 'never'
  if (style === 'times') return `${figure.toFixed(2)}×`
  if (style === 'fraction') return `1/${(1 / figure).toFixed(1)}`
  if (style === 'streams') return figure.toFixed(0)
  return `${figure.toFixed(figure < 10 ? 1 : 0)} ${style}`
}

function table(head: readonly string[], lines: readonly (readonly string[])[]): string {
  const rows = [head, head.map((_, column) => (column === 0 ? '---' : '--:')), ...lines]
  return rows.map((cells) => `| ${cells.join(' | ')} |`).join('\n')
}
