// What Sallyport promises, in one table: how each figure is made from the series, the bound that must hold and the one
// aimed at. Bounds are on ratios of the same round wherever a peer can be measured, because absolute times belong to
// the machine; what a translation adds to a relay is promised in microseconds all the same.
import type { MeasurementName } from '../measure/measurement.ts'
import { addedRatioTo, own, ownAbove, ownRatio, ratioTo } from './ratios.ts'
import type { FigurePick } from './ratios.ts'

/** How a figure is written. */
export type Style = 'times' | 'fraction' | 'MB' | 'ms' | 'µs' | 'streams'

/** One line of the report. */
export type Goal = {
  readonly title: string
  readonly measurement: MeasurementName
  readonly style: Style
  readonly better: 'lower' | 'higher'
  /** The bound that must hold, and the one aimed at; a line without them only shows. */
  readonly must?: number
  readonly aim?: number
  readonly figuresOf: FigurePick
}

/** All lines of the report, in its order. */
export const goals: readonly Goal[] = [
  {
    title: 'CPU per call ÷ nginx',
    measurement: 'cpu',
    style: 'times',
    better: 'lower',
    must: 3.2,
    aim: 2.6,
    figuresOf: ratioTo('nginx', 'callCpuUs'),
  },
  {
    title: 'CPU per call ÷ Portkey',
    measurement: 'cpu',
    style: 'fraction',
    better: 'lower',
    must: 1 / 14,
    aim: 1 / 18,
    figuresOf: ratioTo('portkey', 'callCpuUs'),
  },
  {
    title: 'calls per second ÷ nginx',
    measurement: 'cpu',
    style: 'times',
    better: 'higher',
    figuresOf: ratioTo('nginx', 'callsPerSecond'),
  },
  {
    title: 'calls per second ÷ Portkey',
    measurement: 'cpu',
    style: 'times',
    better: 'higher',
    figuresOf: ratioTo('portkey', 'callsPerSecond'),
  },
  {
    title: 'CPU per streamed event ÷ nginx',
    measurement: 'stream',
    style: 'times',
    better: 'lower',
    must: 1.5,
    aim: 1.2,
    figuresOf: ratioTo('nginx', 'eventCpuUs'),
  },
  {
    title: 'CPU per streamed event ÷ Portkey',
    measurement: 'stream',
    style: 'times',
    better: 'lower',
    figuresOf: ratioTo('portkey', 'eventCpuUs'),
  },
  {
    title: 'streams delivered whole, of 100',
    measurement: 'stream',
    style: 'streams',
    better: 'higher',
    must: 100,
    aim: 100,
    figuresOf: own('wholeStreams'),
  },
  {
    title: 'added p50 at 200 calls/s ÷ nginx',
    measurement: 'latency',
    style: 'times',
    better: 'lower',
    figuresOf: addedRatioTo('nginx'),
  },
  {
    title: 'added p50 at 200 calls/s ÷ Portkey',
    measurement: 'latency',
    style: 'times',
    better: 'lower',
    figuresOf: addedRatioTo('portkey'),
  },
  {
    title: 'memory at 1,000 open streams',
    measurement: 'memory',
    style: 'MB',
    better: 'lower',
    must: 100,
    figuresOf: own('residentMb'),
  },
  {
    title: 'memory at 1,000 open streams ÷ Portkey',
    measurement: 'memory',
    style: 'times',
    better: 'lower',
    figuresOf: ratioTo('portkey', 'residentMb'),
  },
  {
    title: 'start to first answer',
    measurement: 'start',
    style: 'ms',
    better: 'lower',
    must: 150,
    aim: 60,
    figuresOf: own('firstAnswerMs'),
  },
  {
    title: 'start to first answer ÷ Portkey',
    measurement: 'start',
    style: 'times',
    better: 'lower',
    figuresOf: ratioTo('portkey', 'firstAnswerMs'),
  },
  {
    title: 'abort in a stream → provider closed',
    measurement: 'abort',
    style: 'ms',
    better: 'lower',
    must: 50,
    figuresOf: own('abortStreamMs'),
  },
  {
    title: 'abort while waiting → provider closed',
    measurement: 'abort',
    style: 'ms',
    better: 'lower',
    must: 50,
    figuresOf: own('abortWaitingMs'),
  },
  {
    title: 'translated call above a relayed one',
    measurement: 'translation',
    style: 'µs',
    better: 'lower',
    must: 40,
    figuresOf: ownAbove('translatedCallCpuUs', 'relayedCallCpuUs'),
  },
  {
    title: 'translated call ÷ relayed',
    measurement: 'translation',
    style: 'times',
    better: 'lower',
    figuresOf: ownRatio('translatedCallCpuUs', 'relayedCallCpuUs'),
  },
  {
    title: 'translated call of 200 kB above a relayed one',
    measurement: 'translation',
    style: 'ms',
    better: 'lower',
    must: 2,
    figuresOf: ownAbove('translatedLongCallCpuUs', 'relayedLongCallCpuUs', 1000),
  },
  {
    title: 'translated call of 200 kB ÷ relayed',
    measurement: 'translation',
    style: 'times',
    better: 'lower',
    figuresOf: ownRatio('translatedLongCallCpuUs', 'relayedLongCallCpuUs'),
  },
  {
    title: 'translated event above a relayed one',
    measurement: 'translation',
    style: 'µs',
    better: 'lower',
    must: 6,
    figuresOf: ownAbove('translatedEventCpuUs', 'relayedEventCpuUs'),
  },
  {
    title: 'translated event ÷ relayed',
    measurement: 'translation',
    style: 'times',
    better: 'lower',
    figuresOf: ownRatio('translatedEventCpuUs', 'relayedEventCpuUs'),
  },
  {
    title: 'two workers ÷ one on two free cores, by CPU per call',
    measurement: 'workers',
    style: 'times',
    better: 'higher',
    must: 1.7,
    aim: 1.9,
    figuresOf: ownRatio('oneWorkerCpuUs', 'twoWorkersCpuUs', 2),
  },
  {
    title: 'calls per second of two workers beside the load ÷ one worker',
    measurement: 'workers',
    style: 'times',
    better: 'higher',
    figuresOf: ownRatio('spreadWorkersCallsPerSecond', 'oneWorkerCallsPerSecond'),
  },
  {
    title: 'call under limits and budgets of every kind above one without',
    measurement: 'limits',
    style: 'µs',
    better: 'lower',
    must: 8,
    figuresOf: ownAbove('limitedCallCpuUs', 'unlimitedCallCpuUs'),
  },
  {
    title: 'call under limits and budgets of every kind ÷ one without',
    measurement: 'limits',
    style: 'times',
    better: 'lower',
    figuresOf: ownRatio('limitedCallCpuUs', 'unlimitedCallCpuUs'),
  },
  {
    title: 'call with limits in a Redis above one that counts alone',
    measurement: 'redis',
    style: 'µs',
    better: 'lower',
    must: 40,
    figuresOf: ownAbove('sharedFullCpuUs', 'aloneFullCpuUs'),
  },
  {
    title: 'the same at 2,000 calls a second',
    measurement: 'redis',
    style: 'µs',
    better: 'lower',
    must: 40,
    figuresOf: ownAbove('sharedBusyCpuUs', 'aloneBusyCpuUs'),
  },
  {
    title: 'the same at 200 calls a second',
    measurement: 'redis',
    style: 'µs',
    better: 'lower',
    figuresOf: ownAbove('sharedQuietCpuUs', 'aloneQuietCpuUs'),
  },
]
