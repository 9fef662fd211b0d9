// Sends what webhooks tell of, at least once: an event is kept before it is sent, tried again for three days, and known by
// its id wherever it comes twice. Endpoints do not wait for each other, and one that fails is asked less and less.
import type { Clock, Timer } from '../core/clock.ts'
import type { Endpoint, EndpointState } from './endpoint.ts'
import { EventIntake } from './event-intake.ts'
import type { IntakeParts } from './event-intake.ts'
import type { Delivery, DeliveryQuery, EndpointStanding, ListedDelivery, Replay } from './ports.ts'
import { waitAfter } from './retry-schedule.ts'
import { sendDelivery } from './send-delivery.ts'
import type { Sending, SendParts, Tried } from './send-delivery.ts'
import { Standings } from './standings.ts'
import { testEventName } from './webhook-event.ts'
import type { WebhookEvent } from './webhook-event.ts'

export interface SenderParts extends SendParts, IntakeParts {
  readonly clock: Clock
  /** 0 to 1, 1 excluded. */
  readonly random: () => number
  /** This process, by a name that says when it is gone. */
  readonly owner: string
  isGone(owner: string): boolean
}

const minuteMs = 60_000
const dayMs = 24 * 60 * minuteMs
const inFlightMax = 4
/** Longer than any endpoint may take. */
const leaseMs = 45_000
/** The database may be busy, or its disk full. */
const storeRetryMs = 1_000
const lookMsMax = minuteMs
const lookMsMin = 20
const sweepEveryMs = 60 * minuteMs
/** What waits longer than all tries take waits for an endpoint that is not in the config any more. */
const waitingMsMax = 5 * dayMs
const keptMs = 30 * dayMs
const keptEventsMax = 10_000

export class WebhookSender {
  readonly #parts: SenderParts
  readonly #standings: Standings
  readonly #intake: EventIntake
  readonly #sendings = new Set<Sending>()
  #isLooking = false
  #mustLookAgain = false
  #isClosed = false
  #timer: Timer | undefined
  #sweepTimer: Timer | undefined

