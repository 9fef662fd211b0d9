// What an attempt cost, and how much of that is its client's to pay: what has reached it, once. All else is the operator's.
import type { AttemptEnd, AttemptKind, AttemptMoney } from '../core/attempt.ts'
import type { Price } from '../core/price.ts'
import type { Usage } from '../core/usage.ts'
import { priceOf } from './prices/price-of.ts'
import type { Cost, CostPart } from './prices/price-of.ts'

/**
 * What of an attempt its client pays. `all`: it got the answer. `answer`: it got a further part of one, whose request it
 * pays already. `nothing`: it saw none of it.
 */
export type ClientShare = 'all' | 'answer' | 'nothing'

/** By how it ended. A client that leaves pays for what it asked for; not for an attempt that was made beside that. */
export function clientShareOf(
  { outcome, firstTokenMs }: Pick<AttemptEnd, 'outcome' | 'firstTokenMs'>,
  kind: AttemptKind,
): ClientShare {
  const isPaid = firstTokenMs >= 0 || (outcome === 'cancelled' && kind !== 'hedge')
  if (!isPaid) return 'nothing'
  return kind === 'continuation' ? 'answer' : 'all'
}

/** The tokens of that: this is what budgets in tokens count, while calls are made and when records are read. */
export function chargedTokensOf(
  end: Pick<AttemptEnd, 'outcome' | 'firstTokenMs' | 'usage'>,
  kind: AttemptKind,
): number {
  const { inputTokens, outputTokens } = end.usage
  const share = clientShareOf(end, kind)
  return share === 'nothing' ? 0 : share === 'answer' ? outputTokens : inputTokens + outputTokens
}

/** Those of its tokens that are not the client's. */
export function unchargedTokensOf(
  end: Pick<AttemptEnd, 'outcome' | 'firstTokenMs' | 'usage'>,
  kind: AttemptKind,
): number {
  const { inputTokens, outputTokens } = end.usage
  const share = clientShareOf(end, kind)
  return share === 'all' ? 0 : share === 'answer' ? inputTokens : inputTokens + outputTokens
}

/** Of an attempt for which no provider asks money. */
export const freeOfCharge: AttemptMoney = { costNanoDollars: 0, listNanoDollars: 0, chargedNanoDollars: 0 }
/** Of one whose price is not known: that is not the same. */
export const unknownMoney: AttemptMoney = {
  costNanoDollars: null,
  listNanoDollars: null,
  chargedNanoDollars: null,
}

/** What these tokens cost. `startedAtMs`: of the attempt, wall clock. */
export function moneyOf(
  usage: Usage,
  price: Price | undefined,
  { startedAtMs, share }: { readonly startedAtMs: number; readonly share: ClientShare },
): AttemptMoney {
  if (price === undefined) return unknownMoney
  const cost = priceOf(usage, price, { wallMs: startedAtMs, serviceTier: usage.serviceTier })
  const { nanoDollars, listNanoDollars } = cost
  return { costNanoDollars: nanoDollars, listNanoDollars, chargedNanoDollars: chargedOf(cost, share) }
}

const partsOfAnswers: readonly CostPart[] = ['output', 'reasoning', 'audioOutput', 'imageOutput']

function chargedOf({ nanoDollars, parts }: Cost, share: ClientShare): number {
  if (share === 'nothing') return 0
  if (share === 'all') return nanoDollars
  return partsOfAnswers.reduce((sum, part) => sum + (parts[part] ?? 0), 0)
}
