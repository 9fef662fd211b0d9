// "Did you mean": the known word that is nearest to the one that was written, or none if it would be a guess.

/** The nearest of `known`, or undefined. Case, "-" and "_" do not count: apiKey is api_key. */
export function nearest(written: string, known: Iterable<string>): string | undefined {
  const word = folded(written)
  if (word === '' || word.length > 64) return undefined
  const allowed = Math.min(word.length - 1, Math.max(1, Math.floor(word.length / 3)))
  let best: string | undefined
  let bestDistance = allowed + 1
  for (const candidate of known) {
    const distance = editDistance(word, folded(candidate), bestDistance)
    if (distance >= bestDistance) continue
    best = candidate
    bestDistance = distance
  }
  return best ?? partOf(written.toLowerCase(), known)
}

function folded(word: string): string {
  return word.toLowerCase().replace(/[-_.\s]/g, '')
}

/** `url` for base_url, `prio` for priority: a part or the beginning of exactly one known word. */
function partOf(word: string, known: Iterable<string>): string | undefined {
  if (word.length < 3) return undefined
  const having = [...known].filter(
    (candidate) => candidate.startsWith(word) || candidate.split('_').includes(word),
  )
  return having.length === 1 ? having[0] : undefined
}

/** Insertions, deletions, changes and swaps of neighbours; `limit` once it is known to be that or more. */
function editDistance(left: string, right: string, limit: number): number {
  if (Math.abs(left.length - right.length) >= limit) return limit
  let beforeLast: number[] = []
  let last = Array.from({ length: right.length + 1 }, (_, index) => index)
  for (let row = 1; row <= left.length; row += 1) {
    const current = [row]
    for (let column = 1; column <= right.length; column += 1) {
      current.push(cell(left, right, { row, column, current, last, beforeLast }))
    }
    beforeLast = last
    last = current
  }
  return Math.min(limit, last[right.length] ?? limit)
}

interface Cell {
  readonly row: number
  readonly column: number
  readonly current: readonly number[]
  readonly last: readonly number[]
  readonly beforeLast: readonly number[]
}

function cell(left: string, right: string, { row, column, current, last, beforeLast }: Cell): number {
  const same = left[row - 1] === right[column - 1]
  const changed = (last[column - 1] ?? 0) + (same ? 0 : 1)
  const nearestSoFar = Math.min(changed, (last[column] ?? 0) + 1, (current[column - 1] ?? 0) + 1)
  const swapped =
    row > 1 && column > 1 && left[row - 1] === right[column - 2] && left[row - 2] === right[column - 1]
  return swapped ? Math.min(nearestSoFar, (beforeLast[column - 2] ?? 0) + 1) : nearestSoFar
}
