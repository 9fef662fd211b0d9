// Deliveries of webhooks and the standings of their endpoints as rows of tables. The same in every database.
import type { Delivery, DeliveryState, EndpointStanding, ListedDelivery } from '../webhooks/ports.ts'

/** Deliveries with their events. */
export const joined =
  'webhook_deliveries JOIN webhook_events ON webhook_events.number = webhook_deliveries.event'
export const deliveryColumns = `webhook_deliveries.number, endpoint, webhook_events.id AS event_id, type, created_at_ms, attempts`
/** Who has taken something that waits. */
export const owners = `SELECT DISTINCT claimed_by AS owner FROM webhook_deliveries WHERE state = 'waiting' AND claimed_by <> ''`
/** Of an event, that somebody is still to be told of it. */
export const isWaitedFor = `EXISTS (SELECT 1 FROM webhook_deliveries WHERE event = webhook_events.number AND state = 'waiting')`

/** Whom nothing is sent to. */
export const disabledOnes = `SELECT name, url FROM webhook_endpoints WHERE disabled_because <> ''`

/** How a delivery of a new event begins: its state, why, and since when it is over. */
export function beginningOf(
  { name, url }: Pick<EndpointStanding, 'name' | 'url'>,
  disabled: readonly Pick<StandingRow, 'name' | 'url'>[],
  createdAtMs: number,
): readonly [DeliveryState, string, number | null] {
  const isDisabled = disabled.some((row) => row.name === name && row.url === url)
  return isDisabled ? ['given_up', 'endpoint_disabled', createdAtMs] : ['waiting', '', null]
}

/** A delivery with its event, as operators see it. */
export interface ListedRow {
  readonly number: number
  readonly endpoint: string
  readonly event_id: string
  readonly type: string
  readonly created_at_ms: number
  readonly attempts: number
  readonly state: DeliveryState
  readonly next_at_ms: number
  readonly last_at_ms: number | null
  readonly last_status: number | null
  readonly last_problem: string
}

export interface DeliveryRow extends ListedRow {
  readonly body: string
}

/** What is sent, without its text. */
export function deliveryOf(row: ListedRow): Omit<Delivery, 'body'> {
  const { number, endpoint, type, attempts } = row
  return { number, endpoint, eventId: row.event_id, type, createdAtMs: row.created_at_ms, attempts }
}

export interface StandingRow {
  readonly name: string
  readonly url: string
  readonly failures: number
  readonly failing_since_ms: number | null
  readonly disabled_because: string
  readonly disabled_at_ms: number | null
}

export function standingOf(row: StandingRow): EndpointStanding {
  const { name, url, failures } = row
  return {
    name,
    url,
    failures,
    failingSinceMs: row.failing_since_ms,
    disabledBecause: row.disabled_because,
    disabledAtMs: row.disabled_at_ms,
  }
}

/** In the order of the columns of a standing. */
export function standingValues(standing: EndpointStanding): (string | number | null)[] {
  const { name, url, failures, failingSinceMs, disabledBecause, disabledAtMs } = standing
  return [name, url, failures, failingSinceMs, disabledBecause, disabledAtMs]
}

/** A delivery as operators see it. */
export function listedOf(row: ListedRow): ListedDelivery {
  return {
    ...deliveryOf(row),
    state: row.state,
    nextAtMs: row.next_at_ms,
    lastAtMs: row.last_at_ms,
    lastStatus: row.last_status,
    lastProblem: row.last_problem,
  }
}
