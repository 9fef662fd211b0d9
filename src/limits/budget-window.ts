// The windows of budgets: stretches of the calendar in UTC, where no hour is missing and none comes twice. A week begins
// on Monday.

export type BudgetPeriod = 'hour' | 'day' | 'week' | 'month' | 'total'

export interface BudgetWindow {
  readonly startMs: number
  /** The first millisecond that is no longer in it; infinite for `total`. */
  readonly endMs: number
}

const hourMs = 3_600_000
const dayMs = 24 * hourMs
const weekMs = 7 * dayMs
/** The first Monday of the epoch: 5 January 1970. */
const mondayMs = 4 * dayMs

/** The window that a time of the wall clock lies in. */
export function windowAt(period: BudgetPeriod, wallMs: number): BudgetWindow {
  switch (period) {
    case 'hour':
      return stretch(wallMs, hourMs, 0)
    case 'day':
      return stretch(wallMs, dayMs, 0)
    case 'week':
      return stretch(wallMs, weekMs, mondayMs)
    case 'month':
      return monthAt(new Date(wallMs))
    case 'total':
      return { startMs: 0, endMs: Infinity }
  }
}

function stretch(wallMs: number, lengthMs: number, zeroMs: number): BudgetWindow {
  const startMs = Math.floor((wallMs - zeroMs) / lengthMs) * lengthMs + zeroMs
  return { startMs, endMs: startMs + lengthMs }
}

function monthAt(date: Date): BudgetWindow {
  const [year, month] = [date.getUTCFullYear(), date.getUTCMonth()]
  return { startMs: Date.UTC(year, month, 1), endMs: Date.UTC(year, month + 1, 1) }
}
