// The audit trail in SQLite. The table itself refuses to be changed (its triggers are in migrations.ts), and each entry
// is written in a transaction that first reads the one before, so that two processes make one chain.
import type { Database } from 'bun:sqlite'
import type { AuditAct, AuditEntry, AuditQuery, AuditRow, AuditTrail } from '../../audit/audit-trail.ts'
import { chainedHash, chainStart } from '../../audit/hash-chain.ts'
import { sha256 } from '../../platform/hmac.ts'
import { auditEntryOf } from '../audit-row.ts'
import { attempted } from './lazy-connection.ts'
import { asDatabaseError } from './open-database.ts'

const columns = 'number, at_ms, actor, address, action, subject, outcome, before, after, hash'
const lastOne = 'SELECT number, hash FROM audit ORDER BY number DESC LIMIT 1'
const insertOne = `INSERT INTO audit (${columns}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`
// A filter that is not asked for is null and holds for every row.
const listSome = `SELECT ${columns} FROM audit WHERE number < ? AND (?2 IS NULL OR action = ?2)
AND (?3 IS NULL OR actor = ?3) AND (?4 IS NULL OR subject = ?4) ORDER BY number DESC LIMIT ?5`
const listAll = `SELECT ${columns} FROM audit ORDER BY number`

/** The trail over this connection, whose commits must be on the disk when they return. */
export function createSqliteAuditTrail(raw: Database): AuditTrail {
  const told = <Answer>(work: () => Answer): Answer => {
    try {
      return work()
    } catch (failure) {
      throw asDatabaseError(raw.filename, failure)
    }
  }
  return {
    append: (act, atMs) => attempted(() => told(() => append(raw, act, atMs))),
    list: (query) => attempted(() => told(() => list(raw, query))),
    rows: () => raw.query<AuditRow, []>(listAll).iterate(),
  }
}

function append(raw: Database, act: AuditAct, atMs: number): AuditEntry {
  const write = raw.transaction((): AuditEntry => {
    const last = raw.query<Pick<AuditRow, 'number' | 'hash'>, []>(lastOne).get()
    const { actor, address, action, subject, outcome } = act
    const [before, after] = [JSON.stringify(act.before), JSON.stringify(act.after)]
    const number = (last?.number ?? 0) + 1
    const row = { number, at_ms: atMs, actor, address, action, subject, outcome, before, after }
    const hash = chainedHash(last?.hash ?? chainStart, row, sha256)
    raw.query(insertOne).run(number, atMs, actor, address, action, subject, outcome, before, after, hash)
    return { ...act, number, atMs, hash }
  })
  return write.immediate()
}

type Filter = string | number | null

function list(raw: Database, { limit, below, action, actor, subject }: AuditQuery): readonly AuditEntry[] {
  const filters: Filter[] = [below ?? Number.MAX_SAFE_INTEGER, action ?? null, actor ?? null, subject ?? null]
  return raw
    .query<AuditRow, Filter[]>(listSome)
    .all(...filters, limit)
    .map(auditEntryOf)
}
