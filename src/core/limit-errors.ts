// Failures that are a caller's own limits: what was reached, how much it is, and when it makes sense to come again.
import { GatewayError, shown } from './errors.ts'

/** What was reached. */
export interface ReachedLimit {
  /** `key`, `team`, `model` …, and whose. */
  readonly level: string
  readonly name: string
  /** `requests`, `tokens` … */
  readonly kind: string
  readonly limit: number
  readonly perMs: number
}

const kinds = new Map([
  ['requests', 'requests'],
  ['input_tokens', 'input tokens'],
  ['output_tokens', 'output tokens'],
  ['tokens', 'tokens'],
])

const stretches = new Map([
  [1_000, 'a second'],
  [60_000, 'a minute'],
  [3_600_000, 'an hour'],
  [86_400_000, 'a day'],
])

export class RateLimited extends GatewayError {
  readonly code = 'rate_limited'
  override readonly retryAfterSeconds: number
  constructor(reached: ReachedLimit, retryAfterMs: number | undefined) {
    super(`${sentenceOf(reached)} Try again later.`)
    // Nobody knows when a call under way ends; a second is soon enough to look.
    this.retryAfterSeconds = Math.max(1, Math.ceil((retryAfterMs ?? 1_000) / 1_000))
  }
}

/** The request alone is more than its limit ever lets pass. */
export class LimitTooSmall extends GatewayError {
  readonly code = 'limit_too_small'
  constructor(reached: ReachedLimit) {
    super(
      `${sentenceOf(reached)} This request alone needs more. Send a smaller one, or have the limit raised.`,
    )
  }
}

/** All that a model could be asked at has been asked for as much as it may be: nobody's own limit. */
export class ModelRateLimited extends GatewayError {
  readonly code = 'model_rate_limited'
  override readonly retryAfterSeconds: number
  constructor(model: string, retryAfterMs: number) {
    super(
      `The deployments of the model "${shown(model)}" have as many calls or tokens as they may have just now. Try again later.`,
    )
    this.retryAfterSeconds = Math.max(1, Math.ceil(retryAfterMs / 1_000))
  }
}

export class BudgetExhausted extends GatewayError {
  readonly code = 'budget_exhausted'
  constructor({ level, name, amount, per }: ReachedBudget, { ends, unbounded }: BudgetRefusal) {
    const next = ends === undefined ? 'It has to be raised.' : `There is a new one at ${ends}.`
    const hint =
      unbounded === undefined
        ? ''
        : ` The call does not say how long its answer may be, so ${unbounded} tokens would be held back for it: ` +
          'bound the answer, or stream it.'
    super(
      `The budget of the ${level} "${shown(name)}" (${amount} ${per}) has nothing left for this call. ${next}${hint}`,
    )
  }
}

interface BudgetRefusal {
  /** When there is a new one; undefined for never. */
  readonly ends: string | undefined
  /** Tokens that the call needs only because it bounds no answer; undefined where it does. */
  readonly unbounded?: number | undefined
}

/** There may be enough left, but nobody can be asked just now, and what this gateway had for such times is used up. */
export class BudgetUnavailable extends GatewayError {
  readonly code = 'budget_unavailable'
  override readonly retryAfterSeconds = 5
  constructor({ level, name }: { readonly level: string; readonly name: string }) {
    super(
      `What the ${level} "${shown(name)}" has left of its budget cannot be looked up just now. Try again later.`,
    )
  }
}

/** Whether asking again is of no use before somebody raises a limit or a budget. */
export function lastsUntilRaised({ code }: GatewayError): boolean {
  return code === 'budget_exhausted' || code === 'limit_too_small'
}

/** A budget, in words: `$10`, `a day`. */
export interface ReachedBudget {
  readonly level: string
  readonly name: string
  readonly amount: string
  readonly per: string
}

/** What the call would cost nobody can say, and somebody has set how much may be spent. */
export class PriceUnknown extends GatewayError {
  readonly code = 'price_unknown'
  override readonly param = 'model'
  constructor(model: string) {
    super(
      `Nobody knows what "${shown(model)}" costs, and this call is under a budget in money. ` +
        'The operator can set its "price" under models, or choose a deployment whose price is known.',
    )
  }
}

/** `60 requests in a minute`, `5 calls at a time`. */
export function limitText({ kind, limit, perMs }: Pick<ReachedLimit, 'kind' | 'limit' | 'perMs'>): string {
  if (kind === 'concurrency') return `${limit} calls at a time`
  return `${limit} ${kinds.get(kind) ?? kind} in ${stretches.get(perMs) ?? `${perMs / 1_000} s`}`
}

function sentenceOf(reached: ReachedLimit): string {
  const { level, name, kind } = reached
  return `The ${level} "${shown(name)}" may ${kind === 'concurrency' ? 'have' : 'use'} ${limitText(reached)}.`
}
