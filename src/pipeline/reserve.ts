// Tokens and requests are held back before a call is made, from all limits over it or from none, and what it really used
// takes their place when it is over, whatever ended it. Calls without limits pass at the cost of one comparison.
import type { Caller } from '../core/caller.ts'
import { LimitTooSmall, RateLimited } from '../core/limit-errors.ts'
import type { LimitBook } from '../limits/limit-book.ts'
import type { Subject } from '../limits/limit-subject.ts'
import type { CallTokens, LimitDenial, LimitLease } from '../limits/limits.ts'
import { reckonedTokens } from './reckoned-tokens.ts'
import type { ReckonedRequest } from './reckoned-tokens.ts'

/** A call's record, as far as limits are concerned. */
interface LimitedRecord {
  readonly model: string
  /** Undefined where no attempt was made. */
  readonly used: CallTokens | undefined
  reservation: Reservation | undefined
}

export interface Reserving {
  readonly record: LimitedRecord
  readonly request: ReckonedRequest
  readonly caller: Caller
  /** Undefined where nobody knows. */
  readonly address?: string | undefined
  /** A call of the caller's makes it. */
  readonly isInner?: boolean
}

/** The limits over a call, and what it holds of them; undefined when it was given nothing. */
export interface Reservation {
  readonly book: LimitBook
  /** Who was asked, and is told when the call is over. */
  readonly holder: LeaseHolder
  readonly over: readonly Subject[]
  lease: LimitLease | undefined
}

export interface LeaseHolder {
  settle(lease: LimitLease, used: CallTokens, nowMs: number): void
  refund(lease: LimitLease, nowMs: number): void
  /** It goes by the share of one gateway, because nobody can say what the others use. */
  readonly isLocal?: boolean
}

/** A call is given up for lost so long after it must be over. */
export const leaseSlackMs = 30_000

/** Holds back what a call may use, and notes it on its record. Throws RateLimited or LimitTooSmall. */
export function reserve(
  { record, request, caller, address, isInner = false }: Reserving,
  book: LimitBook,
  at: { readonly nowMs: number; readonly callMs: number },
): void {
  const over = book.over({ caller, model: record.model, address, isInner }, at.nowMs)
  if (over.length === 0) return
  const reservation: Reservation = { book, holder: book, over, lease: undefined }
  record.reservation = reservation
  const lease = book.reserve(over, reckonedTokens(request), {
    nowMs: at.nowMs,
    leaseMs: at.callMs + leaseSlackMs,
  })
  if (!lease.granted) throw deniedLimit(lease)
  reservation.lease = lease
}

export function deniedLimit(denial: LimitDenial): LimitTooSmall | RateLimited {
  return denial.isTooLarge ? new LimitTooSmall(denial) : new RateLimited(denial, denial.retryAfterMs)
}

/** What was used takes the place of what was held back; a call that was never attempted counts for nothing. */
export function settleReservation(record: LimitedRecord, nowMs: number): void {
  const { reservation, used } = record
  if (reservation?.lease === undefined) return
  const { holder, lease } = reservation
  if (used === undefined) holder.refund(lease, nowMs)
  else holder.settle(lease, used, nowMs)
}
