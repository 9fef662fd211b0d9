// The audit trail in PostgreSQL. The table itself refuses to be changed (its triggers are in migrations.ts), and each entry
// is written under one lock, after a look at the one before: all gateways together make one chain.
import type { AuditAct, AuditEntry, AuditQuery, AuditRow, AuditTrail } from '../../audit/audit-trail.ts'
import { chainedHash, chainStart } from '../../audit/hash-chain.ts'
import { sha256 } from '../../platform/hmac.ts'
import { auditEntryOf } from '../audit-row.ts'
import type { PostgresConnection, Queries } from './connection.ts'

/** Any number, the same in all versions. */
const lockNumber = 411_700_002
const pageRows = 1_000

const columns = 'number, at_ms, actor, address, action, subject, outcome, before, after, hash'
const lastOne = 'SELECT number, hash FROM audit ORDER BY number DESC LIMIT 1'
const insertOne = `INSERT INTO audit (${columns}) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)`
// A filter that is not asked for is null and holds for every row.
const listSome = `SELECT ${columns} FROM audit WHERE number < $1 AND ($2::text IS NULL OR action = $2)
AND ($3::text IS NULL OR actor = $3) AND ($4::text IS NULL OR subject = $4) ORDER BY number DESC LIMIT $5`
const listPage = `SELECT ${columns} FROM audit WHERE number > $1 ORDER BY number LIMIT ${pageRows}`

/** The trail over a connection. */
export function createPostgresAuditTrail(connection: PostgresConnection): AuditTrail {
  return {
    append: (act, atMs) => connection.transaction((queries) => append(queries, act, atMs)),
    list: async (query) => list(connection, query),
    rows: () => auditRowsIn(connection),
  }
}

async function append(queries: Queries, act: AuditAct, atMs: number): Promise<AuditEntry> {
  await queries.run('SELECT pg_advisory_xact_lock($1)', [lockNumber])
  const [last] = await queries.rows<Pick<AuditRow, 'number' | 'hash'>>(lastOne)
  // What the database would change of a text is changed before its hash is made.
  const said = { ...act, subject: act.subject.replaceAll('\0', '\uFFFD') }
  const { actor, address, action, subject, outcome } = said
  const [before, after] = [JSON.stringify(act.before), JSON.stringify(act.after)]
  const number = (last?.number ?? 0) + 1
  const row = { number, at_ms: atMs, actor, address, action, subject, outcome, before, after }
  const hash = chainedHash(last?.hash ?? chainStart, row, sha256)
  await queries.run(insertOne, [number, atMs, actor, address, action, subject, outcome, before, after, hash])
  return { ...said, number, atMs, hash }
}

async function list(
  connection: PostgresConnection,
  { limit, below, action, actor, subject }: AuditQuery,
): Promise<readonly AuditEntry[]> {
  const first = below ?? Number.MAX_SAFE_INTEGER
  const filters = [first, action ?? null, actor ?? null, subject ?? null, limit]
  return (await connection.rows<AuditRow>(listSome, filters)).map(auditEntryOf)
}

/** All of it, the oldest first. */
export async function* auditRowsIn(queries: Queries): AsyncGenerator<AuditRow, void, undefined> {
  let after = Number.MIN_SAFE_INTEGER
  for (;;) {
    const page = await queries.rows<AuditRow>(listPage, [after])
    yield* page
    const last = page.at(-1)
    if (last === undefined || page.length < pageRows) return
    after = last.number
  }
}
