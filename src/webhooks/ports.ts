// What must be kept of events that webhooks tell of: an event is accepted when `add` has returned, and from then on it is
// sent until it was taken or given up, whatever becomes of the process.

/** `waiting` for its next try; `delivered`; `given_up` after the last, or because its endpoint is disabled. */
export const deliveryStates = ['waiting', 'delivered', 'given_up'] as const
export type DeliveryState = (typeof deliveryStates)[number]

export interface NewEvent {
  readonly id: string
  readonly type: string
  readonly createdAtMs: number
  /** The text that is sent, the same each time. `sequence` rises with each event, and is never given out twice. */
  bodyOf(sequence: number): string
}

/** An event on its way to one endpoint. */
export interface Delivery {
  readonly number: number
  readonly endpoint: string
  readonly eventId: string
  readonly type: string
  readonly body: string
  readonly createdAtMs: number
  /** Tries so far. */
  readonly attempts: number
}

/** What has become of a try. */
export interface DeliveryTry {
  readonly number: number
  readonly state: DeliveryState
  readonly attempts: number
  /** Of the next try. */
  readonly nextAtMs: number
  readonly atMs: number
  /** Null when there was no answer. */
  readonly status: number | null
  /** Why it failed; empty when it did not. */
  readonly problem: string
}

/** As operators see it. */
export interface ListedDelivery extends Omit<Delivery, 'body'> {
  readonly state: DeliveryState
  readonly nextAtMs: number
  readonly lastAtMs: number | null
  readonly lastStatus: number | null
  readonly lastProblem: string
}

/** Which deliveries are wanted, the newest first. */
export interface DeliveryQuery {
  readonly limit: number
  /** Only those with a lower number. */
  readonly below?: number | undefined
  readonly endpoint?: string | undefined
  readonly state?: string | undefined
  readonly type?: string | undefined
}

/** Which deliveries are to be made once more. */
export type Replay =
  | { readonly number: number }
  | {
      readonly endpoint: string
      readonly sinceMs: number
      readonly untilMs: number
      readonly state: DeliveryState | undefined
    }

/** How an endpoint stands, kept so that a restart does not forgive it. */
export interface EndpointStanding {
  readonly name: string
  /** A standing is that of an address: with another one the endpoint begins anew. */
  readonly url: string
  /** Failures since the last success. */
  readonly failures: number
  readonly failingSinceMs: number | null
  /** Nothing is sent to it any more; empty where it is not so. */
  readonly disabledBecause: string
  readonly disabledAtMs: number | null
}

export interface Claim {
  readonly endpoint: string
  readonly nowMs: number
  /** When somebody else may take it, should this process fall silent. */
  readonly untilMs: number
  readonly owner: string
  readonly limit: number
}

export interface DeliveryStore {
  /**
   * Keeps an event for these endpoints; it goes at once to those that are not disabled at this address. One whose id is known
   * is kept already.
   */
  add(event: NewEvent, endpoints: readonly Pick<EndpointStanding, 'name' | 'url'>[]): Promise<void>
  /** Takes what is due at an endpoint, the oldest first, so that nobody else sends it. */
  claim(claim: Claim): Promise<readonly Delivery[]>
  record(tried: DeliveryTry): Promise<void>
  /** Gives back what owners have taken that are gone. */
  release(isGone: (owner: string) => boolean, nowMs: number): Promise<void>
  /** When something is due at each endpoint that has something waiting. */
  dueTimes(): Promise<ReadonlyMap<string, number>>
  /** How many wait, by endpoint. */
  waiting(): Promise<ReadonlyMap<string, number>>
  list(query: DeliveryQuery): Promise<readonly ListedDelivery[]>
  /** How many there were. */
  replay(which: Replay, nowMs: number): Promise<number>
  /** Gives up what waits: at one endpoint, or whatever is older than this. How many there were. */
  giveUp(which: { readonly endpoint: string } | { readonly beforeMs: number }, why: string): Promise<number>
  /** Forgets events that wait nowhere, those from before this time and all beyond so many. */
  forget(beforeMs: number, keptMax: number): Promise<void>
  standings(): Promise<readonly EndpointStanding[]>
  /**
   * How an endpoint stands from now on, by what is kept of it: two that change it at the same time do it one after the other.
   * `before` is undefined where nothing is kept.
   */
  changeStanding(
    name: string,
    change: (before: EndpointStanding | undefined) => EndpointStanding,
  ): Promise<EndpointStanding>
}
