import { describe, expect, test } from 'bun:test'
import { isTimeZone, wallClockIn } from './local-time.ts'

describe('local time', () => {
  test('shows what the clocks of a zone show, and its day', () => {
    const saturday = Date.UTC(2026, 10, 21, 23, 30)
    expect(wallClockIn('UTC')(saturday)).toEqual({ hour: 23, minute: 30, weekday: 6 })
    expect(wallClockIn('Europe/Berlin')(saturday)).toEqual({ hour: 0, minute: 30, weekday: 7 })
    expect(wallClockIn('Asia/Kathmandu')(saturday)).toEqual({ hour: 5, minute: 15, weekday: 7 })
    expect(wallClockIn('America/Los_Angeles')(saturday)).toEqual({ hour: 15, minute: 30, weekday: 6 })
  })

  test('goes with summer time, to the minute, there and back', () => {
    const clock = wallClockIn('Europe/Berlin')
    const change = Date.UTC(2026, 2, 29, 1, 0)
    expect(clock(change - 1)).toEqual({ hour: 1, minute: 59, weekday: 7 })
    expect(clock(change)).toEqual({ hour: 3, minute: 0, weekday: 7 })
    expect(clock(change - 1)).toEqual({ hour: 1, minute: 59, weekday: 7 })
  })

  test('agrees with the library of zones through a year', () => {
    const zone = 'Australia/Lord_Howe'
    const clock = wallClockIn(zone)
    const format = new Intl.DateTimeFormat('en-GB', { timeZone: zone, timeStyle: 'short' })
    for (
      let wallMs = Date.UTC(2026, 0, 1);
      wallMs < Date.UTC(2027, 0, 1);
      wallMs += 7 * 3_600_000 + 420_000
    ) {
      const { hour, minute } = clock(wallMs)
      const shown = `${String(hour).padStart(2, '0')}:${String(minute).padStart(2, '0')}`
      expect(shown).toBe(format.format(wallMs))
    }
  })

  test('knows which zones there are', () => {
    expect(isTimeZone('Europe/Berlin')).toBe(true)
    expect(isTimeZone('UTC')).toBe(true)
    expect(isTimeZone('Europe/Berlln')).toBe(false)
    expect(isTimeZone('')).toBe(false)
    expect(() => wallClockIn('Mars/Olympus')).toThrow(RangeError)
  })
})
