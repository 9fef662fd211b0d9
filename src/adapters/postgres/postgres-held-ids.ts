// Ids that providers gave out, in PostgreSQL.
import type { HeldId, HeldIdStore } from '../../responses/ports.ts'
import { heldIdOf } from '../held-id-row.ts'
import type { HeldIdRow } from '../held-id-row.ts'
import type { PostgresConnection } from './connection.ts'
import { indexable } from './indexable.ts'

const rememberAll = `INSERT INTO held_ids (tenant, id, provider, deployment, credential, expires_at_ms)
SELECT * FROM unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::text[], $6::bigint[])
ON CONFLICT (tenant, id) DO UPDATE SET provider = excluded.provider, deployment = excluded.deployment,
credential = excluded.credential, expires_at_ms = excluded.expires_at_ms`
const findOne = 'SELECT * FROM held_ids WHERE tenant = $1 AND id = $2'
const soonest = 'SELECT tenant, id FROM held_ids'
const locked = 'FOR UPDATE SKIP LOCKED'
const forgetExpired = `DELETE FROM held_ids WHERE (tenant, id) IN
(${soonest} WHERE expires_at_ms < $1 ORDER BY expires_at_ms LIMIT $2 ${locked})`
const forgetSoonest = `DELETE FROM held_ids WHERE (tenant, id) IN
(${soonest} ORDER BY expires_at_ms LIMIT $1 ${locked})`

/** The store over a connection. */
export function createPostgresHeldIds(connection: PostgresConnection): HeldIdStore {
  return {
    remember: async (ids) => {
      const all = lastOfEach(ids)
      await connection.run(rememberAll, [
        all.map(({ tenant }) => tenant),
        all.map(({ id }) => indexable(id)),
        all.map(({ maker }) => maker.provider),
        all.map(({ maker }) => maker.deployment),
        all.map(({ maker }) => maker.credential),
        all.map(({ expiresAtMs }) => expiresAtMs),
      ])
    },
    find: async (id, tenant) => {
      const [row] = await connection.rows<HeldIdRow>(findOne, [tenant, indexable(id)])
      return heldIdOf(row && { ...row, id })
    },
    forgetBefore: (timeMs, max) => connection.run(forgetExpired, [timeMs, max]),
    forgetBeyond: async (number, max) => {
      const [kept] = await connection.rows<{ number: number }>('SELECT count(*) AS number FROM held_ids')
      const over = Math.min(max, (kept?.number ?? 0) - number)
      return over > 0 ? await connection.run(forgetSoonest, [over]) : 0
    },
  }
}

/** One statement may write a row once, and rows are written in one order so that gateways do not block each other. */
function lastOfEach(ids: readonly HeldId[]): readonly HeldId[] {
  const last = new Map(ids.map((held) => [JSON.stringify([held.tenant, indexable(held.id)]), held]))
  return [...last].toSorted(([one], [other]) => (one < other ? -1 : 1)).map(([, held]) => held)
}
