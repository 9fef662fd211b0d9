// Limits and budgets that several gateways have in common are asked for in one question. Whoever has left before the answer
// came holds nothing.
import type { Caller } from '../core/caller.ts'
import type { Clock } from '../core/clock.ts'
import { BudgetUnavailable } from '../core/limit-errors.ts'
import type { RelayRequest } from '../dialects/relay-request.ts'
import type { BudgetBook } from '../limits/budget-book.ts'
import type { Instant } from '../limits/budget.ts'
import type { LimitBook } from '../limits/limit-book.ts'
import type { SharedHolds, SharedOutcome } from '../limits/shared-holds.ts'
import type { Deployment } from '../providers/deployment.ts'
import { reckonedTokens } from './reckoned-tokens.ts'
import { deniedLimit, settleReservation } from './reserve.ts'
import type { CallRecord } from './settle.ts'
import { deniedBudget, MostOfCall, settleSpending } from './spend.ts'

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

export interface TogetherParts {
  readonly limits: LimitBook
  readonly budgets: BudgetBook
  readonly shared: SharedHolds
  readonly clock: Clock
  /** Whoever may answer it. */
  readonly deployments: readonly Deployment[]
}

const noTokens = { inputTokens: 0, outputTokens: 0 }
const free = { nanoDollars: 0, tokens: 0 }

/** A promise where somebody else has to be asked. */
export function holdTogether(call: HeldCall, parts: TogetherParts, at: Instant): void | Promise<void> {
  const { record, request, caller, address, isInner = false, tags } = call
  const { limits, budgets, shared, deployments } = parts
  const reaching = { caller, model: record.model, address, isInner }
  const over = limits.isEmpty ? [] : limits.over(reaching, at.nowMs)
  const owners = budgets.isEmpty ? [] : budgets.over({ caller, tags }, at.wallMs)
  if (over.length + owners.length === 0) return
  if (over.length > 0) record.reservation = { book: limits, holder: shared, over, lease: undefined }
  const most =
    owners.length === 0
      ? undefined
      : new MostOfCall({ record, request, caller, tags, deployments }, at.wallMs)
  const tokens = over.length === 0 ? noTokens : reckonedTokens(request)
  const outcome = shared.hold({ over, owners, tokens, spending: most ?? free }, at)
  const take = (told: SharedOutcome): void => {
    note(call, told, { shared, most })
    if (record.settledMs === 0) return
    settleReservation(record, parts.clock.nowMs())
    settleSpending(record)
  }
  return outcome instanceof Promise ? outcome.then(take) : take(outcome)
}

interface Asking {
  readonly shared: SharedHolds
  readonly most: MostOfCall | undefined
}

/** Writes on the record what was granted. Throws what was not. */
function note({ record }: HeldCall, outcome: SharedOutcome, { shared, most }: Asking): void {
  switch (outcome.kind) {
    case 'limited':
      throw deniedLimit(outcome.denial)
    case 'over_budget':
      throw deniedBudget(outcome.denial, record.model, most)
    case 'unknown':
      throw new BudgetUnavailable(outcome.standing)
    case 'granted': {
      const { lease } = outcome
      if (record.reservation !== undefined) record.reservation.lease = lease
      if (most !== undefined) record.spending = most.spendingOf(lease, shared.budgets)
    }
  }
}