  constructor(parts: SenderParts) {
    this.#parts = parts
    const notKept = (cause: unknown): void => parts.observer.notKept(cause)
    this.#standings = new Standings({ ...parts, notKept })
    this.#intake = new EventIntake(parts, {
      endpoints: () => this.endpoints(),
      kept: () => this.#look(),
    })
  }

  /** Begins with what a process before this one has left. */
  async start(endpoints: readonly Endpoint[]): Promise<void> {
    const { store, clock, isGone } = this.#parts
    try {
      await store.release(isGone, clock.wallMs())
      await this.#standings.learn()
    } catch (cause) {
      this.#parts.observer.notKept(cause)
    }
    this.use(endpoints)
    this.#sweep()
  }

  /** Goes by another config from now on. */
  use(endpoints: readonly Endpoint[]): void {
    this.#standings.use(endpoints)
    this.#look()
  }

  /** Takes an event for all who want it. It is kept when this returns, unless the store is away just now. */
  accept(event: WebhookEvent): void {
    this.#intake.accept(event)
  }

  /**
   * A test event to one endpoint, which begins anew with it should it be disabled; the id, or undefined when there is no
   * such endpoint.
   */
  async test(endpoint: string): Promise<string | undefined> {
    const state = this.#standings.get(endpoint)
    if (state === undefined) return undefined
    await this.#standings.beginAnew(state)
    return this.#intake.accept({ type: testEventName, facts: { endpoint } }, endpoint)
  }

  /** As of the last look. */
  endpoints(): readonly EndpointState[] {
    return [...this.#standings.states().values()]
  }

  /** With what other processes have learnt of them until now. */
  async endpointsNow(): Promise<readonly EndpointState[]> {
    await this.#standings.learn()
    return this.endpoints()
  }

  waiting(): Promise<ReadonlyMap<string, number>> {
    return this.#parts.store.waiting()
  }

  list(query: DeliveryQuery): Promise<readonly ListedDelivery[]> {
    return this.#parts.store.list(query)
  }

  /** Sends once more, from the first try on; whoever asks for that has mended the endpoint. How many there are. */
  async replay(which: Replay): Promise<number> {
    const { store, clock } = this.#parts
    const count = await store.replay(which, clock.wallMs())
    const name =
      'endpoint' in which
        ? which.endpoint
        : (await store.list({ limit: 1, below: which.number + 1 }))[0]?.endpoint
    const state = this.#standings.get(name ?? '')
    if (state !== undefined) await this.#standings.beginAnew(state)
    this.#look()
    return count
  }

  /** What is on its way is left: it is sent again by whoever comes next. */
  async close(): Promise<void> {
    this.#isClosed = true
    this.#timer?.cancel()
    this.#sweepTimer?.cancel()
    for (const sending of this.#sendings) sending.abort()
    const { store, owner, clock } = this.#parts
    // Nobody is harmed where that fails: the process is gone soon, and then its claims are nobody's.
    await store.release((claimed) => claimed === owner, clock.wallMs()).catch(() => {})
  }

  /** Sends what is due, one look at a time. */
  #look(): void {
    this.#mustLookAgain = true
    if (this.#isLooking || this.#isClosed) return
    this.#isLooking = true
    void this.#lookAll().then((waitMs) => {
      this.#isLooking = false
      this.#timer?.cancel()
      if (this.#isClosed) return
      if (this.#mustLookAgain) this.#look()
      else this.#timer = this.#parts.clock.after(waitMs, () => this.#look())
    })
  }

  /** How long until the next look. */
  async #lookAll(): Promise<number> {
    this.#mustLookAgain = false
    const { store, observer, clock } = this.#parts
    try {
      await this.#standings.learn()
      for (const state of this.endpoints()) await this.#sendDue(state)
      const waiting = await store.waiting()
      for (const [name, state] of this.#standings.states()) state.waiting = waiting.get(name) ?? 0
      return this.#untilNext(await store.dueTimes(), clock.wallMs())
    } catch (cause) {
      observer.notKept(cause)
      return storeRetryMs
    }
  }

  #untilNext(dueTimes: ReadonlyMap<string, number>, nowMs: number): number {
    let nextMs = nowMs + lookMsMax
    for (const [name, state] of this.#standings.states()) {
      const dueMs = dueTimes.get(name)
      // The end of what is in flight is a reason to look by itself.
      if (dueMs === undefined || state.isDisabled || state.inFlight >= placesOf(state)) continue
      nextMs = Math.min(nextMs, Math.max(dueMs, state.isFailing ? state.probeAtMs : 0))
    }
    return Math.max(lookMsMin, nextMs - nowMs)
  }

  async #sendDue(state: EndpointState): Promise<void> {
    const { store, clock, owner } = this.#parts
    const nowMs = clock.wallMs()
    const limit = placesOf(state) - state.inFlight
    if (state.isDisabled || limit <= 0 || (state.isFailing && nowMs < state.probeAtMs)) return
    const endpoint = state.endpoint.name
    for (const delivery of await store.claim({ endpoint, nowMs, untilMs: nowMs + leaseMs, owner, limit })) {
      state.inFlight += 1
      void this.#send(state, delivery)
    }
  }

  async #send(state: EndpointState, delivery: Delivery): Promise<void> {
    const sending = sendDelivery(delivery, state.endpoint, this.#parts)
    this.#sendings.add(sending)
    const tried = await sending.tried
    this.#sendings.delete(sending)
    state.inFlight -= 1
    if (tried.problem === '') await this.#succeeded(state, delivery, tried)
    else await this.#failed(state, delivery, tried)
    this.#look()
  }

  async #succeeded(state: EndpointState, delivery: Delivery, { status }: Tried): Promise<void> {
    const { observer, clock } = this.#parts
    observer.delivered(delivery)
    const atMs = clock.wallMs()
    await this.#written(() =>
      this.#parts.store.record({
        number: delivery.number,
        state: 'delivered',
        attempts: delivery.attempts + 1,
        nextAtMs: atMs,
        atMs,
        status,
        problem: '',
      }),
    )
    if (state.standing.failures === 0) return
    observer.worksAgain(state.endpoint.name)
    await this.#standings.beginAnew(state)
  }

  async #failed(state: EndpointState, delivery: Delivery, tried: Tried): Promise<void> {
    const { clock, random, observer, store } = this.#parts
    const { status, problem, retryAfterMs } = tried
    const atMs = clock.wallMs()
    const attempts = delivery.attempts + 1
    const { standing, isDisabledNow } = await this.#standings.failed(state, status)
    const isGone = standing.disabledBecause === 'gone'
    const waitMs = isGone ? undefined : waitAfter(attempts, { random: random(), retryAfterMs })
    observer.failed(delivery, tried, waitMs)
    await this.#written(() =>
      store.record({
        number: delivery.number,
        state: waitMs === undefined ? 'given_up' : 'waiting',
        attempts,
        nextAtMs: atMs + (waitMs ?? 0),
        atMs,
        status,
        problem,
      }),
    )
    if (isDisabledNow) await this.#disabled(standing)
  }

  async #disabled({ name, disabledBecause: why }: EndpointStanding): Promise<void> {
    this.#parts.observer.disabled(name, why)
    await this.#written(() => this.#parts.store.giveUp({ endpoint: name }, 'endpoint_disabled'))
    // The endpoint itself wants to hear it too, and finds it among what was given up.
    this.accept({ type: 'webhook.disabled', facts: { endpoint: name, reason: why } })
  }

  /** What cannot be written down is made up for: a delivery whose end is not known is sent again. */
  async #written(write: () => Promise<unknown>): Promise<void> {
    try {
      await write()
    } catch (cause) {
      this.#parts.observer.notKept(cause)
    }
  }

  #sweep(): void {
    const { store, clock } = this.#parts
    const nowMs = clock.wallMs()
    void this.#written(async () => {
      await store.giveUp({ beforeMs: nowMs - waitingMsMax }, 'too_old')
      await store.forget(nowMs - keptMs, keptEventsMax)
    })
    this.#sweepTimer = clock.after(sweepEveryMs, () => this.#sweep())
  }
}

/** How many deliveries may be on their way to it. */
function placesOf(state: EndpointState): number {
  return state.isFailing ? 1 : inFlightMax
}
