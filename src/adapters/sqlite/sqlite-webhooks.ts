// Events of webhooks and their deliveries in SQLite. Loaded only where there are webhooks. Each call is one transaction
// that is with the operating system when it returns, so that a killed process loses no event that it has accepted.
import type { Database, SQLQueryBindings } from 'bun:sqlite'
import type {
  Claim,
  Delivery,
  DeliveryQuery,
  DeliveryStore,
  DeliveryTry,
  EndpointStanding,
  ListedDelivery,
  NewEvent,
  Replay,
} from '../../webhooks/ports.ts'
import {
  beginningOf,
  deliveryColumns,
  deliveryOf,
  disabledOnes,
  isWaitedFor,
  joined,
  listedOf,
  owners,
  standingOf,
  standingValues,
} from '../webhook-rows.ts'
import type { DeliveryRow, ListedRow, StandingRow } from '../webhook-rows.ts'
import { attempted } from './lazy-connection.ts'
import type { LazyConnection } from './lazy-connection.ts'

const addEvent = `INSERT INTO webhook_events (id, type, created_at_ms, body) VALUES (?, ?, ?, '')
ON CONFLICT (id) DO NOTHING RETURNING number`
const writeBody = 'UPDATE webhook_events SET body = ? WHERE number = ?'
const addDelivery = `INSERT INTO webhook_deliveries (event, endpoint, state, next_at_ms, last_problem, ended_at_ms)
VALUES (?, ?, ?, ?, ?, ?)`
const findDue = `SELECT ${deliveryColumns}, body FROM ${joined}
WHERE endpoint = ? AND state = 'waiting' AND next_at_ms <= ? ORDER BY webhook_deliveries.number LIMIT ?`
const takeOne = 'UPDATE webhook_deliveries SET claimed_by = ?, next_at_ms = ? WHERE number = ?'
// What was given up in the meantime stays so, unless it has arrived after all.
const recordOne = `UPDATE webhook_deliveries SET attempts = ?, last_at_ms = ?, last_status = ?, last_problem = ?, claimed_by = '',
state = ?, next_at_ms = ?, ended_at_ms = ? WHERE number = ? AND (state = 'waiting' OR ?5 = 'delivered')`
const releaseOne = `UPDATE webhook_deliveries SET claimed_by = '', next_at_ms = ? WHERE state = 'waiting' AND claimed_by = ?`
const listSome = `SELECT ${deliveryColumns}, state, next_at_ms, last_at_ms, last_status, last_problem FROM ${joined}
WHERE webhook_deliveries.number < ? AND (?2 IS NULL OR endpoint = ?2) AND (?3 IS NULL OR state = ?3)
AND (?4 IS NULL OR type = ?4) ORDER BY webhook_deliveries.number DESC LIMIT ?5`
const again = `UPDATE webhook_deliveries SET state = 'waiting', attempts = 0, next_at_ms = ?1, claimed_by = '', ended_at_ms = NULL`
const replayOne = `${again} WHERE number = ?2`
const replaySome = `${again} WHERE endpoint = ?2 AND (?5 IS NULL OR state = ?5) AND event IN
(SELECT number FROM webhook_events WHERE created_at_ms >= ?3 AND created_at_ms <= ?4)`
const giveUp = `UPDATE webhook_deliveries SET state = 'given_up', last_problem = ?1, ended_at_ms = next_at_ms, claimed_by = ''
WHERE state = 'waiting'`
const forgetSome = `DELETE FROM webhook_events WHERE (created_at_ms < ?1 OR number <=
(SELECT number FROM webhook_events ORDER BY number DESC LIMIT 1 OFFSET ?2)) AND NOT ${isWaitedFor}`
const findStanding = 'SELECT * FROM webhook_endpoints WHERE name = ?'
const keepOne = `INSERT INTO webhook_endpoints (name, url, failures, failing_since_ms, disabled_because, disabled_at_ms)
VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT (name) DO UPDATE SET url = excluded.url, failures = excluded.failures,
failing_since_ms = excluded.failing_since_ms, disabled_because = excluded.disabled_because,
disabled_at_ms = excluded.disabled_at_ms`

