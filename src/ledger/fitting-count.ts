// What a count or a sum is stored as. What no column takes would keep the whole batch from being stored, now and ever.

/** A whole number that every database and every program reads as it was written. */
export function fittingCount(count: number): number {
  return Math.max(-Number.MAX_SAFE_INTEGER, Math.min(Number.MAX_SAFE_INTEGER, Math.round(count)))
}
