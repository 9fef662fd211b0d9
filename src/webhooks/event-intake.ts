// Where events come in: each is kept for every endpoint that wants it before anything else happens. Whoever tells of one is
// in the middle of a call, so nothing is waited for and nothing is thrown.
import type { Clock } from '../core/clock.ts'
import type { EndpointState } from './endpoint.ts'
import type { Delivery, DeliveryStore } from './ports.ts'
import type { Tried } from './send-delivery.ts'
import { isWanted } from './webhook-event.ts'
import type { WebhookEvent } from './webhook-event.ts'

/** Who hears what becomes of events and deliveries. */
export interface WebhookObserver {
  delivered(delivery: Delivery): void
  /** `waitMs`: until the next try; undefined when there is none. */
  failed(delivery: Delivery, tried: Tried, waitMs: number | undefined): void
  /** There was no room for it. `endpoint` is empty where it concerns all. */
  dropped(endpoint: string, type: string): void
  disabled(endpoint: string, why: string): void
  worksAgain(endpoint: string): void
  /** The store cannot be written; it is tried again. */
  notKept(cause: unknown): void
}

export interface IntakeParts {
  readonly clock: Clock
  readonly store: DeliveryStore
  readonly observer: WebhookObserver
  newEventId(): string
  /** The same for the same words. */
  eventIdOf(words: string): string
}

/** What the sender has to do with it. */
export interface IntakeOwner {
  endpoints(): Iterable<EndpointState>
  /** Something new is there to be sent. */
  kept(): void
}

interface AcceptedEvent {
  readonly id: string
  readonly event: WebhookEvent
  readonly createdAtMs: number
  /** Only this endpoint. */
  readonly to: string | undefined
}

/** The database may be busy, or its disk full. */
const storeRetryMs = 1_000
/** Deliveries that may wait for one endpoint. */
const waitingMax = 5_000
/** Events that may wait for the store. */
const unkeptMax = 1_000

export class EventIntake {
  readonly #parts: IntakeParts
  readonly #owner: IntakeOwner
  readonly #unkept: AcceptedEvent[] = []
  #isKeeping = false

  constructor(parts: IntakeParts, owner: IntakeOwner) {
    this.#parts = parts
    this.#owner = owner
  }

  /** Takes an event for all who want it, or for one endpoint; its id. */
  accept(event: WebhookEvent, to?: string): string {
    const { clock, newEventId, eventIdOf, observer } = this.#parts
    const id = event.once === undefined ? newEventId() : eventIdOf(`${event.type} ${event.once}`)
    if (this.#unkept.length >= unkeptMax) observer.dropped('', event.type)
    else this.#unkept.push({ id, event, createdAtMs: clock.wallMs(), to })
    if (!this.#isKeeping) void this.#keep()
    return id
  }

  async #keep(): Promise<void> {
    this.#isKeeping = true
    const { observer, clock } = this.#parts
    try {
      for (let next = this.#unkept[0]; next !== undefined; next = this.#unkept[0]) {
        await this.#keepOne(next)
        this.#unkept.shift()
      }
    } catch (cause) {
      observer.notKept(cause)
      clock.after(storeRetryMs, () => void this.#keep())
      return
    }
    this.#isKeeping = false
    this.#owner.kept()
  }

  /** The store is asked at once: whoever accepts an event may be killed right after it. */
  #keepOne({ id, event, createdAtMs, to }: AcceptedEvent): Promise<void> {
    const { type, facts } = event
    const free = this.#freeAmong(type, to)
    if (free.length === 0) return Promise.resolve()
    const timestamp = new Date(createdAtMs).toISOString()
    return this.#parts.store.add(
      {
        id,
        type,
        createdAtMs,
        bodyOf: (sequence) => JSON.stringify({ type, timestamp, id, sequence, data: facts }),
      },
      free.map(({ endpoint }) => endpoint),
    )
  }

  /** Who wants it and has room for it. */
  #freeAmong(type: WebhookEvent['type'], to: string | undefined): readonly EndpointState[] {
    const wanting = [...this.#owner.endpoints()].filter(({ endpoint }) =>
      to === undefined ? isWanted(type, endpoint.events) : endpoint.name === to,
    )
    return wanting.filter(({ endpoint, waiting }) => {
      if (waiting < waitingMax) return true
      this.#parts.observer.dropped(endpoint.name, type)
      return false
    })
  }
}
