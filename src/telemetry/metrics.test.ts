import { describe, expect, test } from 'bun:test'
import { Registry } from './metrics.ts'

describe('metrics', () => {
  test('gauges with labels are read when somebody looks, and have an end', () => {
    const registry = new Registry()
    let count = 1
    const read = () => Array.from({ length: count }, (_, row) => ({ values: [String(row)], amount: row }))
    registry.gauges('standing', 'Now.', { labels: ['row'], read })
    expect(registry.print()).toBe('# HELP standing Now.\n# TYPE standing gauge\nstanding{row="0"} 0\n')
    count = 5_000
    expect(registry.print().split('\n')).toHaveLength(2_003)
  })

  test('print as Prometheus reads them', () => {
    const registry = new Registry()
    registry.counter('calls_total', 'Calls.', ['status']).add(2, '200')
    registry.gauge('in_flight', 'Now.', () => 3)
    const seconds = registry.histogram('took_seconds', 'Time.', { labels: ['kind'], bounds: [0.1, 1] })
    for (const value of [0.05, 0.1, 0.5, 7]) seconds.observe(value, 'a')
    expect(registry.print()).toBe(
      [
        '# HELP calls_total Calls.',
        '# TYPE calls_total counter',
        'calls_total{status="200"} 2',
        '# HELP in_flight Now.',
        '# TYPE in_flight gauge',
        'in_flight 3',
        '# HELP took_seconds Time.',
        '# TYPE took_seconds histogram',
        'took_seconds_bucket{kind="a",le="0.1"} 2',
        'took_seconds_bucket{kind="a",le="1"} 3',
        'took_seconds_bucket{kind="a",le="+Inf"} 4',
        'took_seconds_sum{kind="a"} 7.65',
        'took_seconds_count{kind="a"} 4',
        '',
      ].join('\n'),
    )
  })

  test('escape label values', () => {
    const registry = new Registry()
    registry.counter('c', 'C.', ['x']).add(1, 'a"b\\c\nd')
    expect(registry.print()).toContain('c{x="a\\"b\\\\c\\nd"} 1')
  })

  test('keep a bounded number of series', () => {
    const registry = new Registry()
    const counter = registry.counter('c', 'C.', ['x'])
    for (let index = 0; index < 5000; index += 1) counter.add(1, String(index))
    expect(registry.print().split('\n').length).toBeLessThan(2100)
  })
})
