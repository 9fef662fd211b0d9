// The chain of hashes that holds the audit trail together: SHA-256 over the hash before and the row in its one spelling.
// It shows that something was changed, and where first; it cannot show that the newest rows were cut off, which is why
// the number and the hash of the last entry are said to whoever keeps them elsewhere.
import type { AuditRow } from './audit-trail.ts'

/** SHA-256 of a text, as 64 hexadecimal digits. */
export type Digest = (text: string) => string

/** What stands before the first entry. */
export const chainStart = '0'.repeat(64)

/** The hash of a row that follows one with this hash. */
export function chainedHash(before: string, row: Omit<AuditRow, 'hash'>, digest: Digest): string {
  const { number, at_ms: atMs, actor, address, action, subject, outcome } = row
  // A list of texts and numbers has one spelling in JSON, and no member can be taken for a part of its neighbour.
  return digest(
    before + JSON.stringify([number, atMs, actor, address, action, subject, outcome, row.before, row.after]),
  )
}

/** What came of looking at all of it. */
export type Verdict =
  | { readonly isWhole: true; readonly count: number; readonly lastHash: string }
  | { readonly isWhole: false; readonly brokenNumber: number; readonly problem: string }

/**
 * Walks the rows from the oldest and names the first that is not as it was written. `known`: an entry that somebody noted
 * elsewhere and that must still be there.
 */
export async function verifyChain(
  rows: Iterable<AuditRow> | AsyncIterable<AuditRow>,
  digest: Digest,
  known?: { readonly number: number; readonly hash: string },
): Promise<Verdict> {
  let lastHash = chainStart
  let count = 0
  for await (const row of rows) {
    const wanted = count + 1
    if (row.number !== wanted) return broken(wanted, `it is missing; number ${row.number} follows`)
    if (chainedHash(lastHash, row, digest) !== row.hash) {
      return broken(wanted, 'what it says, or what came before it, is not what its hash was made of')
    }
    if (known?.number === wanted && known.hash !== row.hash) {
      return broken(wanted, 'its hash is another than the one that was noted')
    }
    lastHash = row.hash
    count = wanted
  }
  if (known !== undefined && known.number > count) return broken(known.number, 'it was noted and is gone')
  return { isWhole: true, count, lastHash }
}

function broken(brokenNumber: number, problem: string): Verdict {
  return { isWhole: false, brokenNumber, problem }
}
