// All rows of an answer, a page at a time: however many there are, no more than a page is in memory at once.
import type { SpendReader } from '../ports.ts'
import type { SpendQuestion, SpendRow } from './spend.ts'

const pageRows = 2_000

/** In the order of their places. Rejects when they cannot be read. */
export async function* allRows(
  reader: Pick<SpendReader, 'sums'>,
  question: Omit<SpendQuestion, 'limit' | 'after'>,
): AsyncGenerator<SpendRow, void, undefined> {
  for (let after: SpendRow | undefined; ;) {
    const page = await reader.sums({ ...question, limit: pageRows, after })
    yield* page
    after = page.at(-1)
    if (after === undefined || page.length < pageRows) return
  }
}
