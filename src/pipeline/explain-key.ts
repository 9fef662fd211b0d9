// What the key that would ask has to do with what becomes of a request: whether it is let in at all, and which limits and
// budgets are over the call. What was used of them so far only a running gateway knows: here they are whole.
import { hasScope } from '../core/caller.ts'
import type { Caller } from '../core/caller.ts'
import { InvalidApiKey, ScopeNotAllowed } from '../core/errors.ts'
import type { Door } from '../dialects/doors.ts'
import type { KeyState } from '../keys/key-state.ts'
import type { BudgetBook } from '../limits/budget-book.ts'
import type { BudgetRule, BudgetSubject } from '../limits/budget.ts'
import type { LimitBook } from '../limits/limit-book.ts'
import type { LimitKind, LimitSubject } from '../limits/limits.ts'
import type { Deployment } from '../providers/deployment.ts'
import { scopeOf, tagsOf } from './pipeline.ts'
import type { Admitted } from './admit.ts'
import type { ClientWishes } from './client-wishes.ts'
import { reserve } from './reserve.ts'
import type { CallRecord } from './settle.ts'
import { holdBack } from './spend.ts'

/** The key that would ask. */
export interface AskingKey {
  readonly id: string
  readonly name: string
  readonly state: KeyState
  /** Undefined for one that opens nothing: the config does not have its team. */
  readonly caller: Caller | undefined
}

/** Nobody in particular: may do everything, and has no limits. */
export const anybody: Caller = { keyId: '', keyName: '', scopes: [], models: [] }

export interface LimitOver extends LimitSubject {
  readonly kind: LimitKind
  readonly amount: number
  readonly perMs: number
  readonly burst: number
}

export type BudgetOver = BudgetSubject & Pick<BudgetRule, 'unit' | 'amount' | 'period' | 'stops'>

/** Of a key whose call went so far. */
export interface Bounds {
  readonly limits: readonly LimitOver[]
  readonly budgets: readonly BudgetOver[]
}

/** Of a config, as it is when nobody has used anything. */
export interface FreshBooks {
  readonly limits: LimitBook
  readonly budgets: BudgetBook
}

/** Throws InvalidApiKey or ScopeNotAllowed, as the first stage does. */
export function letIn({ state, caller }: AskingKey, door: Door): void {
  if (state !== 'valid' || caller === undefined) throw new InvalidApiKey()
  const scope = scopeOf(door)
  if (!hasScope(caller, scope)) throw new ScopeNotAllowed(scope)
}

export interface BoundedCall {
  readonly record: CallRecord
  readonly caller: Caller
  readonly request: Admitted
  readonly wishes: ClientWishes
  readonly deployments: readonly Deployment[]
}

interface Moment {
  readonly nowMs: number
  readonly wallMs: number
  readonly callMs: number
}

/** The limits and budgets over a call. */
export function boundsOf(
  { record, caller, wishes }: Pick<BoundedCall, 'record' | 'caller' | 'wishes'>,
  { limits, budgets }: FreshBooks,
  { nowMs, wallMs }: Moment,
): Bounds {
  return {
    limits: limits
      .over({ caller, model: record.model }, nowMs)
      .flatMap(({ level, name, buckets }) =>
        buckets.map(({ kind, limit, perMs, burst }) => ({ level, name, kind, amount: limit, perMs, burst })),
      ),
    budgets: budgets
      .over({ caller, tags: tagsOf(wishes, caller) }, wallMs)
      .flatMap(({ level, name, accounts }) =>
        accounts.map(({ rule: { unit, amount, period, stops } }) => ({
          level,
          name,
          unit,
          amount,
          period,
          stops,
        })),
      ),
  }
}

/** Throws what keeps a call from ever being made, as the stages do that hold something back for it. */
export function holdFrom(call: BoundedCall, { limits, budgets }: FreshBooks, at: Moment): void {
  const { record, caller, request, wishes, deployments } = call
  reserve({ record, request, caller }, limits, at)
  holdBack({ record, request, caller, tags: tagsOf(wishes, caller), deployments }, budgets, at)
}
