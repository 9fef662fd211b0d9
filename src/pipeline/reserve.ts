// Tokens and requests are held back before a call is made, from all limits over it or from none, and what it really used
// takes their place when it is over, whatever ended it. Calls without limits pass at the cost of one comparison.
import type { Caller } from '../core/caller.ts'
import { LimitTooSmall, RateLimited } from '../core/limit-errors.ts'
import type { RelayRequest } from '../dialects/relay-request.ts'
import type { LimitBook } from '../limits/limit-book.ts'
import type { Subject } from '../limits/limit-subject.ts'
import type { CallTokens, LimitLease } from '../limits/limits.ts'

/** A call's record, as far as limits are concerned. */
interface LimitedRecord {
  readonly model: string
  /** Undefined where no attempt was made. */
  readonly used: CallTokens | undefined
  reservation: Reservation | undefined
}

export interface Reserving {
  readonly record: LimitedRecord
  readonly request: Pick<RelayRequest, 'estimatedInputTokens' | 'choices' | 'askedTokens'>
  readonly caller: Caller
  /** Undefined where nobody knows. */
  readonly address?: string | undefined
}

/** The limits over a call, and what it holds of them; undefined when it was given nothing. */
export interface Reservation {
  readonly book: LimitBook
  readonly over: readonly Subject[]
  lease: LimitLease | undefined
}

/** Estimates are often a little low: what a call is reckoned to need is this much more. */
const margin = 1.1
/** What an answer is taken to be where its client does not bound it. */
const outputTokensUnasked = 4_096
/** A call is given up for lost so long after it must be over. */
const leaseSlackMs = 30_000

/** Holds back what a call may use, and notes it on its record. Throws RateLimited or LimitTooSmall. */
export function reserve(
  { record, request, caller, address }: Reserving,
  book: LimitBook,
  at: { readonly nowMs: number; readonly callMs: number },
): void {
  const over = book.over({ caller, model: record.model, address }, at.nowMs)
  if (over.length === 0) return
  const reservation: Reservation = { book, over, lease: undefined }
  record.reservation = reservation
  const tokens = {
    inputTokens: Math.ceil(request.estimatedInputTokens * margin),
    outputTokens: request.choices * (request.askedTokens() ?? outputTokensUnasked),
  }
  const lease = book.reserve(over, tokens, { nowMs: at.nowMs, leaseMs: at.callMs + leaseSlackMs })
  if (!lease.granted) {
    throw lease.isTooLarge ? new LimitTooSmall(lease) : new RateLimited(lease, lease.retryAfterMs)
  }
  reservation.lease = lease
}

/** What was used takes the place of what was held back; a call that was never attempted counts for nothing. */
export function settleReservation(record: LimitedRecord, nowMs: number): void {
  const { reservation, used } = record
  if (reservation?.lease === undefined) return
  const { book, lease } = reservation
  if (used === undefined) book.refund(lease, nowMs)
  else book.settle(lease, used, nowMs)
}
