// Money and tokens of budgets: the most that a call can cost is held back before it is made, what it did cost takes its place,
// and a stream whose length nobody promised is let through piece by piece, each held back before its first token.
import type { Caller } from '../core/caller.ts'
import { BudgetExhausted, PriceUnknown } from '../core/limit-errors.ts'
import type { PriceSchedule } from '../core/price.ts'
import type { GatewayError } from '../core/errors.ts'
import type { RelayRequest } from '../dialects/relay-request.ts'
import { upperBound } from '../ledger/prices/upper-bound.ts'
import type { BudgetOwner } from '../limits/budget-account.ts'
import type { BudgetBook } from '../limits/budget-book.ts'
import type { BudgetDenial, BudgetLease, BudgetStanding, Instant, Spending } from '../limits/budget.ts'
import { OutputAllowance, tokensPerPiece } from '../limits/output-allowance.ts'
import type { TopUps } from '../limits/output-allowance.ts'
import type { Deployment } from '../providers/deployment.ts'

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
  readonly deployments: readonly Pick<Deployment, 'price'>[]
}

/** What a call holds of its budgets. */
export interface CallSpending {
  readonly book: BudgetBook
  readonly holder: BudgetHolder
  readonly lease: BudgetLease
  /** There only for a stream that may get as long as it likes. */
  readonly allowance: OutputAllowance | undefined
  readonly owners: readonly BudgetOwner[]
}

/** Who was asked, and is told when the call is over. */
export interface BudgetHolder extends TopUps {
  settle(lease: BudgetLease, spent: Spending): void
}

/** Estimates are often a little low. */
const margin = 1.1
/** A whole answer that nobody bounds is taken to be as long as this. */
const outputTokensUnasked = 4_096
const leaseSlackMs = 30_000

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
  if (!lease.granted) throw deniedBudget(lease, call.record.model)
  call.record.spending = most.spendingOf(lease, { book, holder: book.budgets, owners })
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
  /** A stream that may get as long as it likes: only its first piece is in it. */
  readonly #isOpen: boolean

  constructor({ request, deployments }: SpendingCall, wallMs: number) {
    const asked = request.askedTokens()
    this.#isOpen = asked === undefined && request.stream && request.choices === 1
    this.#inputTokens = Math.ceil(request.estimatedInputTokens * margin)
    this.#outputTokens = request.choices * (asked ?? (this.#isOpen ? tokensPerPiece : outputTokensUnasked))
    this.#deployments = deployments
    this.#serviceTier = deployments.some(({ price }) => hasTiers(price, wallMs))
      ? request.askedTier()
      : undefined
    this.#wallMs = wallMs
    this.tokens = this.#inputTokens + this.#outputTokens
    this.nanoDollars = this.boundFor(this.#outputTokens)
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
  spendingOf(
    lease: BudgetLease,
    { book, holder, owners }: Pick<CallSpending, 'book' | 'holder' | 'owners'>,
  ): CallSpending {
    const allowance = this.#isOpen ? this.#allowance(holder, lease) : undefined
    return { book, holder, owners, lease, allowance }
  }

  #allowance(budgets: BudgetHolder, lease: BudgetLease): OutputAllowance {
    const boundFor = (outputTokens: number): number | undefined => this.boundFor(outputTokens)
    return new OutputAllowance({ budgets, lease, boundFor }, this.#outputTokens)
  }
}

function hasTiers(price: PriceSchedule | undefined, wallMs: number): boolean {
  const variants = price?.at(wallMs)?.price.variants ?? []
  return variants.some(({ serviceTier }) => serviceTier !== undefined)
}

export function deniedBudget(denial: BudgetDenial, model: string): GatewayError {
  return denial.reason === 'unknown_price' ? new PriceUnknown(model) : exhausted(denial)
}

/** What was spent takes the place of what was held back. */
export function settleSpending({ spending, chargedNanoDollars, chargedTokens }: PaidRecord): void {
  if (spending === undefined) return
  const nanoDollars = chargedNanoDollars ?? undefined
  spending.holder.settle(spending.lease, { nanoDollars, tokens: chargedTokens })
}

/** Why a stream goes on no further: the budget with the smallest part left. */
export function endOfMoney({ book, owners }: CallSpending, at: Instant): BudgetExhausted | undefined {
  const over = owners.flatMap((owner) => book.budgets.standings(owner, at))
  const left = ({ rule, spent, held }: BudgetStanding): number =>
    (rule.amount - spent - held) / Math.max(1, rule.amount)
  const [tightest] = over.filter(({ rule }) => rule.stops).toSorted((one, other) => left(one) - left(other))
  return tightest === undefined ? undefined : exhausted(tightest)
}

function exhausted({ level, name, rule, windowEndMs }: BudgetStanding): BudgetExhausted {
  const amount = rule.unit === 'tokens' ? `${rule.amount} tokens` : `$${rule.amount / 1e9}`
  const per = rule.period === 'total' ? 'in total' : rule.period === 'hour' ? 'an hour' : `a ${rule.period}`
  const ends = windowEndMs === undefined ? undefined : new Date(windowEndMs).toISOString()
  return new BudgetExhausted({ level, name, amount, per }, ends)
}
