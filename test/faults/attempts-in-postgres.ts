// The attempts that gateways have recorded in a PostgreSQL database.
import { onDatabase } from '../servers/postgres.ts'
import type { Row } from './check-ledger.ts'

/** All of them. */
export async function attemptsIn(url: string): Promise<readonly Row[]> {
  const { rows } = await onDatabase(url, (client) =>
    client.query<Row>(
      `SELECT attempt_id, call_id, provider, outcome, usage_source, status::int, input_tokens::int,
output_tokens::int, started_at_ms::float8 FROM sallyport.attempts`,
    ),
  )
  return rows
}
