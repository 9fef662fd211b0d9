// What a call may use, and what it may cost, is held back before anybody is asked.
import type { Caller } from '../core/caller.ts'
import type { RelayRequest } from '../dialects/relay-request.ts'
import type { BudgetBook } from '../limits/budget-book.ts'
import type { LimitBook } from '../limits/limit-book.ts'
import type { Deployment } from '../providers/deployment.ts'
import type { AttemptParts } from './production.ts'
import { reserve } from './reserve.ts'
import type { Routed } from './route.ts'
import type { CallRecord } from './settle.ts'
import { holdBack } from './spend.ts'

export interface HoldParts extends Pick<AttemptParts, 'clock' | 'timeouts'> {
  readonly limits: LimitBook
  readonly budgets: BudgetBook
}

export interface HeldCall {
  readonly record: CallRecord
  readonly request: RelayRequest
  readonly caller: Caller
  readonly tags: readonly string[]
  /** Undefined where nobody knows, or nobody asks. */
  readonly address: string | undefined
  /** A call of the caller's makes it. */
  readonly isInner?: boolean
}

/** Whoever may answer it. */
export interface MayAnswer {
  readonly deployments: Routed
  readonly lastResort?: Deployment | undefined
}

/** Holds it back, and notes it on the call's record. Throws what says that there is not so much. */
export function hold(call: HeldCall, { deployments, lastResort }: MayAnswer, parts: HoldParts): void {
  const { clock, timeouts, limits, budgets } = parts
  const at = { nowMs: clock.nowMs(), wallMs: clock.wallMs(), callMs: timeouts.totalMs }
  if (!limits.isEmpty) reserve(call, limits, at)
  if (budgets.isEmpty) return
  const { record, request, caller, tags } = call
  const mayAnswer = lastResort === undefined ? deployments : [...deployments, lastResort]
  holdBack({ record, request, caller, tags, deployments: mayAnswer }, budgets, at)
}
