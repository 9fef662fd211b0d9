// What was spent before this process began, for the budgets: read from the roll-ups of the ledger, whose hours are
// finer than any window of a budget. Whoever has spent is known by what the attempts say, not by the keys of today: a
// token that was never seen here has its budget, and so has a tag.
import type { Caller } from '../core/caller.ts'
import type { BudgetBook } from '../limits/budget-book.ts'
import type { SpendReader } from '../ledger/ports.ts'
import { allRows } from '../ledger/spend/all-rows.ts'
import { dayMs, nextMonthMs } from '../ledger/spend/spend.ts'
import { nameOfKey } from '../keys/name-of-key.ts'

export interface BudgetSources {
  readonly reader: Pick<SpendReader, 'sums'>
  /** The names of keys by their ids. */
  readonly keyNames: ReadonlyMap<string, string>
  readonly wallMs: number
}

/** Adds to each budget what its window has seen. Rejects when that cannot be read. */
export async function loadSpending(
  budgets: BudgetBook,
  { reader, keyNames, wallMs }: BudgetSources,
): Promise<void> {
  // The end of tomorrow's month: another machine's clock may be ahead of ours, and whole months are the least work.
  const toMs = nextMonthMs(wallMs + dayMs)
  for (const { level, windowStartMs } of budgets.windows(wallMs)) {
    const question = { by: [level], interval: undefined, fromMs: windowStartMs, toMs, where: {} } as const
    for await (const { names, sums } of allRows(reader, question)) {
      const name = level === 'key' ? nameOfKey(names[0] ?? '', keyNames) : names[0]
      if (name === undefined || name === '') continue
      const spent = {
        windowStartMs,
        nanoDollars: sums.charged_nano_dollars,
        tokens: sums.input_tokens + sums.output_tokens,
      }
      budgets.load({ level, name }, spent, wallMs)
    }
  }
}

/** The names of keys by their ids. */
export function keyNamesOf(keys: { holders(): readonly Caller[] }): ReadonlyMap<string, string> {
  return new Map(keys.holders().map(({ keyId, keyName }) => [keyId, keyName]))
}
