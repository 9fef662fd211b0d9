import { describe, expect, test } from 'bun:test'
import { VirtualClock } from '../../test/virtual-clock.ts'
import { Log } from './log.ts'

function logTo(format: 'json' | 'text'): { log: Log; clock: VirtualClock; written: string[] } {
  const written: string[] = []
  const clock = new VirtualClock()
  const log = new Log({ write: (lines) => void written.push(Buffer.from(lines).toString()) }, clock, format)
  return { log, clock, written }
}

describe('the log', () => {
  test('gathers lines and writes them in one piece a tenth of a second later', () => {
    const { log, clock, written } = logTo('json')
    log.info('one', { a: 1 })
    log.warn('two', { b: 'x"y' })
    expect(written).toEqual([])
    clock.advance(100)
    const lines = written
      .join('')
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line))
    expect(lines).toMatchObject([
      { level: 'info', event: 'one', a: 1 },
      { level: 'warn', event: 'two', b: 'x"y' },
    ])
  })

  test('leaves out what is less important than its level', () => {
    const { log, written } = logTo('json')
    log.level = 'error'
    log.warn('quiet')
    log.infoJson('quiet', ',"a":1')
    log.error('loud')
    log.flush()
    expect(written.join('')).not.toContain('quiet')
    expect(written.join('')).toContain('loud')
  })

  test('prints facts that were given as JSON as text for people', () => {
    const { log, written } = logTo('text')
    log.infoJson('call', ',"model":"a b","status":200')
    log.flush()
    expect(written.join('')).toEndWith('call model="a b" status=200\n')
  })

  test('a batch that is full goes out at once', () => {
    const { log, written } = logTo('json')
    for (let count = 0; count < 400; count += 1) log.info('event', { text: 'ü'.repeat(60) })
    expect(written.length).toBeGreaterThan(0)
    log.flush()
    expect(written.join('').trimEnd().split('\n')).toHaveLength(400)
  })

  test('a line longer than a batch is cut rather than lost', () => {
    const { log, written } = logTo('json')
    log.info('event', { text: 'x'.repeat(100_000) })
    log.flush()
    expect(written.join('').length).toBeGreaterThan(10_000)
  })
})
