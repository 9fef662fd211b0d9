// Questions about what was spent, as SQL that every database here understands: whole months are read from the sums of
// months, whole days from those of days, and only what is left at the edges of a window from those of hours.
import { conditionsIn, dayMs, eachSum, nextMonthMs, spanStartMs, sumNames } from '../ledger/spend/spend.ts'
import type {
  Dimension,
  SpanHours,
  SpendPlace,
  SpendQuestion,
  SpendRow,
  SumName,
} from '../ledger/spend/spend.ts'

/** What the databases spell differently. */
export interface SpendFlavour {
  /** The texts of the list in the column `tags`, or one empty text where there is none, as rows `tag.value`. */
  readonly eachTag: string
}

export const sqliteFlavour: SpendFlavour = {
  eachTag: `json_each(CASE spend_groups.tags WHEN '' THEN '[""]' ELSE spend_groups.tags END) AS tag`,
}

/** A statement, with a `?` for each of its values. */
export interface SpendStatement {
  readonly text: string
  readonly values: readonly (string | number)[]
}

/** A row as the database gives it: `start_ms`, then `name_0` and so on, then the sums by their names. */
export type SpendColumns = Readonly<Record<string, unknown>>

/** What a dimension is, of a group. */
const columnOf: Readonly<Record<Exclude<Dimension, 'tag'>, string>> = {
  tenant: 'spend_groups.tenant',
  team: 'spend_groups.team',
  key: 'spend_groups.key_id',
  user: 'spend_groups.key_user',
  endpoint: 'spend_groups.endpoint',
  model: 'spend_groups.model',
  provider: 'spend_groups.provider',
  deployment: "(spend_groups.provider || '/' || spend_groups.provider_model)",
  region: 'spend_groups.region',
  tags: 'spend_groups.tags',
  outcome: 'spend_groups.outcome',
  purpose: 'spend_groups.purpose',
}

/**
 * What kept sums have of it. Where an older version, which knows nothing of uncharged tokens, replaced an attempt or had one
 * replaced, there may be more of those than there are tokens, or less than none.
 */
function keptSum(name: SumName): string {
  if (name !== 'charged_tokens') return name
  return `CASE WHEN uncharged_tokens < 0 THEN input_tokens + output_tokens
WHEN uncharged_tokens < input_tokens + output_tokens THEN input_tokens + output_tokens - uncharged_tokens ELSE 0 END`
}

/** The statement for a question. */
export function spendStatement(question: SpendQuestion, { eachTag }: SpendFlavour): SpendStatement {
  const { by, interval, limit, after } = question
  const values: (string | number)[] = []
  const taken = (...more: readonly (string | number)[]): string => {
    values.push(...more)
    return more.map(() => '?').join(', ')
  }
  const pieces = piecesOf(question).map(({ spanHours, fromMs, toMs }) => {
    values.push(spanHours, fromMs, toMs)
    return `SELECT * FROM spend_sums WHERE span_hours = ? AND start_ms >= ? AND start_ms < ?`
  })
  const start =
    interval === undefined ? '0' : interval === 'day' ? `start_ms / ${dayMs} * ${dayMs}` : 'start_ms'
  // First by group where there are few of them, so that texts are looked at once for each and not for each of its days.
  const columns = sumNames.map((name) =>
    interval === undefined ? `SUM(${keptSum(name)}) AS ${name}` : `${keptSum(name)} AS ${name}`,
  )
  const picked = `SELECT ${start} AS start_ms, group_id, ${columns.join(', ')}
FROM (${pieces.join(' UNION ALL ')}) AS piece${interval === undefined ? ' GROUP BY 1, 2' : ''}`
  const names = by.map((dimension) => (dimension === 'tag' ? 'tag.value' : columnOf[dimension]))
  const filters = conditionsIn(question.where).map(({ dimension, wanted }) =>
    filterOf(dimension, taken(...wanted), { by, eachTag }),
  )
  const place = ['picked.start_ms', ...names]
  if (after !== undefined) filters.push(`(${place.join(', ')}) > (${taken(after.startMs, ...after.names)})`)
  const text = `WITH picked AS (${picked})
SELECT ${place.map((expression, index) => `${expression} AS ${index === 0 ? 'start_ms' : `name_${index - 1}`}`).join(', ')},
${sumNames.map((name) => `SUM(picked.${name}) AS ${name}`).join(', ')}
FROM picked JOIN spend_groups ON spend_groups.id = picked.group_id${by.includes('tag') ? ` CROSS JOIN ${eachTag}` : ''}
${filters.length === 0 ? '' : `WHERE ${filters.join(' AND ')}`}
GROUP BY ${place.map((_, index) => index + 1).join(', ')} ORDER BY ${place.map((_, index) => index + 1).join(', ')}
LIMIT ${taken(limit)}`
  return { text, values }
}

