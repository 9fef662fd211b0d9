// Ids that providers gave out, in SQLite. Prepared statements by hand, as for kept responses.
import type { Database } from 'bun:sqlite'
import type { HeldId, HeldIdStore } from '../../responses/ports.ts'
import { heldIdOf } from '../held-id-row.ts'
import type { HeldIdRow } from '../held-id-row.ts'
import { attempted } from './lazy-connection.ts'
import type { LazyConnection } from './lazy-connection.ts'

const rememberOne = `INSERT INTO held_ids (tenant, id, provider, deployment, credential, expires_at_ms)
VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT (tenant, id) DO UPDATE SET provider = excluded.provider,
deployment = excluded.deployment, credential = excluded.credential, expires_at_ms = excluded.expires_at_ms`
const findOne = 'SELECT * FROM held_ids WHERE tenant = ? AND id = ?'
const soonest = 'SELECT tenant, id FROM held_ids'
const forgetExpired = `DELETE FROM held_ids WHERE (tenant, id) IN
(${soonest} WHERE expires_at_ms < ? ORDER BY expires_at_ms LIMIT ?)`
const forgetSoonest = `DELETE FROM held_ids WHERE (tenant, id) IN (${soonest} ORDER BY expires_at_ms LIMIT ?)`

/** The store over this connection, which stays its owner's to close. */
export function createSqliteHeldIds({ raw }: LazyConnection): HeldIdStore {
  return {
    remember: (ids) => attempted(() => rememberAll(raw(), ids)),
    find: (id, tenant) =>
      attempted(() => heldIdOf(raw().query<HeldIdRow, string[]>(findOne).get(tenant, id))),
    forgetBefore: (timeMs, max) => attempted(() => raw().query(forgetExpired).run(timeMs, max).changes),
    forgetBeyond: (number, max) => attempted(() => forgetBeyond(raw(), number, max)),
  }
}

function rememberAll(database: Database, ids: readonly HeldId[]): void {
  const write = database.transaction(() => {
    for (const { tenant, id, maker, expiresAtMs } of ids) {
      database
        .query(rememberOne)
        .run(tenant, id, maker.provider, maker.deployment, maker.credential, expiresAtMs)
    }
  })
  write.immediate()
}

function forgetBeyond(database: Database, number: number, max: number): number {
  const kept = database.query<{ number: number }, []>('SELECT count(*) AS number FROM held_ids').get()
  const over = Math.min(max, (kept?.number ?? 0) - number)
  return over > 0 ? database.query(forgetSoonest).run(over).changes : 0
}
