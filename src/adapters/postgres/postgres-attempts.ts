// The table of attempts in PostgreSQL. The shipping thread writes batches: a few statements for hundreds of records, because
// each statement is a journey.
import type { AttemptRecord } from '../../core/attempt.ts'
import { fittingCount } from '../../ledger/fitting-count.ts'
import type { AttemptFinder, AttemptStore } from '../../ledger/ports.ts'
import { RollUps } from '../../ledger/spend/roll-ups.ts'
import { attemptColumns, attemptValues, recordOf } from '../attempt-row.ts'
import type { AttemptRow } from '../attempt-row.ts'
import type { AttemptName } from '../spool/ended-in-spool.ts'
import type { PostgresConnection, Queries } from './connection.ts'
import { writeRollUps } from './postgres-roll-ups.ts'

const realColumns: ReadonlySet<string> = new Set(['connect_ms', 'first_token_ms', 'total_ms'])
const textColumns: ReadonlySet<string> = new Set(
  'attempt_id call_id key_id endpoint model provider provider_model kind outcome reported_model usage_source price_version service_tier tenant team key_user request_user tags metadata region purpose parent_call_id'.split(
    ' ',
  ),
)

const names = attemptColumns.join(', ')
const typed = attemptColumns.map((column) => `${column} ${typeOf(column)}`).join(', ')
const insertAll = `INSERT INTO attempts (${names}) SELECT ${names} FROM json_to_recordset($1::json) AS given (${typed})
ON CONFLICT (call_id, attempt_id)`
const insertNew = `${insertAll} DO NOTHING RETURNING call_id, attempt_id`
/** What was estimated gives way to what is known; a real end never changes again. */
const estimatesAmong = `SELECT ${names} FROM attempts
WHERE (call_id, attempt_id) IN (SELECT * FROM unnest($1::text[], $2::text[])) AND outcome = 'crashed'
ORDER BY call_id, attempt_id FOR UPDATE`
const replaceAll = `${insertAll} DO UPDATE SET ${attemptColumns
  .slice(2)
  .map((column) => `${column} = excluded.${column}`)
  .join(', ')}`
/** In the order in which they were made: attempts of one millisecond were kept one after the other, and ids have no order. */
const ofCall = `SELECT ${names} FROM attempts WHERE call_id = $1 AND key_id = $2 ORDER BY started_at_ms, place`
/** There is no tree over keys, which every record would pay for: only what was stored after a row is looked through. */
const ofKey = `SELECT ${names} FROM attempts WHERE place > $1 AND key_id = $2 ORDER BY place`
const countAmong = `SELECT count(*) AS count FROM attempts
WHERE (call_id, attempt_id) IN (SELECT * FROM unnest($1::text[], $2::text[]))`
const keepPrice =
  'INSERT INTO price_versions (id, text, first_used_ms) VALUES ($1, $2, $3) ON CONFLICT (id) DO NOTHING'

/** The table as the shipping thread writes it. The connection goes with it. */
export function createPostgresAttempts(connection: PostgresConnection): AttemptStore {
  return {
    keep: (records) => connection.transaction((queries) => keepAll(queries, records)),
    keepPrice: async ({ id, text, firstUsedMs }) => {
      await connection.run(keepPrice, [id, text, Math.round(firstUsedMs)])
    },
    priceText: async (id) => {
      const [row] = await connection.rows<{ text: string }>('SELECT text FROM price_versions WHERE id = $1', [
        id,
      ])
      return row?.text
    },
    close: () => connection.close(),
  }
}

/** The table for reading. The connection stays its owner's to close. */
export function createPostgresAttemptFinder(connection: PostgresConnection): AttemptFinder {
  return {
    ofCall: async (callId, keyId) =>
      (await connection.rows<AttemptRow>(ofCall, [callId, keyId])).map(recordOf),
    close: () => {},
  }
}

/** How many of these are in the table. */
export async function countStored(
  connection: PostgresConnection,
  attempts: readonly AttemptName[],
): Promise<number> {
  const ids = [attempts.map(({ callId }) => callId), attempts.map(({ attemptId }) => attemptId)]
  const [row] = await connection.rows<{ count: number }>(countAmong, ids)
  return row?.count ?? 0
}

/** Follows a key from now on: gives its attempts that were stored since. */
export async function followKeyInPostgres(
  connection: PostgresConnection,
  keyId: string,
): Promise<() => Promise<readonly AttemptRecord[]>> {
  const [last] = await connection.rows<{ place: number }>(
    'SELECT coalesce(max(place), 0) AS place FROM attempts',
  )
  return async () => (await connection.rows<AttemptRow>(ofKey, [last?.place ?? 0, keyId])).map(recordOf)
}

async function keepAll(queries: Queries, given: readonly AttemptRecord[]): Promise<number> {
  const records = oneOfEach(given)
  const sums = new RollUps()
  const made = await queries.rows<AttemptRow>(insertNew, [rowsJson([...records.values()])])
  const fresh = new Set(made.map(idOf))
  const ended: AttemptRecord[] = []
  for (const [id, record] of records) {
    if (fresh.has(id)) sums.add(record)
    else if (record.outcome !== 'crashed') ended.push(record)
  }
  const replaced = ended.length === 0 ? 0 : await replaceEstimates(queries, ended, sums)
  await writeRollUps(queries, sums.all())
  return fresh.size + replaced
}

async function replaceEstimates(
  queries: Queries,
  ended: readonly AttemptRecord[],
  sums: RollUps,
): Promise<number> {
  const ids = [ended.map(({ callId }) => callId), ended.map(({ attemptId }) => attemptId)]
  const estimates = await queries.rows<AttemptRow>(estimatesAmong, ids)
  if (estimates.length === 0) return 0
  const byId = new Map(ended.map((record) => [idOfRecord(record), record]))
  const ends = estimates.flatMap((row) => byId.get(idOf(row)) ?? [])
  for (const row of estimates) sums.takeBack(recordOf(row))
  for (const record of ends) sums.add(record)
  await queries.run(replaceAll, [rowsJson(ends)])
  return ends.length
}

/** By their ids and in the order of these, so that two gateways that store the same do not block each other. */
function oneOfEach(records: readonly AttemptRecord[]): ReadonlyMap<string, AttemptRecord> {
  const byId = new Map<string, AttemptRecord>()
  for (const record of records) {
    const before = byId.get(idOfRecord(record))
    if (before === undefined || before.outcome === 'crashed') byId.set(idOfRecord(record), record)
  }
  return byId
}

function idOfRecord({ callId, attemptId }: AttemptRecord): string {
  return JSON.stringify([callId, attemptId])
}

function idOf(row: Pick<AttemptRow, 'call_id' | 'attempt_id'>): string {
  return JSON.stringify([row.call_id, row.attempt_id])
}

function rowsJson(records: readonly AttemptRecord[]): string {
  return JSON.stringify(
    records.map((record) => {
      const values = attemptValues(record)
      return Object.fromEntries(
        attemptColumns.map((column, index) => [column, fitting(column, values[index])]),
      )
    }),
  )
}

/** As the column takes it. */
function fitting(column: string, value: string | number | null | undefined): unknown {
  if (typeof value === 'string') return value.replaceAll('\0', '\uFFFD').toWellFormed()
  if (typeof value !== 'number' || realColumns.has(column)) return value
  return fittingCount(value)
}

function typeOf(column: string): string {
  if (realColumns.has(column)) return 'double precision'
  return textColumns.has(column) ? 'text' : 'bigint'
}
