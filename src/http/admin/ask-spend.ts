// What a query asks of the sums, read once for every route that answers from them, and the answer that all of them give: a
// page of rows, the window they are of, and how many attempts are not in it yet.
import { UsageUnavailable } from '../../core/admin-errors.ts'
import type { LedgerTables } from '../../ledger/ledger.ts'
import type { SpendReader } from '../../ledger/ports.ts'
import { describeRow, placeIn } from '../../ledger/spend/describe-row.ts'
import type { DescribedRow } from '../../ledger/spend/describe-row.ts'
import { dimensionsIn, filterIn, intervalIn, windowIn } from '../../ledger/spend/read-words.ts'
import { dimensions } from '../../ledger/spend/spend.ts'
import type { Dimension, SpendQuestion } from '../../ledger/spend/spend.ts'
import { limitIn } from './list-page.ts'

/** Where sums are had. */
export interface SpendSource {
  upToDate(waitMs?: number): Promise<Pick<LedgerTables, 'reader' | 'unshipped'>>
}

export type SpendFilter = SpendQuestion['where']

/** A query, and what is told apart and filtered by where the query does not say. */
export interface SpendAsked {
  readonly query: URLSearchParams
  readonly wallMs: number
  readonly byUnasked: string
  readonly allowed: readonly Dimension[]
}

/** Reads the question. Throws InvalidValue. */
export function questionIn({ query, wallMs, byUnasked, allowed }: SpendAsked): SpendQuestion {
  const by = dimensionsIn(query.get('by') ?? byUnasked, allowed)
  const after = query.get('after')
  return {
    ...windowIn({ from: query.get('from') ?? undefined, to: query.get('to') ?? undefined }, wallMs),
    by,
    interval: intervalIn(query.get('interval') ?? undefined),
    where: filtersOf(query, allowed),
    limit: limitIn(query.get('limit')),
    after: after === null ? undefined : placeIn(after, by),
  }
}

/** `team=a&team=b`; an empty text stands for what is not known. What else a query says is somebody else's. */
export function filtersOf(query: URLSearchParams, allowed: readonly Dimension[] = dimensions): SpendFilter {
  return filterIn([...query].filter(([name]) => allowed.some((dimension) => dimension === name)))
}

/** Reads where it is stored. Rejects with UsageUnavailable. */
export async function readSpend<Answer>(
  source: SpendSource,
  read: (reader: SpendReader, unshipped: number) => Promise<Answer>,
): Promise<Answer> {
  try {
    const { reader, unshipped } = await source.upToDate()
    return await read(reader, unshipped)
  } catch (failure) {
    throw new UsageUnavailable(failure)
  }
}

/** A page of rows, and whether there are more. */
export async function spendPage(
  question: SpendQuestion,
  reader: SpendReader,
): Promise<{ readonly rows: readonly DescribedRow[]; readonly hasMore: boolean }> {
  // One more than is shown says whether there are more.
  const found = await reader.sums({ ...question, limit: question.limit + 1 })
  return {
    rows: found.slice(0, question.limit).map((row) => describeRow(row, question)),
    hasMore: found.length > question.limit,
  }
}

/** What an answer says of its question. */
export function describeQuestion(
  { fromMs, toMs, by, interval }: SpendQuestion,
  unshipped: number,
): Readonly<Record<string, unknown>> {
  return {
    from: new Date(fromMs).toISOString(),
    to: new Date(toMs).toISOString(),
    by,
    interval: interval ?? null,
    unshipped_attempts: unshipped,
  }
}
