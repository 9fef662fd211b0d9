// An answer's body as a list of steps. Faults are steps too, so that what goes wrong is decided by pure
// functions and the player that writes to the socket has no rules of its own.
import type { UsageSent } from './usage-numbers.ts'

export type Step = EventStep | RawStep | StopStep

/** One server-sent event, or one piece of a whole answer. */
export interface EventStep {
  readonly kind: 'event'
  readonly text: string
  /** Tokens that the client has been given once this is on the wire. */
  readonly tokens: number
  readonly usage?: UsageSent
  /** What stands on an `event:` line before the data, in dialects whose events have names. */
  readonly name?: string
  /** `closing`: after the last word. `end`: what a stream must not end without. */
  readonly place?: 'closing' | 'end'
}

/** A line that is written as it is, where an event would stand. */
export interface RawStep {
  readonly kind: 'raw'
  readonly text: string
}

/**
 * `cut` closes cleanly but in the middle of the body. `early-end` and `end-after-error` are proper ends of
 * HTTP, after an answer that is not whole.
 */
export interface StopStep {
  readonly kind: 'stop'
  readonly how: 'reset' | 'cut' | 'stall' | 'early-end' | 'end-after-error'
}
