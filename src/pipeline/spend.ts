// Money and tokens of budgets: the most that a call can cost is held back before it is made, what it did cost takes its place,
// and no stream goes further than what is held for it: one whose length nobody promised is let through piece by piece.
import type { Caller } from '../core/caller.ts'
import { BudgetExhausted, PriceUnknown } from '../core/limit-errors.ts'
import type { PriceSchedule } from '../core/price.ts'
import type { GatewayError } from '../core/errors.ts'
import type { RelayRequest } from '../dialects/relay-request.ts'
import { upperBound } from '../ledger/prices/upper-bound.ts'
import type { BudgetBook } from '../limits/budget-book.ts'
import type { BudgetDenial, BudgetLease, Instant, Spending } from '../limits/budget.ts'
import { OutputAllowance, tokensPerPiece } from '../limits/output-allowance.ts'
import type { TopUps } from '../limits/output-allowance.ts'
import type { Deployment } from '../providers/deployment.ts'
import { margin, outputTokensUnasked } from './reckoned-tokens.ts'
import { leaseSlackMs } from './reserve.ts'

/** A call's record, as far as budgets are concerned. */
interface PaidRecord {
  readonly model: string
  readonly chargedNanoDollars: number | null
  readonly chargedTokens: number
  spending: CallSpending | undefined
}

export interface SpendingCall {
  readonly record: PaidRecord
  readonly request: Pick<
    RelayRequest,
    'estimatedInputTokens' | 'choices' | 'askedTokens' | 'askedTier' | 'stream'
  >
  readonly caller: Caller
  readonly tags: readonly string[]
  /** Whoever may answer. */
  readonly deployments: readonly Pick<Deployment, 'price' | 'capabilities'>[]
}

/** What a call holds of its budgets. */
export interface CallSpending {
  readonly holder: BudgetHolder
  readonly lease: BudgetLease
  /** There only for a stream. */
  readonly allowance: OutputAllowance | undefined
}

/** Who was asked, and is told when the call is over. */
export interface BudgetHolder extends TopUps {
  settle(lease: BudgetLease, spent: Spending): void
}

/** Holds back the most that a call can cost, and notes it on its record. Throws BudgetExhausted or PriceUnknown. */
export function holdBack(
  call: SpendingCall,
  book: BudgetBook,
  at: Instant & { readonly callMs: number },
): void {
  const owners = book.over(call, at.wallMs)
  if (owners.length === 0) return
  const most = new MostOfCall(call, at.wallMs)
  const { nanoDollars, tokens } = most
  const lease = book.reserve(owners, { nanoDollars, tokens, leaseMs: at.callMs + leaseSlackMs }, at)
  if (!lease.granted) throw deniedBudget(lease, call.record.model, most)
  call.record.spending = most.spendingOf(lease, book.budgets)
}

/** The most that a call can cost. */
export class MostOfCall implements Spending {
  readonly tokens: number
  readonly nanoDollars: number | undefined
  readonly #deployments: SpendingCall['deployments']
  readonly #wallMs: number
  readonly #inputTokens: number
  readonly #outputTokens: number
  readonly #serviceTier: string | undefined
  readonly #isStream: boolean
  readonly #isPromised: boolean

  constructor({ request, deployments }: SpendingCall, wallMs: number) {
    const { stream, choices } = request
    const asked = request.askedTokens()
    this.#isStream = stream
    this.#isPromised = asked !== undefined
    this.#inputTokens = Math.ceil(request.estimatedInputTokens * margin)
    // Of a stream that may get as long as it likes, only the first piece.
    this.#outputTokens = choices * (asked ?? (stream ? tokensPerPiece : longestOf(deployments)))
    this.#deployments = deployments
    this.#serviceTier = deployments.some(({ price }) => hasTiers(price, wallMs))
      ? request.askedTier()
      : undefined
    this.#wallMs = wallMs
    this.tokens = this.#inputTokens + this.#outputTokens
    this.nanoDollars = this.boundFor(this.#outputTokens)
  }

  /** What is held for an answer only because nobody says how long it may be; undefined where somebody does. */
  get unbounded(): number | undefined {
    return this.#isPromised || this.#isStream ? undefined : this.#outputTokens
  }

  /** With so many tokens of output, in nano-dollars; undefined where the price of one who may answer is not known. */
  boundFor(outputTokens: number): number | undefined {
    let most = 0
    for (const { price } of this.#deployments) {
      const version = price?.at(this.#wallMs)
      if (version === undefined) return undefined
      const bound = upperBound(version.price, {
        inputTokens: this.#inputTokens,
        outputTokens,
        serviceTier: this.#serviceTier,
      })
      if (bound > most) most = bound
    }
    return most
  }

  /** What the call holds when so much was granted. */
  spendingOf(lease: BudgetLease, holder: BudgetHolder): CallSpending {
    return { holder, lease, allowance: this.#isStream ? this.#allowance(holder, lease) : undefined }
  }

  #allowance(budgets: BudgetHolder, lease: BudgetLease): OutputAllowance {
    const boundFor = (outputTokens: number): number | undefined => this.boundFor(outputTokens)
    const first = { tokens: this.#outputTokens, isPromised: this.#isPromised }
    return new OutputAllowance({ budgets, lease, boundFor }, first)
  }
}

/** The longest answer that one of them is known to write: a whole one cannot be cut in the middle. */
function longestOf(deployments: SpendingCall['deployments']): number {
  let most = 0
  for (const { capabilities } of deployments) {
    most = Math.max(most, capabilities.outputTokens ?? outputTokensUnasked)
  }
  return most
}

function hasTiers(price: PriceSchedule | undefined, wallMs: number): boolean {
  const variants = price?.at(wallMs)?.price.variants ?? []
  return variants.some(({ serviceTier }) => serviceTier !== undefined)
}

/** `most`: what the call could have cost; undefined for one under way. */
export function deniedBudget(
  denial: BudgetDenial,
  model: string,
  most?: Pick<MostOfCall, 'unbounded'>,
): GatewayError {
  if (denial.reason === 'unknown_price') return new PriceUnknown(model)
  const { level, name, rule, windowEndMs } = denial
  const amount = rule.unit === 'tokens' ? `${rule.amount} tokens` : `$${rule.amount / 1e9}`
  const per = rule.period === 'total' ? 'in total' : rule.period === 'hour' ? 'an hour' : `a ${rule.period}`
  const ends = windowEndMs === undefined ? undefined : new Date(windowEndMs).toISOString()
  return new BudgetExhausted({ level, name, amount, per }, { ends, unbounded: most?.unbounded })
}

/** What was spent takes the place of what was held back. */
export function settleSpending({ spending, chargedNanoDollars, chargedTokens }: PaidRecord): void {
  if (spending === undefined) return
  const nanoDollars = chargedNanoDollars ?? undefined
  spending.holder.settle(spending.lease, { nanoDollars, tokens: chargedTokens })
}
