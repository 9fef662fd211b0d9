// Why a call that several gateways' limits and budgets stand over is not let in: read off the store's figures, or off this
// gateway's share of the limits while the store cannot be asked.
import type { Bucket } from '../bucket.ts'
import type { Subject } from '../limit-subject.ts'
import type { CallTokens, LimitDenial } from '../limits.ts'
import type { CounterPart, LimitParts, PlacePart, RatePart } from './hold-lines.ts'

/** Fractions that summing leaves behind. */
const summingError = 1e-6
/** A millionth of a millionth is no millisecond more. */
const almostWhole = 1 - 1e-12

/** A request that is more than one of its limits ever lets pass. */
export function hopeless({ rates }: LimitParts, tokens: CallTokens, nowMs: number): LimitDenial | undefined {
  for (const { bucket, subject } of rates) {
    if (bucket.isTooSmallFor(tokens)) return { ...denied(subject, bucket, nowMs), isTooLarge: true }
  }
  return undefined
}

interface Deciding {
  readonly factor: number
  readonly nowMs: number
  /** So little may be missing. */
  readonly tolerance?: number
  isFull(place: PlacePart): boolean
}

/** By the buckets as they stand: each use counts `factor` times, and so many places are this gateway's. */
export function denialOf({ rates, places }: LimitParts, how: Deciding): LimitDenial | undefined {
  const full = places.find((place) => how.isFull(place))
  let worst = full && denied(full.subject, full.bucket, how.nowMs)
  for (const part of rates) {
    const waitMs = waitOf(part, how)
    if (waitMs === 0 || waitMs <= (worst?.retryAfterMs ?? -1)) continue
    worst = { ...denied(part.subject, part.bucket, how.nowMs), retryAfterMs: waitMs }
  }
  return worst
}

/** How long until there is so much; 0 where there is. */
function waitOf({ bucket, line }: RatePart, { factor, nowMs, tolerance = summingError }: Deciding): number {
  const missing = Math.min(line.amount * factor, line.burst) - bucket.levelAt(nowMs)
  if (missing <= tolerance) return 0
  return Math.max(1, Math.ceil((missing / line.ratePerMs) * almostWhole))
}

function denied({ level, name }: Subject, bucket: Bucket, nowMs: number): LimitDenial {
  const { kind, limit, perMs } = bucket
  return {
    granted: false,
    level,
    name,
    kind,
    limit,
    perMs,
    remaining: bucket.isOfPlaces ? 0 : bucket.remainingAt(nowMs),
    retryAfterMs: undefined,
    isTooLarge: false,
  }
}

/** The budget that has not so much left. */
export function overBudget(
  parts: readonly CounterPart[],
  figures: { readonly spent: readonly number[]; readonly held: readonly number[] },
): CounterPart | undefined {
  return parts.find(({ line: { limit, amount } }, index) => {
    const taken = (figures.spent[index] ?? 0) + (figures.held[index] ?? 0)
    return limit >= 0 && amount > 0 && taken + amount > limit
  })
}
