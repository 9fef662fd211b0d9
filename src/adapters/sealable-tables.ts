// The tables that hold what was said, as sealing reads them. The same in every database.
import type { KeptRow } from '../store/sealing.ts'

export interface SealableTable {
  readonly table: 'responses' | 'bodies'
  /** The column of its own name. */
  readonly row: string
  /** The columns of its two texts. */
  readonly columns: readonly [string, string]
}

export const sealableTables: readonly SealableTable[] = [
  { table: 'responses', row: 'id', columns: ['input', 'body'] },
  { table: 'bodies', row: 'call_id', columns: ['prompt', 'answer'] },
]

/** A row as the database gives it. */
export interface SealableColumns {
  readonly at: number
  readonly row: string
  readonly tenant: string
  readonly first: string
  readonly second: string
}

export function keptRowOf(
  { table }: SealableTable,
  { at, row, tenant, first, second }: SealableColumns,
): KeptRow {
  return { at, place: { table, row, tenant }, texts: [first, second] }
}
