import { expect, test } from 'bun:test'
import { mergeMetrics } from './merge-metrics.ts'
import { Registry } from './metrics.ts'

test('each series says whose it is, and each family stands there once', () => {
  const [one, other] = [new Registry(), new Registry()]
  for (const registry of [one, other]) registry.gauge('calls_in_flight', 'Calls under way.', () => 2)
  one.counter('calls_total', 'Calls.', ['model']).add(3, 'a{b} "c"')
  other.counter('calls_total', 'Calls.', ['model']).add(4, 'fast')
  const merged = mergeMetrics([
    { worker: '1', text: one.print() },
    { worker: '2', text: other.print() },
  ])
  expect(merged).toBe(
    [
      '# HELP calls_in_flight Calls under way.',
      '# TYPE calls_in_flight gauge',
      'calls_in_flight{worker="1"} 2',
      'calls_in_flight{worker="2"} 2',
      '# HELP calls_total Calls.',
      '# TYPE calls_total counter',
      'calls_total{worker="1",model="a{b} \\"c\\""} 3',
      'calls_total{worker="2",model="fast"} 4',
      '',
    ].join('\n'),
  )
})

test('the buckets of a histogram stay with their family, and what one worker alone has is there too', () => {
  const registry = new Registry()
  registry.histogram('wait_seconds', 'Waits.', { labels: [], bounds: [1] }).observe(0.5)
  const merged = mergeMetrics([
    { worker: '1', text: '' },
    { worker: '2', text: registry.print() },
  ])
  expect(merged.split('\n').filter((line) => !line.startsWith('#'))).toEqual([
    'wait_seconds_bucket{worker="2",le="1"} 1',
    'wait_seconds_bucket{worker="2",le="+Inf"} 1',
    'wait_seconds_sum{worker="2"} 0.5',
    'wait_seconds_count{worker="2"} 1',
    '',
  ])
})

test('series of nobody in particular stay as they are', () => {
  const text = '# HELP workers How many.\n# TYPE workers gauge\nworkers 2\n'
  expect(mergeMetrics([{ worker: undefined, text }])).toBe(text)
})
