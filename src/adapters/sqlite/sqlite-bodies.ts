// Kept bodies in SQLite. Prepared statements by hand, as for kept responses. What is erased is overwritten in the file, and
// the log that may still hold it is brought in and emptied.
import type { Database, SQLQueryBindings } from 'bun:sqlite'
import type { BodyFilter, BodyStore, KeptBody, KeptText } from '../../bodies/ports.ts'
import { attempted } from './lazy-connection.ts'
import type { LazyConnection } from './lazy-connection.ts'

interface Row {
  readonly call_id: string
  readonly tenant: string
  readonly key_id: string
  readonly key_user: string
  readonly request_user: string
  readonly endpoint: string
  readonly model: string
  readonly deployment: string
  readonly region: string
  readonly code: string
  readonly at_ms: number
  readonly expires_at_ms: number
  readonly is_cut: number
  readonly prompt: string
  readonly answer: string
}

const columns = [
  'call_id',
  'tenant',
  'key_id',
  'key_user',
  'request_user',
  'endpoint',
  'model',
  'deployment',
  'region',
  'code',
  'at_ms',
  'expires_at_ms',
  'is_cut',
  'prompt',
  'answer',
] as const
const keepOne = `INSERT OR REPLACE INTO bodies (${columns.join(', ')}) VALUES (${columns.map(() => '?').join(', ')})`
const forgetExpired = `DELETE FROM bodies WHERE call_id IN
(SELECT call_id FROM bodies WHERE expires_at_ms < ? ORDER BY expires_at_ms LIMIT ?)`

/** The store over this connection, which stays its owner's to close. */
export function createSqliteBodies({ raw }: LazyConnection): BodyStore {
  return {
    keep: (bodies) => attempted(() => keepAll(raw(), bodies)),
    list: (filter, max) =>
      attempted(() => {
        const { where, values } = conditionsOf(filter)
        const newest = `SELECT * FROM bodies${where} ORDER BY at_ms DESC, call_id LIMIT ?`
        return raw()
          .query<Row, SQLQueryBindings[]>(newest)
          .all(...values, max)
          .map(bodyOf)
      }),
    erase: (filter) =>
      attempted(() => {
        const { where, values } = conditionsOf(filter)
        const erased = overwriting(raw())
          .query(`DELETE FROM bodies${where}`)
          .run(...values).changes
        // Somebody who reads just now keeps a part of the log alive; the next one to empty it takes that away, too.
        raw().run('PRAGMA wal_checkpoint(TRUNCATE)')
        return erased
      }),
    forgetBefore: (timeMs, max) =>
      attempted(() => overwriting(raw()).query(forgetExpired).run(timeMs, max).changes),
  }
}

/** What is deleted from now on is written over with zeroes. */
function overwriting(database: Database): Database {
  database.run('PRAGMA secure_delete = ON')
  return database
}

function keepAll(database: Database, bodies: readonly KeptBody[]): void {
  const write = database.transaction(() => {
    for (const body of bodies) database.query(keepOne).run(...valuesOf(body))
  })
  write.immediate()
}

function valuesOf(body: KeptBody): SQLQueryBindings[] {
  return [
    body.callId,
    body.tenant,
    body.keyId,
    body.keyUser,
    body.requestUser,
    body.endpoint,
    body.model,
    body.deployment,
    body.region,
    body.code,
    body.atMs,
    body.expiresAtMs,
    body.isCut ? 1 : 0,
    JSON.stringify(body.prompt),
    JSON.stringify(body.answer),
  ]
}

function conditionsOf({ user, keyId, callId, tenant }: BodyFilter): { where: string; values: string[] } {
  const conditions: [string, readonly string[]][] = [
    ...(user === undefined
      ? []
      : [['(key_user = ? OR request_user = ?)', [user, user]] as [string, string[]]]),
    ...(keyId === undefined ? [] : [['key_id = ?', [keyId]] as [string, string[]]]),
    ...(callId === undefined ? [] : [['call_id = ?', [callId]] as [string, string[]]]),
    ...(tenant === undefined ? [] : [['tenant = ?', [tenant]] as [string, string[]]]),
  ]
  const where =
    conditions.length === 0 ? '' : ` WHERE ${conditions.map(([condition]) => condition).join(' AND ')}`
  return { where, values: conditions.flatMap(([, values]) => values) }
}

function bodyOf(row: Row): KeptBody {
  return {
    callId: row.call_id,
    tenant: row.tenant,
    keyId: row.key_id,
    keyUser: row.key_user,
    requestUser: row.request_user,
    endpoint: row.endpoint,
    model: row.model,
    deployment: row.deployment,
    region: row.region,
    code: row.code,
    atMs: row.at_ms,
    expiresAtMs: row.expires_at_ms,
    isCut: row.is_cut === 1,
    prompt: textsIn(row.prompt),
    answer: textsIn(row.answer),
  }
}

function textsIn(json: string): readonly KeptText[] {
  const texts: readonly KeptText[] = JSON.parse(json)
  return texts
}