/** The store over this connection, which stays its owner's to close. */
export function createSqliteWebhooks({ raw }: LazyConnection): DeliveryStore {
  return {
    add: (event, endpoints) => attempted(() => add(raw(), event, endpoints)),
    claim: (claim) => attempted(() => claimSome(raw(), claim)),
    record: (tried) => attempted(() => record(raw(), tried)),
    release: (isGone, nowMs) => attempted(() => release(raw(), isGone, nowMs)),
    dueTimes: () => attempted(() => numbersBy(raw(), 'min(next_at_ms)')),
    waiting: () => attempted(() => numbersBy(raw(), 'count(*)')),
    list: (query) => attempted(() => list(raw(), query)),
    replay: (which, nowMs) => attempted(() => replay(raw(), which, nowMs)),
    giveUp: (which, why) =>
      attempted(() =>
        'endpoint' in which
          ? raw().query(`${giveUp} AND endpoint = ?2`).run(why, which.endpoint).changes
          : raw()
              .query(`${giveUp} AND event IN (SELECT number FROM webhook_events WHERE created_at_ms < ?2)`)
              .run(why, which.beforeMs).changes,
      ),
    forget: (beforeMs, keptMax) => attempted(() => void raw().query(forgetSome).run(beforeMs, keptMax)),
    standings: () =>
      attempted(() => raw().query<StandingRow, []>('SELECT * FROM webhook_endpoints').all().map(standingOf)),
    changeStanding: (name, change) => attempted(() => changeStanding(raw(), name, change)),
  }
}

function add(
  database: Database,
  event: NewEvent,
  endpoints: readonly Pick<EndpointStanding, 'name' | 'url'>[],
): void {
  const { id, type, createdAtMs, bodyOf } = event
  const write = database.transaction(() => {
    const row = database.query<{ number: number }, SQLQueryBindings[]>(addEvent).get(id, type, createdAtMs)
    if (row === null) return
    const { number } = row
    database.query(writeBody).run(bodyOf(number), number)
    const disabled = database.query<StandingRow, []>(disabledOnes).all()
    for (const endpoint of endpoints) {
      const [state, why, endedAtMs] = beginningOf(endpoint, disabled, createdAtMs)
      database.query(addDelivery).run(number, endpoint.name, state, createdAtMs, why, endedAtMs)
    }
  })
  write.immediate()
}

function changeStanding(
  database: Database,
  name: string,
  change: (before: EndpointStanding | undefined) => EndpointStanding,
): EndpointStanding {
  const write = database.transaction(() => {
    const row = database.query<StandingRow, [string]>(findStanding).get(name)
    const after = change(row === null ? undefined : standingOf(row))
    database.query(keepOne).run(...standingValues(after))
    return after
  })
  return write.immediate()
}

function claimSome(
  database: Database,
  { endpoint, nowMs, untilMs, owner, limit }: Claim,
): readonly Delivery[] {
  const take = database.transaction(() => {
    const rows = database.query<DeliveryRow, SQLQueryBindings[]>(findDue).all(endpoint, nowMs, limit)
    for (const { number } of rows) database.query(takeOne).run(owner, untilMs, number)
    return rows.map((row) => ({ ...deliveryOf(row), body: row.body }))
  })
  return take.immediate()
}

function record(database: Database, tried: DeliveryTry): void {
  const { number, state, attempts, nextAtMs, atMs, status, problem } = tried
  const endedAtMs = state === 'waiting' ? null : atMs
  database.query(recordOne).run(attempts, atMs, status, problem, state, nextAtMs, endedAtMs, number)
}

function release(database: Database, isGone: (owner: string) => boolean, nowMs: number): void {
  for (const { owner } of database.query<{ owner: string }, []>(owners).all()) {
    if (isGone(owner)) database.query(releaseOne).run(nowMs, owner)
  }
}

function numbersBy(database: Database, what: string): ReadonlyMap<string, number> {
  const found = database.query<{ endpoint: string; number: number }, []>(
    `SELECT endpoint, ${what} AS number FROM webhook_deliveries WHERE state = 'waiting' GROUP BY endpoint`,
  )
  return new Map(found.all().map(({ endpoint, number }) => [endpoint, number]))
}

function list(database: Database, query: DeliveryQuery): readonly ListedDelivery[] {
  const { limit, below = Number.MAX_SAFE_INTEGER, endpoint = null, state = null, type = null } = query
  return database
    .query<ListedRow, SQLQueryBindings[]>(listSome)
    .all(below, endpoint, state, type, limit)
    .map(listedOf)
}

function replay(database: Database, which: Replay, nowMs: number): number {
  if ('number' in which) return database.query(replayOne).run(nowMs, which.number).changes
  const { endpoint, sinceMs, untilMs, state = null } = which
  return database.query(replaySome).run(nowMs, endpoint, sinceMs, untilMs, state).changes
}
