// The tables of roll-ups in SQLite, as the shipping thread keeps them up: inside the transaction that stores the attempts.
import type { Database, SQLQueryBindings } from 'bun:sqlite'
import { groupNames, keptSumNames } from '../../ledger/spend/spend.ts'
import type { RollUp } from '../../ledger/spend/roll-ups.ts'
import { sha256 } from '../../platform/hmac.ts'

/** Ids of groups are looked up once; beyond so many all are forgotten. */
const knownMax = 10_000

/** What cannot change is set to what it is, so that the row comes back whoever made it. */
const findGroup = `INSERT INTO spend_groups (hash, ${groupNames.join(', ')})
VALUES (?, ${groupNames.map(() => '?').join(', ')})
ON CONFLICT (hash) DO UPDATE SET hash = excluded.hash RETURNING id`

const addSums = `INSERT INTO spend_sums (span_hours, start_ms, group_id, ${keptSumNames.join(', ')})
VALUES (?, ?, ?, ${keptSumNames.map(() => '?').join(', ')})
ON CONFLICT (span_hours, start_ms, group_id) DO UPDATE SET
${keptSumNames.map((name) => `${name} = MIN(${Number.MAX_SAFE_INTEGER}, spend_sums.${name} + excluded.${name})`).join(', ')}`

export interface RollUpWriter {
  /** Adds these to what is kept. */
  write(rollUps: readonly RollUp[]): void
  /** The transaction came to nothing, and groups that were made in it are not there. */
  forget(): void
  close(): void
}

export function rollUpWriter(database: Database): RollUpWriter {
  const known = new Map<string, number>()
  const group = database.prepare<{ readonly id: number }, SQLQueryBindings[]>(findGroup)
  const add = database.prepare<unknown, SQLQueryBindings[]>(addSums)
  const idOf = ({ group: values, groupText: text }: RollUp): number => {
    const id = known.get(text) ?? group.get(sha256(text), ...values)?.id
    if (id === undefined) throw new Error('A group of roll-ups was neither found nor made.')
    if (known.size >= knownMax) known.clear()
    known.set(text, id)
    return id
  }
  return {
    write: (rollUps) => {
      for (const rollUp of rollUps) {
        add.run(rollUp.spanHours, rollUp.startMs, idOf(rollUp), ...rollUp.sums)
      }
    },
    forget: () => known.clear(),
    close: () => {
      group.finalize()
      add.finalize()
    },
  }
}
