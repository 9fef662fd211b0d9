// What was spent, read from PostgreSQL: sums from the roll-ups, and the attempts themselves a page at a time.
import type { AttemptPage, AttemptsQuestion, SpendTables } from '../../ledger/ports.ts'
import { conditionsIn } from '../../ledger/spend/spend.ts'
import type { SpendCondition } from '../../ledger/spend/spend.ts'
import { attemptColumns, recordOf } from '../attempt-row.ts'
import type { AttemptRow } from '../attempt-row.ts'
import { attemptColumnOf, looksMax, spendRow, spendStatement } from '../spend-sql.ts'
import type { SpendColumns, SpendFlavour } from '../spend-sql.ts'
import type { PostgresConnection, SqlValue } from './connection.ts'
import { numbered } from './numbered.ts'

const flavour: SpendFlavour = { eachTag: eachTagOf('spend_groups.tags') }

function eachTagOf(column: string): string {
  return `LATERAL (SELECT value COLLATE "C" AS value
FROM json_array_elements_text(CASE ${column} WHEN '' THEN '[""]' ELSE ${column} END::json)) AS tag`
}

/** The tables over a connection, which goes with them. */
export function createPostgresSpendTables(connection: PostgresConnection): SpendTables {
  return {
    sums: async (question) => {
      const { text, values } = spendStatement(question, flavour)
      const rows = await connection.rows<SpendColumns>(numbered(text), values)
      return rows.map((columns) => spendRow(columns, question))
    },
    attempts: (question) => attemptPage(connection, question),
    close: () => void connection.close(),
  }
}

/** Attempts lie in the order in which they were stored. What is stored after the first page was read is on none. */
async function attemptPage(connection: PostgresConnection, question: AttemptsQuestion): Promise<AttemptPage> {
  const { fromMs, toMs, where, limit } = question
  const [after = 0, last = 0] = question.after?.split(' ').map(Number) ?? [0, await lastPlace(connection)]
  const upTo = Math.min(last, after + looksMax)
  const conditions = conditionsIn(where)
  const values: SqlValue[] = [after, upTo, fromMs, toMs, ...conditions.map(({ wanted }) => wanted), limit]
  const found = await connection.rows<AttemptRow & { readonly place: number }>(
    numbered(`SELECT place, ${attemptColumns.join(', ')} FROM attempts
WHERE place > ? AND place <= ? AND started_at_ms >= ? AND started_at_ms < ?
${conditions.map((condition) => `AND ${filterOf(condition)} `).join('')}ORDER BY place LIMIT ?`),
    values,
  )
  const reached = found.length === limit ? (found.at(-1)?.place ?? upTo) : upTo
  return { attempts: found.map(recordOf), next: reached < last ? `${reached} ${last}` : undefined }
}

async function lastPlace(connection: PostgresConnection): Promise<number> {
  const [row] = await connection.rows<{ place: number }>(
    'SELECT coalesce(max(place), 0) AS place FROM attempts',
  )
  return row?.place ?? 0
}

function filterOf({ dimension }: SpendCondition): string {
  if (dimension !== 'tag') return `${attemptColumnOf[dimension]} = ANY (?::text[])`
  return `EXISTS (SELECT 1 FROM ${eachTagOf('attempts.tags')} WHERE tag.value = ANY (?::text[]))`
}
