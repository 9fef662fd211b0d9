import { expect, test } from 'bun:test'
import { readOptions } from './options.ts'

test('without options everything is measured in at least five rounds', () => {
  const options = readOptions([])
  expect(options.effort.rounds).toBeGreaterThanOrEqual(5)
  expect(options.measurements).toHaveLength(10)
  expect(options.without).toEqual([])
})

test('measurements and subjects are picked by name', () => {
  expect(readOptions(['--quick', '--only', 'cpu,stream', '--without', 'portkey'])).toMatchObject({
    effort: { rounds: 2 },
    measurements: ['cpu', 'stream'],
    without: ['portkey'],
  })
})

test.each([
  [['--only', 'cpus'], '"cpus" is not one of cpu, stream'],
  [['--without', ''], '"" is not one of direct'],
  [['--rounds', '0'], '--rounds wants a whole number'],
  [['--fast'], '--fast'],
])('%p is refused with a sentence', (words, sentence) => {
  expect(() => readOptions(words)).toThrow(sentence)
})
