// What lies in a database, row by row and as it lies there, for whoever carries all of it into another one.

export type StoredValue = string | number | null
export type StoredRow = Readonly<Record<string, StoredValue>>

export interface TableSource {
  /** Where it is, for people. */
  readonly label: string
  /** All that hold something that must last. */
  tables(): readonly string[]
  count(table: string): number
  /** In the order in which they were made. */
  rows(table: string): Iterable<StoredRow>
  /** The highest number that was ever given out in the table; 0 where it numbers nothing. */
  lastNumber(table: string): number
}
