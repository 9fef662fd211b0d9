// A row of sums as every answer shows it: to clients, to operators and in files. Names of members are a contract: they are
// added to and never changed.
import { InvalidValue } from '../../core/errors.ts'
import { dayMs, hourMs } from './spend.ts'
import type { Dimension, Interval, SpendPlace, SpendQuestion, SpendRow, SpendSums } from './spend.ts'

/** What an answer calls the sums. */
export function describeSums({ estimated, unpriced, ...sums }: SpendSums): Readonly<Record<string, number>> {
  const { calls, attempts, ...rest } = sums
  return { calls, attempts, estimated_attempts: estimated, unpriced_attempts: unpriced, ...rest }
}

export interface DescribedRow {
  readonly id: string
  readonly [member: string]: unknown
}

/** A row with the names of its dimensions; what is not known is null. */
export function describeRow(
  row: SpendRow,
  { by, interval }: Pick<SpendQuestion, 'by' | 'interval'>,
): DescribedRow {
  return {
    id: placeId(row),
    object: 'spend',
    ...(interval !== undefined && describeSpan(row.startMs, interval)),
    ...namesOf(row, by),
    ...describeSums(row.sums),
  }
}

export function describeSpan(
  startMs: number,
  interval: Interval,
): { readonly start: string; readonly end: string } {
  const endMs = startMs + (interval === 'day' ? dayMs : hourMs)
  return { start: new Date(startMs).toISOString(), end: new Date(endMs).toISOString() }
}

export function namesOf(
  { names }: Pick<SpendRow, 'names'>,
  by: readonly Dimension[],
): Readonly<Record<string, string | null>> {
  return Object.fromEntries(
    by.map((dimension, index) => {
      const name = names[index] ?? ''
      return [dimension, name === '' ? null : name]
    }),
  )
}

/** Says where a row stands, so that whoever has it can go on behind it. */
function placeId({ startMs, names }: SpendPlace): string {
  return `sum_${Buffer.from(JSON.stringify([startMs, ...names])).toString('base64url')}`
}

/** Throws InvalidValue for what is the id of no row of such an answer. */
export function placeIn(id: string, by: readonly Dimension[]): SpendPlace {
  const place = id.startsWith('sum_') ? parsed(id.slice('sum_'.length)) : undefined
  const [startMs, ...names] = Array.isArray(place) ? (place as readonly unknown[]) : []
  const isPlace = Number.isSafeInteger(startMs) && names.every((name) => typeof name === 'string')
  if (!isPlace || names.length !== by.length) {
    throw new InvalidValue('after', 'must be the id of a row of the same question')
  }
  return { startMs: Number(startMs), names }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(Buffer.from(text, 'base64url').toString())
  } catch {
    return undefined
  }
}
