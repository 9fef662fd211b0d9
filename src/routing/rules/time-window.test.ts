import { describe, expect, test } from 'bun:test'
import { isWithin, timeWindow } from './time-window.ts'

describe('a window of a day', () => {
  test.each(['22-06', '22:00', '24:00-06:00', '22:60-06:00', '08:00-24:30', '08:00-08:00', '8:00-9:00', ''])(
    '%p is none',
    (written) => {
      expect(timeWindow(written)).toBeUndefined()
    },
  )

  test.each([
    ['09:00-17:30', 9 * 60, true],
    ['09:00-17:30', 9 * 60 - 1, false],
    ['09:00-17:30', 17 * 60 + 29, true],
    ['09:00-17:30', 17 * 60 + 30, false],
    ['22:00-06:00', 23 * 60, true],
    ['22:00-06:00', 0, true],
    ['22:00-06:00', 6 * 60, false],
    ['22:00-06:00', 12 * 60, false],
    ['18:00-24:00', 24 * 60 - 1, true],
    ['18:00-24:00', 0, false],
    ['22:00-00:00', 23 * 60, true],
    ['22:00-00:00', 0, false],
  ])('%p at minute %p: %p', (written, minute, expected) => {
    const window = timeWindow(written)
    expect(window !== undefined && isWithin(window, minute)).toBe(expected)
  })
})
