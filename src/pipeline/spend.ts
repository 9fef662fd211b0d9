// Money and tokens of budgets: the most that a call can cost is held back before it is made, what it did cost takes its place,
// and a stream whose length nobody promised is let through piece by piece, each held back before its first token.
import type { Caller } from '../core/caller.ts'
import { BudgetExhausted, PriceUnknown } from '../core/limit-errors.ts'
import type { GatewayError } from '../core/errors.ts'
import type { RelayRequest } from '../dialects/relay-request.ts'
import { upperBound } from '../ledger/prices/upper-bound.ts'
import type { BudgetOwner } from '../limits/budget-account.ts'
import type { BudgetBook } from '../limits/budget-book.ts'
import type { BudgetDenial, BudgetLease, BudgetStanding, Instant, Spending } from '../limits/budget.ts'
import type { CallTokens } from '../limits/limits.ts'
import { OutputAllowance, tokensPerPiece } from '../limits/output-allowance.ts'
import type { TopUps } from '../limits/output-allowance.ts'
import type { Deployment } from '../providers/deployment.ts'

/** A call's record, as far as budgets are concerned. */
interface PaidRecord {
  readonly model: string
  readonly used: CallTokens | undefined
  readonly chargedNanoDollars: number | null
  spending: CallSpending | undefined
}

export interface SpendingCall {
  readonly record: PaidRecord
  readonly request: Pick<RelayRequest, 'estimatedInputTokens' | 'choices' | 'askedTokens' | 'stream'>
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

/** The most that a call can cost. */
export interface Priced {
  readonly most: Spending
  /** What it holds when so much was granted. */
  spendingOf(lease: BudgetLease, asked: Pick<CallSpending, 'book' | 'holder' | 'owners'>): CallSpending
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
  const price = priceOf(call, at.wallMs)
  const { nanoDollars, tokens } = price.most
  const lease = book.reserve(owners, { nanoDollars, tokens, leaseMs: at.callMs + leaseSlackMs }, at)
  if (!lease.granted) throw deniedBudget(lease, call.record.model)
  call.record.spending = price.spendingOf(lease, { book, holder: book.budgets, owners })
}

export function priceOf({ request, deployments }: SpendingCall, wallMs: number): Priced {
  const inputTokens = Math.ceil(request.estimatedInputTokens * margin)
  const asked = request.askedTokens()
  const isOpen = asked === undefined && request.stream && request.choices === 1
  const outputTokens = request.choices * (asked ?? (isOpen ? tokensPerPiece : outputTokensUnasked))
  const boundFor = (tokens: number): number | undefined =>
    dearest(deployments, wallMs, { inputTokens, outputTokens: tokens, cacheWrites: true, media: true })
  return {
    most: { nanoDollars: boundFor(outputTokens), tokens: inputTokens + outputTokens },
    spendingOf: (lease, { book, holder, owners }) => {
      const allowance = isOpen
        ? new OutputAllowance({ budgets: holder, lease, boundFor }, outputTokens)
        : undefined
      return { book, holder, owners, lease, allowance }
    },
  }
}

export function deniedBudget(denial: BudgetDenial, model: string): GatewayError {
  return denial.reason === 'unknown_price' ? new PriceUnknown(model) : exhausted(denial)
}

/** The most that any of these may cost; undefined where the price of one is not known. */
function dearest(
  deployments: SpendingCall['deployments'],
  wallMs: number,
  bound: Parameters<typeof upperBound>[1],
): number | undefined {
  let most = 0
  for (const { price } of deployments) {
    const version = price?.at(wallMs)
    if (version === undefined) return undefined
    most = Math.max(most, upperBound(version.price, bound))
  }
  return most
}

/** What was spent takes the place of what was held back. */
export function settleSpending({ spending, used, chargedNanoDollars }: PaidRecord): void {
  if (spending === undefined) return
  const tokens = used === undefined ? 0 : used.inputTokens + used.outputTokens
  spending.holder.settle(spending.lease, { nanoDollars: chargedNanoDollars ?? undefined, tokens })
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