function filterOf(
  dimension: Dimension,
  wanted: string,
  { by, eachTag }: Pick<SpendQuestion, 'by'> & SpendFlavour,
): string {
  // Nothing is one of no values.
  if (wanted === '') return '1 = 0'
  if (dimension !== 'tag') return `${columnOf[dimension]} IN (${wanted})`
  if (by.includes('tag')) return `tag.value IN (${wanted})`
  return `EXISTS (SELECT 1 FROM ${eachTag} WHERE tag.value IN (${wanted}))`
}

interface Piece {
  readonly spanHours: SpanHours
  readonly fromMs: number
  readonly toMs: number
}

function piecesOf({ interval, fromMs, toMs, after }: SpendQuestion): readonly Piece[] {
  // With an interval, what lies before the page begins is on pages before it.
  const startMs = interval === undefined ? fromMs : Math.max(fromMs, after?.startMs ?? 0)
  const piece: Piece = { spanHours: 1, fromMs: startMs, toMs }
  if (interval === 'hour') return [piece]
  const daysWithin = { fromMs: Math.ceil(startMs / dayMs) * dayMs, toMs: spanStartMs(24, toMs) }
  const byDays = parted([piece], 24, daysWithin)
  if (interval === 'day') return byDays
  return parted(byDays, 720, { fromMs: nextMonthMs(startMs), toMs: spanStartMs(720, toMs) })
}

/** The pieces with what lies within read from the sums of longer spans. */
function parted(
  pieces: readonly Piece[],
  spanHours: SpanHours,
  within: Pick<Piece, 'fromMs' | 'toMs'>,
): readonly Piece[] {
  if (within.fromMs >= within.toMs) return pieces
  const around = pieces.flatMap((piece) => [
    { ...piece, toMs: Math.min(piece.toMs, within.fromMs) },
    { ...piece, fromMs: Math.max(piece.fromMs, within.toMs) },
  ])
  return [...around.filter((piece) => piece.fromMs < piece.toMs), { spanHours, ...within }]
}

/** A row of the answer. */
export function spendRow(columns: SpendColumns, { by }: Pick<SpendQuestion, 'by'>): SpendRow {
  return { ...placeOf(columns, by.length), sums: eachSum((name) => Number(columns[name])) }
}

function placeOf(columns: SpendColumns, count: number): SpendPlace {
  const names = Array.from({ length: count }, (_, index) => String(columns[`name_${index}`]))
  return { startMs: Number(columns['start_ms']), names }
}

/** So many attempts are looked at for one page at most, so that no page takes long. */
export const looksMax = 20_000

/** What a dimension is, of an attempt. */
export const attemptColumnOf: Readonly<Record<Exclude<Dimension, 'tag'>, string>> = {
  tenant: 'tenant',
  team: 'team',
  key: 'key_id',
  user: 'key_user',
  endpoint: 'endpoint',
  model: 'model',
  provider: 'provider',
  deployment: "(provider || '/' || provider_model)",
  region: 'region',
  tags: 'tags',
  outcome: 'outcome',
  purpose: 'purpose',
}
