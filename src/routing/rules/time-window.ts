// Hours of a day, such as `22:00-06:00`. The first minute is inside, the last one is not, and a window may go over
// midnight.

export interface TimeWindow {
  readonly fromMinute: number
  /** The first minute outside; 1440 is midnight at the end of the day. */
  readonly untilMinute: number
}

const timesOfDay = /^([01]\d|2[0-3]):([0-5]\d)-([01]\d|2[0-4]):([0-5]\d)$/
const dayMinutes = 24 * 60

/** Reads `HH:MM-HH:MM`. Undefined when it is something else, or when both ends are the same. */
export function timeWindow(written: string): TimeWindow | undefined {
  const found = timesOfDay.exec(written)
  if (found === null) return undefined
  const fromMinute = Number(found[1]) * 60 + Number(found[2])
  const untilMinute = Number(found[3]) * 60 + Number(found[4])
  return fromMinute === untilMinute || untilMinute > dayMinutes ? undefined : { fromMinute, untilMinute }
}

export function isWithin({ fromMinute, untilMinute }: TimeWindow, minute: number): boolean {
  return fromMinute < untilMinute
    ? minute >= fromMinute && minute < untilMinute
    : minute >= fromMinute || minute < untilMinute
}
