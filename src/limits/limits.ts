// The port of rate limits: a call asks once, for all the limits that stand over it, and is granted all or none. What it
// may use is an estimate; when it is over, the estimate is replaced by what was used, exactly once.

/** Whose limit it is. */
export type LimitLevel = 'ip' | 'key' | 'user' | 'team' | 'tenant' | 'model' | 'deployment'

/** What is counted. `tokens` are those of input and output together; `concurrency` are calls at a time. */
export const limitKinds = ['requests', 'input_tokens', 'output_tokens', 'tokens', 'concurrency'] as const
export type LimitKind = (typeof limitKinds)[number]

export interface LimitRule {
  readonly kind: LimitKind
  /** So many in each `perMs`; for concurrency so many at a time. */
  readonly amount: number
  /** Not read for concurrency. */
  readonly perMs: number
  /** So many may come at once after a quiet time. Left out, `amount`. */
  readonly burst?: number
}

/** One who has limits: a key, a model. Made once, and handed in with every call: nothing is looked up on its path. */
export interface LimitSubject {
  readonly level: LimitLevel
  readonly name: string
}

export interface CallTokens {
  readonly inputTokens: number
  readonly outputTokens: number
}

export interface LimitRequest extends CallTokens {
  /** For so long the call counts as running, should nobody ever say that it is over. */
  readonly leaseMs: number
}

/** What was granted: to be settled or refunded by whoever got it, on every way out. */
export interface LimitLease extends CallTokens {
  readonly granted: true
}

export interface LimitDenial {
  readonly granted: false
  readonly level: LimitLevel
  readonly name: string
  readonly kind: LimitKind
  readonly limit: number
  readonly perMs: number
  /** What was left: less than was asked for. */
  readonly remaining: number
  /** How long until it would be granted, if nobody else came. Undefined for concurrency, where nobody knows. */
  readonly retryAfterMs: number | undefined
  /** The request alone is more than the limit ever lets pass: trying again is of no use. */
  readonly isTooLarge: boolean
}

export interface LimitStanding {
  readonly level: LimitLevel
  readonly name: string
  readonly kind: LimitKind
  readonly limit: number
  readonly perMs: number
  /** Whole ones, never below zero. */
  readonly remaining: number
  /** How long until all of it is there again, if nobody came. */
  readonly resetMs: number
}

/** What flows: all that is limited but calls at a time. */
export type RateKind = Exclude<LimitKind, 'concurrency'>

/** For each kind the limit over a call of which the smallest part is left; undefined where it has none of the kind. */
export type TightestLimits = Readonly<Record<RateKind, LimitStanding | undefined>>

/** Times are those of the monotonic clock. A store over the network answers with promises. */
export interface Limits {
  reserve(
    subjects: readonly LimitSubject[],
    request: LimitRequest,
    nowMs: number,
  ): LimitLease | LimitDenial | Promise<LimitLease | LimitDenial>
  /** What was really used takes the place of what was reserved. Only the first word on a lease counts. */
  settle(lease: LimitLease, used: CallTokens, nowMs: number): void
  /** The call was not made after all: it counts for nothing, not even as a request. */
  refund(lease: LimitLease, nowMs: number): void
  /** The call still runs. */
  renew(lease: LimitLease, leaseMs: number, nowMs: number): void
}
