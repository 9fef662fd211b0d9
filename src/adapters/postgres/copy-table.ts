// Copies one table, in batches: each is one statement, because each statement is a journey. What the database would not
// take of a text or a number is changed as everything else is that is written there.
import type { StoredRow, StoredValue, TableSource } from '../table-source.ts'
import type { Queries } from './connection.ts'
import { indexable } from './indexable.ts'

export interface MovedTable {
  readonly name: string
  /** The column that the database numbers by itself. */
  readonly numbered?: string
  /** The column of ids that others choose, which may be too long for an index. */
  readonly clientIds?: string
}

export interface CopiedTable {
  /** Whether a text had to be changed. */
  readonly isChanged: boolean
}

export interface CopyParts {
  readonly table: MovedTable
  readonly source: TableSource
  /** Told after each batch, with how many rows there have been. */
  onRows(count: number): void
}

const batchRows = 1_000
/** Kept prompts are long. */
const batchChars = 4 * 1024 * 1024

interface Column {
  readonly name: string
  readonly type: string
}

/** Copies all of its rows. */
export async function copyTable(
  queries: Queries,
  { table, source, onRows }: CopyParts,
): Promise<CopiedTable> {
  const columns = await columnsOf(queries, table.name)
  const list = columns.map(({ name }) => `"${name}"`).join(', ')
  const typed = columns.map(({ name, type }) => `"${name}" ${type}`).join(', ')
  // What the database numbers by itself keeps the numbers that it had.
  const insert = `INSERT INTO ${table.name} (${list}) OVERRIDING SYSTEM VALUE
SELECT ${list} FROM json_to_recordset($1::json) AS given (${typed})`
  const fitted = new Fitted(columns, table.clientIds)
  let count = 0
  for (const batch of batchesOf(source.rows(table.name), fitted)) {
    await queries.run(insert, [`[${batch.join(',')}]`])
    count += batch.length
    onRows(count)
  }
  if (table.numbered !== undefined)
    await numberOn(queries, source, { table: table.name, column: table.numbered })
  return { isChanged: fitted.isChanged }
}

/** `place` is where a row lies in this database. */
async function columnsOf(queries: Queries, table: string): Promise<readonly Column[]> {
  return await queries.rows<Column>(
    `SELECT column_name AS name, data_type AS type FROM information_schema.columns
WHERE table_schema = 'sallyport' AND table_name = $1 AND column_name <> 'place' ORDER BY ordinal_position`,
    [table],
  )
}

function* batchesOf(
  rows: Iterable<StoredRow>,
  fitted: Fitted,
): Generator<readonly string[], void, undefined> {
  let batch: string[] = []
  let chars = 0
  for (const row of rows) {
    const text = fitted.json(row)
    if (batch.length > 0 && (batch.length >= batchRows || chars + text.length > batchChars)) {
      yield batch
      batch = []
      chars = 0
    }
    batch.push(text)
    chars += text.length
  }
  if (batch.length > 0) yield batch
}

/** No number is given out twice, also not one of a row that is gone. */
async function numberOn(
  queries: Queries,
  source: TableSource,
  { table, column }: { readonly table: string; readonly column: string },
): Promise<void> {
  const [highest] = await queries.rows<{ number: number }>(
    `SELECT greatest(coalesce(max(${column}), 0), $1) AS number FROM ${table}`,
    [source.lastNumber(table)],
  )
  if (highest === undefined || highest.number === 0) return
  await queries.run("SELECT setval(pg_get_serial_sequence('sallyport.' || $1::text, $2), $3)", [
    table,
    column,
    highest.number,
  ])
}

/** Makes rows fit into columns. */
class Fitted {
  readonly #columns: readonly Column[]
  readonly #clientIds: string | undefined
  isChanged = false

  constructor(columns: readonly Column[], clientIds: string | undefined) {
    this.#columns = columns
    this.#clientIds = clientIds
  }

  json(row: StoredRow): string {
    return JSON.stringify(
      Object.fromEntries(this.#columns.map((column) => [column.name, this.#fit(column, row[column.name])])),
    )
  }

  #fit({ name, type }: Column, value: StoredValue | undefined): StoredValue | undefined {
    if (typeof value === 'string') return this.#fitText(name, value)
    if (typeof value !== 'number' || type !== 'bigint') return value
    return Math.max(-Number.MAX_SAFE_INTEGER, Math.min(Number.MAX_SAFE_INTEGER, Math.round(value)))
  }

  #fitText(name: string, text: string): string {
    const short = name === this.#clientIds ? indexable(text) : text
    const fitting = (short.includes('\0') ? short.replaceAll('\0', '\uFFFD') : short).toWellFormed()
    if (fitting !== text) this.isChanged = true
    return fitting
  }
}
