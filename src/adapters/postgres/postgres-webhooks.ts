// Events of webhooks and their deliveries in PostgreSQL. What is due is taken by one gateway at a time: rows that another one
// is taking just now are passed over.
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
import type { PostgresConnection, Queries } from './connection.ts'

const addEvent = `INSERT INTO webhook_events (id, type, created_at_ms, body) VALUES ($1, $2, $3, '')
ON CONFLICT (id) DO NOTHING RETURNING number`
const writeBody = 'UPDATE webhook_events SET body = $1 WHERE number = $2'
const addDelivery = `INSERT INTO webhook_deliveries (event, endpoint, state, next_at_ms, last_problem, ended_at_ms)
VALUES ($1, $2, $3, $4, $5, $6)`
const takeDue = `UPDATE webhook_deliveries SET claimed_by = $3, next_at_ms = $4 WHERE number IN (
SELECT number FROM webhook_deliveries WHERE endpoint = $1 AND state = 'waiting' AND next_at_ms <= $2
ORDER BY number LIMIT $5 FOR UPDATE SKIP LOCKED) RETURNING number`
const findTaken = `SELECT ${deliveryColumns}, body FROM ${joined}
WHERE webhook_deliveries.number = ANY ($1::bigint[]) ORDER BY webhook_deliveries.number`
// What was given up in the meantime stays so, unless it has arrived after all.
const recordOne = `UPDATE webhook_deliveries SET attempts = $1, last_at_ms = $2, last_status = $3, last_problem = $4,
claimed_by = '', state = $5, next_at_ms = $6, ended_at_ms = $7
WHERE number = $8 AND (state = 'waiting' OR $5::text = 'delivered')`
const releaseOne = `UPDATE webhook_deliveries SET claimed_by = '', next_at_ms = $1 WHERE state = 'waiting' AND claimed_by = $2`
const listSome = `SELECT ${deliveryColumns}, state, next_at_ms, last_at_ms, last_status, last_problem FROM ${joined}
WHERE webhook_deliveries.number < $1 AND ($2::text IS NULL OR endpoint = $2) AND ($3::text IS NULL OR state = $3)
AND ($4::text IS NULL OR type = $4) ORDER BY webhook_deliveries.number DESC LIMIT $5`
const again = `UPDATE webhook_deliveries SET state = 'waiting', attempts = 0, next_at_ms = $1, claimed_by = '', ended_at_ms = NULL`
const replayOne = `${again} WHERE number = $2`
const replaySome = `${again} WHERE endpoint = $2 AND ($5::text IS NULL OR state = $5) AND event IN
(SELECT number FROM webhook_events WHERE created_at_ms >= $3 AND created_at_ms <= $4)`
const giveUp = `UPDATE webhook_deliveries SET state = 'given_up', last_problem = $1, ended_at_ms = next_at_ms, claimed_by = ''
WHERE state = 'waiting'`
const forgetSome = `DELETE FROM webhook_events WHERE (created_at_ms < $1 OR number <=
(SELECT number FROM webhook_events ORDER BY number DESC LIMIT 1 OFFSET $2)) AND NOT ${isWaitedFor}`
// There must be a row before two can wait for each other at it.
const beginOne = `INSERT INTO webhook_endpoints (name, url, failures, disabled_because) VALUES ($1, '', 0, '') ON CONFLICT DO NOTHING`
const lockOne = 'SELECT * FROM webhook_endpoints WHERE name = $1 FOR UPDATE'
const keepOne = `INSERT INTO webhook_endpoints (name, url, failures, failing_since_ms, disabled_because, disabled_at_ms)
VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (name) DO UPDATE SET url = excluded.url, failures = excluded.failures,
failing_since_ms = excluded.failing_since_ms, disabled_because = excluded.disabled_because,
disabled_at_ms = excluded.disabled_at_ms`

