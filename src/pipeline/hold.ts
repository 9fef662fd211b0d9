// What a call may use, and what it may cost, is held back before anybody is asked. A gateway alone says at once whether there
// is so much; where several have their limits in common, somebody else has to be asked.
import type { BudgetBook } from '../limits/budget-book.ts'
import type { LimitBook } from '../limits/limit-book.ts'
import type { SharedHolds } from '../limits/shared-holds.ts'
import type { Deployment } from '../providers/deployment.ts'
import { holdTogether } from './hold-together.ts'
import type { HeldCall } from './hold-together.ts'
import type { AttemptParts } from './production.ts'
import { reserve, settleReservation } from './reserve.ts'
import type { Routed } from './route.ts'
import { holdBack, settleSpending } from './spend.ts'

export interface HoldParts extends Pick<AttemptParts, 'clock' | 'timeouts'> {
  readonly limits: LimitBook
  readonly budgets: BudgetBook
  /** Undefined for a gateway that is alone. */
  readonly shared: SharedHolds | undefined
}

/** Whoever may answer it. */
export interface MayAnswer {
  readonly deployments: Routed
  readonly lastResort?: Deployment | undefined
}

/** Holds it back, and notes it on the call's record. Throws, or rejects with, what says that there is not so much. */
export function hold(call: HeldCall, by: MayAnswer, parts: HoldParts): void | Promise<void> {
  const { clock, timeouts, limits, budgets, shared } = parts
  const at = { nowMs: clock.nowMs(), wallMs: clock.wallMs(), callMs: timeouts.totalMs }
  if (shared !== undefined) {
    return holdTogether(call, { limits, budgets, shared, clock, deployments: allOf(by) }, at)
  }
  if (!limits.isEmpty) reserve(call, limits, at)
  if (budgets.isEmpty) return
  const { record, request, caller, tags } = call
  holdBack({ record, request, caller, tags, deployments: allOf(by) }, budgets, at)
}

/**
 * The same for a call that turned out to be a larger one: what it holds is given back, and all of it held anew. One that holds
 * nothing needs nothing, and neither does one whose client has left. Where somebody else is asked, what was given back has to
 * be there first, or the call would be refused for what it holds itself.
 */
export function holdAnew(call: HeldCall, by: MayAnswer, parts: HoldParts): void | Promise<void> {
  const { record } = call
  if (record.settledMs > 0) return undefined
  if (record.reservation === undefined && record.spending === undefined) return undefined
  settleReservation(record, parts.clock.nowMs())
  settleSpending(record)
  record.reservation = undefined
  record.spending = undefined
  const { shared } = parts
  if (shared === undefined) return hold(call, by, parts)
  return shared.givenBack().then(() => (record.settledMs > 0 ? undefined : hold(call, by, parts)))
}

function allOf({ deployments, lastResort }: MayAnswer): readonly Deployment[] {
  return lastResort === undefined ? deployments : [...deployments, lastResort]
}
