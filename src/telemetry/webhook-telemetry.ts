// What webhooks leave behind for those who look: counts of what became of deliveries, a line for each that failed, and one
// when an endpoint is given up or answers again. Nothing of an address's query, a body or a secret is part of any.
import { failureText } from '../core/failure-text.ts'
import type { Log } from './log.ts'
import type { Counter, Registry } from './metrics.ts'

interface Delivery {
  readonly endpoint: string
  readonly eventId: string
  readonly type: string
  readonly attempts: number
}

interface Tried {
  readonly status: number | null
  readonly problem: string
  readonly detail: string
}

/** How an endpoint stands just now. */
export interface EndpointReading {
  readonly name: string
  readonly waiting: number
  readonly isDisabled: boolean
}

export class WebhookTelemetry {
  readonly #log: Log
  readonly #deliveries: Counter
  readonly #lost: Counter

  constructor(log: Log, registry: Registry, read: () => readonly EndpointReading[]) {
    this.#log = log
    this.#deliveries = registry.counter(
      'sallyport_webhook_deliveries_total',
      'Tries to deliver an event, by what became of them: delivered, failed, given_up.',
      ['endpoint', 'outcome'],
    )
    this.#lost = registry.counter(
      'sallyport_webhook_events_dropped_total',
      'Events that were not kept because too many were waiting.',
      ['endpoint'],
    )
    registry.gauges('sallyport_webhook_deliveries_waiting', 'Deliveries that wait for their next try.', {
      labels: ['endpoint'],
      read: () => read().map(({ name, waiting }) => ({ values: [name], amount: waiting })),
    })
    registry.gauges('sallyport_webhook_endpoint_disabled', 'Whether nothing is sent to it any more.', {
      labels: ['endpoint'],
      read: () => read().map(({ name, isDisabled }) => ({ values: [name], amount: isDisabled ? 1 : 0 })),
    })
  }

  delivered({ endpoint }: Delivery): void {
    this.#deliveries.add(1, endpoint, 'delivered')
  }

  failed({ endpoint, eventId, type, attempts }: Delivery, tried: Tried, waitMs: number | undefined): void {
    const isOver = waitMs === undefined
    this.#deliveries.add(1, endpoint, isOver ? 'given_up' : 'failed')
    const { problem, status, detail } = tried
    const facts = {
      endpoint,
      id: eventId,
      type,
      attempt: attempts + 1,
      problem,
      status: status ?? undefined,
      detail: detail === '' ? undefined : detail,
    }
    if (isOver) this.#log.error('webhook_given_up', facts)
    else this.#log.warn('webhook_failed', { ...facts, again_in_s: Math.round(waitMs / 1000) })
  }

  dropped(endpoint: string, type: string): void {
    this.#lost.add(1, endpoint)
    this.#log.error('webhook_dropped', { endpoint: endpoint === '' ? undefined : endpoint, type })
  }

  disabled(endpoint: string, why: string): void {
    this.#log.error('webhook_disabled', { endpoint, reason: why })
  }

  worksAgain(endpoint: string): void {
    this.#log.info('webhook_works_again', { endpoint })
  }

  notKept(cause: unknown): void {
    this.#log.error('webhooks_not_kept', { error: failureText(cause) })
  }
}
