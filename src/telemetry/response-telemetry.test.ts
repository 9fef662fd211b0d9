import { expect, test } from 'bun:test'
import { VirtualClock } from '../../test/virtual-clock.ts'
import { Log } from './log.ts'
import { Registry } from './metrics.ts'
import { ResponseTelemetry } from './response-telemetry.ts'

test('what becomes of responses is counted, and what an operator must know is a line', () => {
  let lines = ''
  const log = new Log(
    { write: (bytes) => (lines += Buffer.from(bytes).toString()) },
    new VirtualClock(),
    'json',
  )
  const registry = new Registry()
  const telemetry = new ResponseTelemetry(log, registry)
  telemetry.counted('stored', 1)
  telemetry.counted('stored', 1)
  telemetry.counted('lost', 3)
  telemetry.writingTroubled(new Error('disk full'))
  telemetry.writingTroubled('odd')
  telemetry.writingWorks()
  log.flush()
  expect(registry.print()).toContain('sallyport_responses_total{event="stored"} 2\n')
  expect(registry.print()).toContain('sallyport_responses_total{event="lost"} 3\n')
  const told = lines
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line))
  expect(told.map(({ level, event, error, count }) => [level, event, error ?? count])).toEqual([
    ['error', 'responses_lost', 3],
    ['warn', 'responses_not_written', 'disk full'],
    ['warn', 'responses_not_written', 'odd'],
    ['info', 'responses_written_again', undefined],
  ])
})
