// What a clock on a wall shows somewhere. The library of time zones takes microseconds, and offsets change on quarters of
// an hour at the earliest, so it is asked once in a quarter.

export interface LocalTime {
  /** 0 to 23. */
  readonly hour: number
  readonly minute: number
  /** 1 is Monday, 7 is Sunday. */
  readonly weekday: number
}

const minuteMs = 60_000
const quarterMs = 15 * minuteMs
const dayMs = 24 * 60 * minuteMs

/** Whether there is a time zone of that name, such as `Europe/Berlin` or `UTC`. */
export function isTimeZone(name: string): boolean {
  try {
    return new Intl.DateTimeFormat('en-GB', { timeZone: name }).resolvedOptions().timeZone !== ''
  } catch {
    return false
  }
}

/** The wall clock of a zone: milliseconds since 1970 go in. Throws RangeError for a zone that is not there. */
export function wallClockIn(timeZone: string): (wallMs: number) => LocalTime {
  const format = new Intl.DateTimeFormat('en-GB', {
    timeZone,
    hourCycle: 'h23',
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    minute: 'numeric',
  })
  let quarter = Number.NaN
  let offsetMs = 0
  return (wallMs) => {
    const current = Math.floor(wallMs / quarterMs)
    if (current !== quarter) {
      quarter = current
      offsetMs = offsetAt(format, current * quarterMs)
    }
    return localTime(wallMs + offsetMs)
  }
}

function offsetAt(format: Intl.DateTimeFormat, wallMs: number): number {
  const parts = new Map(format.formatToParts(wallMs).map(({ type, value }) => [type, Number(value)]))
  const at = (part: Intl.DateTimeFormatPartTypes) => parts.get(part) ?? 0
  return Date.UTC(at('year'), at('month') - 1, at('day'), at('hour'), at('minute')) - wallMs
}

function localTime(localMs: number): LocalTime {
  const minutes = Math.floor((localMs % dayMs) / minuteMs)
  // The first of January 1970 was a Thursday.
  const weekday = ((Math.floor(localMs / dayMs) + 3) % 7) + 1
  return { hour: Math.floor(minutes / 60), minute: minutes % 60, weekday }
}
