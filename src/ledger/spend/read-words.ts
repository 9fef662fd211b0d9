// What somebody asks about spending, as words: in a query of a URL or on the command line. Times are UTC, and whole hours,
// because that is how finely sums are kept.
import { InvalidValue } from '../../core/errors.ts'
import { dimensions, hourMs, intervals, nextMonthMs, spanStartMs } from './spend.ts'
import type { Dimension, Interval, SpendQuestion } from './spend.ts'

/** Sums told apart by more than this are a list of attempts. */
const dimensionsMax = 4
/** Years after these are mistakes: milliseconds where seconds were meant. */
const timeMaxMs = Date.UTC(3000, 0, 1)

export type SpendWindow = Pick<SpendQuestion, 'fromMs' | 'toMs'>

/**
 * This month where nothing is said: what is asked for until now is asked for until the end of the month, because nothing is
 * behind now, and whole months are the least work. Throws InvalidValue.
 */
export function windowIn(
  { from, to }: { readonly from: string | undefined; readonly to: string | undefined },
  wallMs: number,
): SpendWindow {
  const toMs = to === undefined ? nextMonthMs(wallMs + 1) : timeIn('to', to)
  // The end of a month is not in the next one.
  const fromMs = from === undefined ? spanStartMs(720, Math.max(0, toMs - 1)) : timeIn('from', from)
  if (from !== undefined && fromMs >= toMs) throw new InvalidValue('from', 'must be before "to"')
  return { fromMs: wholeHours(fromMs, 'floor'), toMs: wholeHours(toMs, 'ceil') }
}

/** `2026-11`, `2026-11-21`, `2026-11-21T08:00Z`, or seconds since the epoch. */
function timeIn(name: 'from' | 'to', text: string): number {
  const timeMs = /^\d{9,11}$/.test(text) ? Number(text) * 1_000 : dateIn(text)
  if (timeMs >= 0 && timeMs < timeMaxMs) return timeMs
  throw new InvalidValue(name, 'write a time such as 2026-11, 2026-11-21 or 2026-11-21T08:00:00Z')
}

const dateForm = /^\d{4}-\d\d(-\d\d(T\d\d:\d\d(:\d\d(\.\d{1,9})?)?(Z|[+-]\d\d:\d\d))?)?$/

function dateIn(text: string): number {
  if (!dateForm.test(text)) return Number.NaN
  const timeMs = Date.parse(text)
  // The language takes the 31st of February for the 3rd of March.
  const day = text.slice(8, 10)
  const isOfMonth = day === '' || new Date(`${text.slice(0, 10)}T00:00Z`).getUTCDate() === Number(day)
  return isOfMonth ? timeMs : Number.NaN
}

function wholeHours(timeMs: number, way: 'floor' | 'ceil'): number {
  return Math[way](timeMs / hourMs) * hourMs
}

/** `team`, `team,model`; nothing for one sum. Throws InvalidValue. */
export function dimensionsIn(text: string, allowed: readonly Dimension[] = dimensions): readonly Dimension[] {
  if (text === '') return []
  const words = text.split(',').map((word) => word.trim())
  const found = words.flatMap((word) => allowed.find((dimension) => dimension === word) ?? [])
  const isRead = found.length === words.length && new Set(found).size === found.length
  if (isRead && found.length <= dimensionsMax) return found
  throw new InvalidValue(
    'by',
    `write up to ${dimensionsMax} of ${allowed.join(', ')}, with commas between them`,
  )
}

/** Undefined for one sum of the whole window. Throws InvalidValue. */
export function intervalIn(text: string | undefined): Interval | undefined {
  if (text === undefined || text === 'none') return undefined
  const found = intervals.find((interval) => interval === text)
  if (found !== undefined) return found
  throw new InvalidValue('interval', `write one of ${intervals.join(', ')}, or leave it out for one sum`)
}

/** Pairs of a dimension and one of the names that are wanted of it. Throws InvalidValue for what is no dimension. */
export function filterIn(pairs: readonly (readonly [string, string])[]): SpendQuestion['where'] {
  const where: Partial<Record<Dimension, readonly string[]>> = {}
  for (const [name, wanted] of pairs) {
    const dimension = dimensions.find((known) => known === name)
    if (dimension === undefined) throw new InvalidValue(name, `this is none of ${dimensions.join(', ')}`)
    where[dimension] = [...(where[dimension] ?? []), wanted]
  }
  return where
}
