// Takes all that another database holds into an empty PostgreSQL, in one transaction: all of it or nothing, so that a move
// that was interrupted is simply made again. While it goes on other gateways can read there and not write.
import type { AuditRow } from '../../audit/audit-trail.ts'
import { verifyChain } from '../../audit/hash-chain.ts'
import type { Verdict } from '../../audit/hash-chain.ts'
import { sha256 } from '../../platform/hmac.ts'
import type { Peppers } from '../data-directory.ts'
import type { TableSource } from '../table-source.ts'
import type { PostgresConnection, Queries } from './connection.ts'
import { copyTable } from './copy-table.ts'
import type { CopiedTable, MovedTable } from './copy-table.ts'
import { migratePostgres } from './migrate.ts'
import { bringPeppers } from './postgres-peppers.ts'
import { auditRowsIn } from './postgres-audit-trail.ts'

/** In the order in which they refer to each other. */
export const movedTables: readonly MovedTable[] = [
  { name: 'keys' },
  { name: 'key_uses' },
  { name: 'audit' },
  { name: 'price_versions' },
  { name: 'attempts' },
  { name: 'spend_groups', numbered: 'id' },
  { name: 'spend_sums' },
  { name: 'responses' },
  { name: 'response_items', clientIds: 'item_id' },
  { name: 'held_ids', clientIds: 'id' },
  { name: 'bodies' },
  { name: 'webhook_events', numbered: 'number' },
  { name: 'webhook_deliveries', numbered: 'number' },
  { name: 'webhook_endpoints' },
  { name: 'encryption_keys' },
]

export interface Moved {
  /** How many rows each table has got. */
  readonly rows: ReadonlyMap<string, number>
  /** Of the copy. */
  readonly trail: Verdict
}

export type TakeOver =
  | ({ readonly kind: 'moved' } & Moved)
  /** Nothing was written. `problem` is a sentence. */
  | { readonly kind: 'refused'; readonly problem: string }

export interface TakeOverParts {
  readonly source: TableSource
  readonly peppers: Peppers
  /** Told after each batch. */
  onProgress(table: string, rows: number, count: number): void
}

const names = movedTables.map(({ name }) => name)
const allNames = ['peppers', ...names].join(', ')

/** Why nothing can be taken over; undefined where it can. Brings the tables up to date. */
export async function whyNot(connection: PostgresConnection, label: string): Promise<string | undefined> {
  const { unknown } = await migratePostgres(connection)
  if (unknown.length > 0) return `A newer Sallyport has been at the database ${label}: move with that one.`
  return await connection.transaction((queries) => whyNotEmpty(queries, label))
}

/** So far rows are counted of what is not to be there at all. */
const countMax = 1_000

async function whyNotEmpty(queries: Queries, label: string): Promise<string | undefined> {
  const counts = ['peppers', ...names].map(
    (name) =>
      `SELECT '${name}' AS name, (SELECT count(*) FROM (SELECT 1 FROM ${name} LIMIT ${countMax}) AS few) AS count`,
  )
  const rows = await queries.rows<{ name: string; count: number }>(counts.join(' UNION ALL '))
  const full = rows.filter(({ count }) => count > 0)
  if (full.length === 0) return undefined
  const held = full.map(({ name, count }) => `${name} (${count}${count === countMax ? ' or more' : ''})`)
  return (
    `The database ${label} is not empty: ${held.join(', ')}. Name an empty one; or, where nothing of it is needed, ` +
    'stop the gateways on it and take it away with "DROP SCHEMA sallyport CASCADE".'
  )
}

/** Rejects, with nothing written, where either database fails or what was written is not what was read. */
export async function takeOver(
  connection: PostgresConnection,
  label: string,
  parts: TakeOverParts,
): Promise<TakeOver> {
  const { source } = parts
  const strange = source.tables().filter((name) => !names.includes(name))
  if (strange.length > 0) return refused(`Nobody knows where the table ${strange.join(', ')} belongs.`)
  const counts = new Map(names.map((name) => [name, source.count(name)]))
  return await connection.patiently(async (queries) => {
    await queries.run('BEGIN')
    // Reading the other side may take its time.
    await queries.run('SET LOCAL idle_in_transaction_session_timeout = 0')
    await queries.run(`LOCK TABLE ${allNames} IN SHARE ROW EXCLUSIVE MODE`)
    const taken = await takeAll(queries, label, { ...parts, counts })
    await queries.run(taken.kind === 'moved' ? 'COMMIT' : 'ROLLBACK')
    return taken
  })
}

async function takeAll(
  queries: Queries,
  label: string,
  { source, peppers, onProgress, counts }: TakeOverParts & { readonly counts: ReadonlyMap<string, number> },
): Promise<TakeOver> {
  const problem = await whyNotEmpty(queries, label)
  if (problem !== undefined) return refused(problem)
  await bringPeppers(queries, peppers)
  const rows = new Map<string, number>()
  const copied = new Map<string, CopiedTable>()
  for (const table of movedTables) {
    const count = counts.get(table.name) ?? 0
    copied.set(
      table.name,
      await copyTable(queries, { table, source, onRows: (read) => onProgress(table.name, read, count) }),
    )
    const [found] = await queries.rows<{ count: number }>(`SELECT count(*) AS count FROM ${table.name}`)
    if (found?.count !== count) {
      return refused(
        `Of ${count} rows of ${table.name} only ${found?.count ?? 0} arrived; nothing was written.`,
      )
    }
    rows.set(table.name, count)
  }
  await queries.run(`ANALYZE ${allNames}`)
  const trail = await verifyChain(auditRowsIn(queries), sha256)
  const wasWhole = (await verifyChain(auditRowsOf(source), sha256)).isWhole
  if (wasWhole && !trail.isWhole && copied.get('audit')?.isChanged !== true) {
    return refused(`The audit trail arrived broken at entry ${trail.brokenNumber}; nothing was written.`)
  }
  return { kind: 'moved', rows, trail }
}

function refused(problem: string): TakeOver {
  return { kind: 'refused', problem }
}

/** What lies in a table of this name is believed by nobody before it was looked at. */
function auditRowsOf(source: TableSource): Iterable<AuditRow> {
  return source.rows('audit') as Iterable<unknown> as Iterable<AuditRow>
}