/** The store over a connection. */
export function createPostgresWebhooks(connection: PostgresConnection): DeliveryStore {
  return {
    add: (event, endpoints) => connection.transaction((queries) => add(queries, event, endpoints)),
    claim: (claim) => connection.transaction((queries) => claimSome(queries, claim)),
    record: (tried) => record(connection, tried),
    release: (isGone, nowMs) => release(connection, isGone, nowMs),
    dueTimes: () => numbersBy(connection, 'min(next_at_ms)'),
    waiting: () => numbersBy(connection, 'count(*)'),
    list: (query) => list(connection, query),
    replay: (which, nowMs) => replay(connection, which, nowMs),
    giveUp: (which, why) =>
      'endpoint' in which
        ? connection.run(`${giveUp} AND endpoint = $2`, [why, which.endpoint])
        : connection.run(
            `${giveUp} AND event IN (SELECT number FROM webhook_events WHERE created_at_ms < $2)`,
            [why, which.beforeMs],
          ),
    forget: async (beforeMs, keptMax) => {
      await connection.run(forgetSome, [beforeMs, keptMax])
    },
    standings: async () =>
      (await connection.rows<StandingRow>('SELECT * FROM webhook_endpoints')).map(standingOf),
    changeStanding: (name, change) =>
      connection.transaction((queries) => changeStanding(queries, name, change)),
  }
}

async function add(
  queries: Queries,
  { id, type, createdAtMs, bodyOf }: NewEvent,
  endpoints: readonly Pick<EndpointStanding, 'name' | 'url'>[],
): Promise<void> {
  const [row] = await queries.rows<{ number: number }>(addEvent, [id, type, createdAtMs])
  if (row === undefined) return
  const { number } = row
  await queries.run(writeBody, [bodyOf(number), number])
  const disabled = await queries.rows<StandingRow>(disabledOnes)
  for (const endpoint of endpoints) {
    const [state, why, endedAtMs] = beginningOf(endpoint, disabled, createdAtMs)
    await queries.run(addDelivery, [number, endpoint.name, state, createdAtMs, why, endedAtMs])
  }
}

async function changeStanding(
  queries: Queries,
  name: string,
  change: (before: EndpointStanding | undefined) => EndpointStanding,
): Promise<EndpointStanding> {
  await queries.run(beginOne, [name])
  const [row] = await queries.rows<StandingRow>(lockOne, [name])
  const after = change(row === undefined || row.url === '' ? undefined : standingOf(row))
  await queries.run(keepOne, standingValues(after))
  return after
}

async function claimSome(
  queries: Queries,
  { endpoint, nowMs, untilMs, owner, limit }: Claim,
): Promise<readonly Delivery[]> {
  const taken = await queries.rows<{ number: number }>(takeDue, [endpoint, nowMs, owner, untilMs, limit])
  if (taken.length === 0) return []
  const rows = await queries.rows<DeliveryRow>(findTaken, [taken.map(({ number }) => number)])
  return rows.map((row) => ({ ...deliveryOf(row), body: row.body }))
}

async function record(connection: PostgresConnection, tried: DeliveryTry): Promise<void> {
  const { number, state, attempts, nextAtMs, atMs, status, problem } = tried
  const endedAtMs = state === 'waiting' ? null : atMs
  await connection.run(recordOne, [attempts, atMs, status, problem, state, nextAtMs, endedAtMs, number])
}

async function release(
  connection: PostgresConnection,
  isGone: (owner: string) => boolean,
  nowMs: number,
): Promise<void> {
  for (const { owner } of await connection.rows<{ owner: string }>(owners)) {
    if (isGone(owner)) await connection.run(releaseOne, [nowMs, owner])
  }
}

async function numbersBy(connection: PostgresConnection, what: string): Promise<ReadonlyMap<string, number>> {
  const found = await connection.rows<{ endpoint: string; number: number }>(
    `SELECT endpoint, ${what} AS number FROM webhook_deliveries WHERE state = 'waiting' GROUP BY endpoint`,
  )
  return new Map(found.map(({ endpoint, number }) => [endpoint, number]))
}

async function list(
  connection: PostgresConnection,
  query: DeliveryQuery,
): Promise<readonly ListedDelivery[]> {
  const { limit, below = Number.MAX_SAFE_INTEGER, endpoint = null, state = null, type = null } = query
  return (await connection.rows<ListedRow>(listSome, [below, endpoint, state, type, limit])).map(listedOf)
}

function replay(connection: PostgresConnection, which: Replay, nowMs: number): Promise<number> {
  if ('number' in which) return connection.run(replayOne, [nowMs, which.number])
  const { endpoint, sinceMs, untilMs, state = null } = which
  return connection.run(replaySome, [nowMs, endpoint, sinceMs, untilMs, state])
}
