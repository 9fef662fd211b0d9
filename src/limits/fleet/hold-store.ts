// The port of a store that several gateways keep their limits and budgets in. One exchange carries everything: what has
// happened since the last one, told in order and exactly once, and at most one call that asks. Plain values only, so that
// it can cross a wire. The store's own clock counts; gateways need not agree on the time of day.

/** A limit as a store keeps it: what was used, which fades at a rate. One that nobody uses is not there at all. */
export interface RateLine {
  readonly key: string
  readonly burst: number
  readonly ratePerMs: number
  /** What the call is reckoned to need; at most the burst. */
  readonly amount: number
}

/** A limit on calls at a time. */
export interface PlaceLine {
  readonly key: string
  readonly limit: number
}

/** One window of a budget. */
export interface CounterLine {
  readonly key: string
  /** The most that may be spent; -1 for one that only counts. */
  readonly limit: number
  readonly amount: number
  /** Of the calendar. A counter that is missing began at zero if the store was there before its window was. */
  readonly startMs: number
  /** -1 for a window without an end. */
  readonly endMs: number
}

/** A call that asks: it gets all of it, or nothing. */
export interface Hold {
  readonly id: string
  /** Whoever does not say so again within this time is gone. */
  readonly leaseMs: number
  readonly rates: readonly RateLine[]
  readonly places: readonly PlaceLine[]
  readonly counters: readonly CounterLine[]
}

/** What was held of a counter by a call, to be let go or changed. */
export interface Held {
  readonly key: string
  readonly amount: number
}

/** Something that has happened, or a question that no call waits for. */
export type HoldNote =
  /** Used of a limit, or given back where negative. */
  | {
      readonly kind: 'use'
      readonly key: string
      readonly burst: number
      readonly ratePerMs: number
      readonly amount: number
    }
  /** At least so much was used, as somebody remembers who was there before the store forgot. */
  | {
      readonly kind: 'used'
      readonly key: string
      readonly burst: number
      readonly ratePerMs: number
      readonly amount: number
    }
  /** A call is over: its places are free, and what it spent takes the place of what it held. */
  | {
      readonly kind: 'end'
      readonly id: string
      readonly epoch: number
      readonly places: readonly string[]
      readonly counters: readonly (Held & { readonly spent: number })[]
    }
  /** A call may or may not have been granted: if it was, it is over and has used nothing. */
  | {
      readonly kind: 'drop'
      readonly id: string
      readonly places: readonly string[]
      readonly counters: readonly Held[]
    }
  /** A call still runs. */
  | {
      readonly kind: 'stay'
      readonly id: string
      readonly epoch: number
      readonly leaseMs: number
      readonly places: readonly string[]
      readonly counters: readonly Held[]
    }
  /** A call asks for more of its budgets: all of it or nothing. Answered with 1 or 0. */
  | {
      readonly kind: 'more'
      readonly id: string
      readonly leaseMs: number
      readonly counters: readonly (Held & { readonly more: number; readonly limit: number })[]
    }
  /** A part of a budget for one gateway, for the time when the store cannot be asked. Answered with its size. */
  | {
      readonly kind: 'slice'
      readonly key: string
      readonly epoch: number
      /** What it has of it. */
      readonly have: number
      /** What would be of use to it, should the usual part be too small. */
      readonly want: number
      readonly limit: number
      readonly leaseMs: number
      /** It needs it no longer. */
      readonly isLast: boolean
    }
  /** So much was spent, as somebody knows. A counter never goes down by this. Answered with what it counted; -1 for nothing. */
  | {
      readonly kind: 'known'
      readonly key: string
      readonly startMs: number
      readonly endMs: number
      readonly spent: number
    }
  /**
   * So much was spent, as the records of all gateways say: what was only taken for spent, because its hold ran out, is so
   * no longer. Answered like the one before; -2 for somebody whose term is over.
   */
  | {
      readonly kind: 'records'
      readonly key: string
      readonly startMs: number
      readonly endMs: number
      readonly spent: number
      /** Who speaks for all does it under the number of a term; one that is smaller than another that was seen is over. */
      readonly term: number
    }
  /** So much more was spent, or less where negative. */
  | { readonly kind: 'spent'; readonly key: string; readonly amount: number }
  /** Whether this gateway is the first to tell that so much is spent: 1 or 0. */
  | { readonly kind: 'tell'; readonly key: string; readonly mark: number }

export interface Exchange {
  /** The gateway that speaks. */
  readonly from: string
  /** Numbers the exchanges that have notes, from 1: one that comes twice, or late, changes nothing. */
  readonly sequence: number
  readonly notes: readonly HoldNote[]
  readonly hold: Hold | undefined
  /** By the store's clock: a call that is read later has long been answered without it. -1 for whenever. */
  readonly holdUntilMs: number
  /** It lives, and asks who else does. */
  readonly isBeat: boolean
}

export interface HoldAnswer {
  /** `unknown`: the store has lost a counter, or never had it; it is to be told what is known of it. */
  readonly outcome: 'granted' | 'denied' | 'unknown' | 'late'
  /** In the order of the lines: used of each limit, afterwards. */
  readonly used: readonly number[]
  /** Calls at a time, this one included when granted. */
  readonly running: readonly number[]
  /** -1 for a counter that is unknown. */
  readonly spent: readonly number[]
  readonly held: readonly number[]
}

export interface ExchangeAnswer {
  readonly nowMs: number
  /** When the store began to remember. Another one than before: everything was lost meanwhile. */
  readonly epoch: number
  /** Gateways that live; -1 where nobody asked. */
  readonly gateways: number
  /** For each note, in order: of the parcel that came last, also when it comes again. Empty for older ones. */
  readonly results: readonly number[]
  readonly hold: HoldAnswer | undefined
}

export interface HoldStore {
  /** Rejects when nobody knows whether it was heard. */
  exchange(exchange: Exchange): Promise<ExchangeAnswer>
  /** False while it is of no use to try. */
  readonly isConnected: boolean
}

/** A gateway that was not heard of for so long is gone. */
export const gatewayGoneMs = 10_000
/** Windows are remembered this long after their end: calls that began in one end in it. */
export const afterWindowMs = 3_600_000
/** Usual part of a budget that one gateway has for bad times, and how many gateways' worth of the rest stays for others. */
export const slicePart = 0.05
export const sliceShares = 4
