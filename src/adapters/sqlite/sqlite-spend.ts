// What was spent, read from SQLite: sums from the roll-ups, and the attempts themselves a page at a time.
import { Database } from 'bun:sqlite'
import type { SQLQueryBindings } from 'bun:sqlite'
import type { AttemptPage, AttemptsQuestion, SpendTables } from '../../ledger/ports.ts'
import { conditionsIn } from '../../ledger/spend/spend.ts'
import type { SpendCondition, SpendQuestion, SpendRow } from '../../ledger/spend/spend.ts'
import { attemptColumnOf, looksMax, spendRow, spendStatement, sqliteFlavour } from '../spend-sql.ts'
import type { SpendColumns } from '../spend-sql.ts'
import { attemptColumns, recordOf } from '../attempt-row.ts'
import type { AttemptRow } from '../attempt-row.ts'

/** What answers at once. */
export interface SqliteSpendTables extends SpendTables {
  sums(question: SpendQuestion): readonly SpendRow[]
  attempts(question: AttemptsQuestion): AttemptPage
}

/** Opens the tables for reading only. */
export function openSpendTables(databasePath: string): SqliteSpendTables {
  const database = new Database(databasePath, { readonly: true })
  database.run('PRAGMA busy_timeout = 1000')
  return {
    sums: (question) => {
      const { text, values } = spendStatement(question, sqliteFlavour)
      const rows = database.query<SpendColumns, SQLQueryBindings[]>(text).all(...values)
      return rows.map((columns) => spendRow(columns, question))
    },
    attempts: (question) => attemptPage(database, question),
    close: () => database.close(),
  }
}

/** Attempts lie in the order in which they were stored. What is stored after the first page was read is on none. */
function attemptPage(database: Database, question: AttemptsQuestion): AttemptPage {
  const { fromMs, toMs, where, limit } = question
  const [after, last] = question.after?.split(' ').map(Number) ?? [0, lastRow(database)]
  const upTo = Math.min(last ?? 0, (after ?? 0) + looksMax)
  const conditions = conditionsIn(where)
  const found = database
    .query<AttemptRow & { readonly place: number }, SQLQueryBindings[]>(
      `SELECT rowid AS place, ${attemptColumns.join(', ')} FROM attempts
WHERE rowid > ? AND rowid <= ? AND started_at_ms >= ? AND started_at_ms < ?
${conditions.map((condition) => `AND ${filterOf(condition)} `).join('')}ORDER BY rowid LIMIT ?`,
    )
    .all(after ?? 0, upTo, fromMs, toMs, ...conditions.flatMap(({ wanted }) => wanted), limit)
  const reached = found.length === limit ? (found.at(-1)?.place ?? upTo) : upTo
  return {
    attempts: found.map(recordOf),
    next: reached < (last ?? 0) ? `${reached} ${last}` : undefined,
  }
}

function lastRow(database: Database): number {
  return (
    database.query<{ row: number }, []>('SELECT COALESCE(MAX(rowid), 0) AS row FROM attempts').get()?.row ?? 0
  )
}

function filterOf({ dimension, wanted }: SpendCondition): string {
  const places = wanted.map(() => '?').join(', ')
  if (dimension !== 'tag') return `${attemptColumnOf[dimension]} IN (${places})`
  return `EXISTS (SELECT 1 FROM json_each(CASE tags WHEN '' THEN '[""]' ELSE tags END) WHERE value IN (${places}))`
}
