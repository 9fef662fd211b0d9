// The facts of one attempt, as the ledger keeps them: what is known before the connection (`begin`) and what is
// known when it is over (`end`). An attempt has exactly one record, whatever ended it.
import type { CallOwner, InnerOf } from './call-owner.ts'
import type { Usage, UsageSource } from './usage.ts'

/** How an attempt ended. The error classes are those of docs/reference/errors.md. */
export type AttemptOutcome =
  | 'ok'
  | 'client_fault'
  | 'credential'
  | 'throttled'
  | 'overloaded'
  | 'server_fault'
  | 'unreachable'
  | 'timeout'
  | 'content'
  | 'interrupted'
  | 'cancelled'
  /** Another attempt of the same call was faster. */
  | 'hedge_loser'
  /** Its caller's budget had nothing left for more of it. */
  | 'budget'
  | 'shutdown'
  | 'internal'
  | 'crashed'

/**
 * Why there is this attempt: the call's first; the same deployment again (`retry`) or another one (`failover`) after a
 * failure; one that runs beside a slow first (`hedge`); one that goes on with a stream that broke (`continuation`); one that is left
 * when all others failed (`last_resort`).
 */
export type AttemptKind = 'first' | 'retry' | 'failover' | 'hedge' | 'continuation' | 'last_resort'

export interface AttemptBegin {
  /** Unique id of the attempt, `att_…`. Also sent to the provider, so that both sides can be compared. */
  readonly attemptId: string
  readonly callId: string
  readonly keyId: string
  readonly endpoint: string
  /** The name that the client asked for. */
  readonly model: string
  readonly provider: string
  /** The provider's name of the model. */
  readonly providerModel: string
  readonly kind: AttemptKind
  readonly stream: boolean
  /** Wall clock, milliseconds since the epoch. */
  readonly startedAtMs: number
  /** Estimate from the size of the prompt, used when no count ever comes. */
  readonly estimatedInputTokens: number
  /** Config generation that served the call. */
  readonly generation: number
  /** The id of the price by which it is charged; empty where none is known. */
  readonly priceVersion: string
  /** Undefined where nobody is known but the key. */
  readonly owner?: CallOwner | undefined
  /** Where the deployment is, in the operator's words. */
  readonly region?: string | undefined
  /** Of an inner call. */
  readonly inner?: InnerOf | undefined
}

/** Whole nano-dollars; null where the price is not known, which is not the same as nothing. */
export interface AttemptMoney {
  readonly costNanoDollars: number | null
  /** The same without discounts, and as if nothing was paid by the hour. */
  readonly listNanoDollars: number | null
  /** What of the cost is the client's to pay. The rest is the operator's: what a failover or a hedge cost. */
  readonly chargedNanoDollars: number | null
}

export interface AttemptEnd extends AttemptMoney {
  readonly outcome: AttemptOutcome
  /** The provider's HTTP status; 0 when no answer came. */
  readonly status: number
  /** Milliseconds from the attempt's start; -1 when that point was not reached. */
  readonly connectMs: number
  readonly firstTokenMs: number
  readonly totalMs: number
  /** The model as the provider reported it; empty when it did not. */
  readonly reportedModel: string
  readonly usage: Usage
  readonly usageSource: UsageSource
  /** The provider's own count was more than can have been, and was not taken. */
  readonly usageSuspect: boolean
}

/** A row of the ledger. */
export interface AttemptRecord extends AttemptBegin, AttemptEnd {}

/** Where attempts are written down. Every method is synchronous: when it returns, a killed process loses nothing. */
export interface UsageSpool {
  /**
   * Before the connection. Throws `UsageSpoolFull` when it cannot be kept: then the attempt must not be made. What is free is
   * kept a while longer.
   */
  begin(attempt: AttemptBegin, isFree?: boolean): void
  /** While tokens flow: the count so far, for the case that nothing else is ever written. */
  mark(attemptId: string, outputTokens: number): void
  /** Once, whatever ended it; a second call for the same attempt is a bug and throws. */
  end(attemptId: string, end: AttemptEnd): void
}
