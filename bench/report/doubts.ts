// What should make a reader doubt a run that looks fine: a core that was never full, a pace that was not kept, and
// strangers on the gateway's core. None of it fails a run; a missed bound beside such a line is to be measured again.
import type { Figures } from '../measure/measurement.ts'
import { median } from '../measure/rounds.ts'

const saturatedShare = 0.8
const keptPaceShare = 0.95
const waitShareMax = 0.1

/** One sentence for each doubt; none for a run on a quiet machine. */
export function doubts(figures: Figures): readonly string[] {
  return [
    ...sentences(figures, 'callBusyShare', (name, share) =>
      share < saturatedShare
        ? `cpu: ${name} had only ${percent(share)} of its core, so it was not saturated.`
        : '',
    ),
    ...sentences(figures, 'paceShare', (name, share) =>
      share < keptPaceShare
        ? `stream: ${name} got ${percent(share)} of the pace; late events come in cheap clumps.`
        : '',
    ),
    ...['relayedPaceShare', 'translatedPaceShare'].flatMap((metric) =>
      sentences(figures, metric, (name, share) =>
        share < keptPaceShare
          ? `translation: ${name} got ${percent(share)} of the pace; late events come in cheap clumps.`
          : '',
      ),
    ),
    ...sentences(figures, 'callWaitShare', (name, share) => strangersSentence('cpu', name, share)),
    ...sentences(figures, 'eventWaitShare', (name, share) => strangersSentence('stream', name, share)),
  ]
}

/** Only nginx has a single thread: the others' threads also wait for each other. */
function strangersSentence(measurement: string, name: string, share: number): string {
  if (name !== 'nginx' || share <= waitShareMax) return ''
  return `${measurement}: nginx waited ${percent(share)} of the time for its core, so other processes were using it.`
}

/** Direct calls leave the gateway's core idle, so nothing about that core says anything about them. */
function sentences(
  figures: Figures,
  metric: string,
  sentenceFor: (name: string, share: number) => string,
): readonly string[] {
  return Object.entries(figures[metric] ?? {})
    .filter(([name]) => name !== 'direct')
    .map(([name, series]) => sentenceFor(name, median(series)))
    .filter((sentence) => sentence !== '')
}

function percent(share: number): string {
  return `${(share * 100).toFixed(0)} %`
}
