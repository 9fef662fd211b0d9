import { describe, expect, test } from 'bun:test'
import { dimensionsIn, filterIn, intervalIn, windowIn } from './read-words.ts'

const nowMs = Date.UTC(2026, 10, 21, 16, 35, 12)
const iso = (timeMs: number): string => new Date(timeMs).toISOString().replace(':00:00.000Z', '')

function window(from?: string, to?: string): string {
  const { fromMs, toMs } = windowIn({ from, to }, nowMs)
  return `${iso(fromMs)} ${iso(toMs)}`
}

describe('a window', () => {
  test('is this month where nobody says otherwise', () => {
    expect(window()).toBe('2026-11-01T00 2026-12-01T00')
    expect(window('2026-11-20')).toBe('2026-11-20T00 2026-12-01T00')
  })

  test('is the whole month before its end', () => {
    expect(window(undefined, '2026-11-01')).toBe('2026-10-01T00 2026-11-01T00')
  })

  test.each([
    ['2026-10', '2026-11', '2026-10-01T00 2026-11-01T00'],
    ['2026-11-03', '2026-11-03T10:30:00+02:00', '2026-11-03T00 2026-11-03T09'],
    ['2026-11-03T10:59Z', '2026-11-03T11:01:00.5Z', '2026-11-03T10 2026-11-03T12'],
    ['1762128000', '1762131600', '2025-11-03T00 2025-11-03T01'],
    ['2024-02-29', '2024-03-01', '2024-02-29T00 2024-03-01T00'],
  ])('from %s to %s is of whole hours', (from, to, expected) => {
    expect(window(from, to)).toBe(expected)
  })

  test.each([
    '',
    'now',
    '2026',
    '2026-13',
    '2026-02-29',
    '2026-11-03T25:00Z',
    '2026-11-03T10:00',
    '-1',
    '1e9',
    '9999999999999',
  ])('from %j is refused', (from) => {
    expect(() => window(from)).toThrow('"from"')
  })

  test('that ends before it begins is refused', () => {
    expect(() => window('2026-11-03', '2026-11-03')).toThrow('before "to"')
    expect(() => window('2027-01-01')).toThrow('before "to"')
  })
})

test('dimensions are words with commas between them, each once', () => {
  expect(dimensionsIn('')).toEqual([])
  expect(dimensionsIn('team, model')).toEqual(['team', 'model'])
  for (const text of ['teams', 'team,team', 'team,', 'tags', 'key,user,team,tenant,model']) {
    expect(() => dimensionsIn(text)).toThrow('"by"')
  }
  expect(() => dimensionsIn('key', ['model'])).toThrow('up to 4 of model')
})

test('an interval is an hour or a day, or all of the window', () => {
  expect([undefined, 'none', 'hour', 'day'].map((text) => intervalIn(text))).toEqual([
    undefined,
    undefined,
    'hour',
    'day',
  ])
  expect(() => intervalIn('week')).toThrow('"interval"')
})

test('filters of one dimension are any of its names', () => {
  expect(
    filterIn([
      ['team', 'a'],
      ['team', ''],
      ['key', 'k'],
    ]),
  ).toEqual({ team: ['a', ''], key: ['k'] })
  expect(() => filterIn([['constructor', 'a']])).toThrow('"constructor"')
})
