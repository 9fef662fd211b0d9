// The tables as Kysely knows them. Times are milliseconds since the epoch.
import type { KeyColumns } from '../key-row.ts'

/** Apart from the keys, because a use is no change of a key. */
export interface KeyUsesTable {
  readonly id: string
  readonly last_used_at_ms: number
}

/** One row: how often the table of keys has changed. */
export interface KeyChangesTable {
  readonly number: number
}

export interface Tables {
  readonly keys: KeyColumns
  readonly key_uses: KeyUsesTable
  readonly key_changes: KeyChangesTable
}
