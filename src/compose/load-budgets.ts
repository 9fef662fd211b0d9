// What was spent before this process began, for the budgets: read from the roll-ups of the ledger, whose hours are
// finer than any window of a budget. Whoever has spent is known by what the attempts say, not by the keys of today: a
// token that was never seen here has its budget, and so has a tag.
import type { Caller } from '../core/caller.ts'
import type { BudgetBook } from '../limits/budget-book.ts'
import type { BudgetLevel } from '../limits/budget.ts'
import { limitedIn, limitedKey, limitedTenant } from '../limits/limited.ts'
import type { Limited } from '../limits/limited.ts'
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

/**
 * Adds to each budget what its window has seen. Gives when the windows began of which it does not know all that keys have spent:
 * a key that was removed had a name that others have too. Rejects when it cannot be read.
 */
export async function loadSpending(
  budgets: BudgetBook,
  { reader, keyNames, wallMs }: BudgetSources,
): Promise<ReadonlySet<number>> {
  const unknown = new Set<number>()
  // The end of tomorrow's month: another machine's clock may be ahead of ours, and whole months are the least work.
  const toMs = nextMonthMs(wallMs + dayMs)
  for (const { level, windowStartMs } of budgets.windows(wallMs)) {
    // Names of keys, users and tags are each tenant's own.
    const by = level === 'team' || level === 'tenant' ? [level] : (['tenant', level] as const)
    const question = { by, interval: undefined, fromMs: windowStartMs, toMs, where: {} }
    for await (const { names, sums } of allRows(reader, question)) {
      const limited = spenderOf(level, names, keyNames)
      if (limited === undefined && level === 'key') unknown.add(windowStartMs)
      if (limited === undefined) continue
      const spent = {
        windowStartMs,
        nanoDollars: sums.charged_nano_dollars,
        tokens: sums.charged_tokens,
      }
      budgets.load({ level, ...limited }, spent, wallMs)
    }
  }
  return unknown
}

/** The names of keys by their ids. */
export function keyNamesOf(keys: { holders(): readonly Caller[] }): ReadonlyMap<string, string> {
  return new Map(keys.holders().map(({ keyId, keyName }) => [keyId, keyName]))
}

/** Undefined where a call had nobody of this level, or nobody knows any more what a key was called. */
function spenderOf(
  level: BudgetLevel,
  names: readonly string[],
  keyNames: ReadonlyMap<string, string>,
): Limited | undefined {
  const name = names.at(-1) ?? ''
  const tenant = names[0] === '' ? undefined : names[0]
  if (level === 'tenant') return limitedTenant({ tenant })
  if (name === '') return undefined
  if (level === 'team') return { name, id: name }
  if (level !== 'key') return limitedIn(tenant, name)
  const keyName = nameOfKey(name, keyNames)
  return keyName === undefined ? undefined : limitedKey(keyName, { tenant, keyId: name })
}
