// The name that somebody probably meant. Bounded, because the names asked for come from outside, by anybody
// with a key: long ones are not compared, and each comparison is abandoned as soon as it cannot be near.

const namesComparedMax = 2000
const nameCharsMax = 100

/**
 * The nearest of `known` that a slip or two away from `asked` would give, or undefined. Case does not count.
 */
export function nearestName(asked: string, known: Iterable<string>): string | undefined {
  if (asked === '' || asked.length > nameCharsMax) return undefined
  const wanted = asked.toLowerCase()
  let nearest: string | undefined
  // A third of the letters wrong is another word, not a slip.
  let within = Math.min(3, Math.floor(asked.length / 3))
  let compared = 0
  for (const name of known) {
    if (compared++ === namesComparedMax) break
    const slips = slipsBetween(wanted, name.toLowerCase(), within)
    if (slips > within) continue
    nearest = name
    within = slips - 1
    if (within < 0) break
  }
  return nearest
}

/**
 * Letters added, left out, changed or swapped with their neighbour; anything above `most` when there are
 * more.
 */
function slipsBetween(one: string, other: string, most: number): number {
  if (Math.abs(one.length - other.length) > most) return most + 1
  let before = new Uint8Array(other.length + 1)
  let above = before.map((_, column) => column)
  let current = new Uint8Array(other.length + 1)
  for (let row = 1; row <= one.length; row++) {
    if (fillRow(one, other, { row, before, above, current }) > most) return most + 1
    ;[before, above, current] = [above, current, before]
  }
  return above[other.length] ?? most + 1
}

interface Rows {
  readonly row: number
  readonly before: Uint8Array
  readonly above: Uint8Array
  readonly current: Uint8Array
}

/** One row of the table of distances between beginnings of both words. Returns its least cell. */
function fillRow(one: string, other: string, { row, before, above, current }: Rows): number {
  const letter = one.charCodeAt(row - 1)
  let left = row
  let least = row
  current[0] = row
  for (let column = 1; column <= other.length; column++) {
    const changed = at(above, column - 1) + (letter === other.charCodeAt(column - 1) ? 0 : 1)
    left = Math.min(changed, at(above, column) + 1, left + 1)
    if (row > 1 && column > 1 && letter === other.charCodeAt(column - 2)) {
      const swapped = one.charCodeAt(row - 2) === other.charCodeAt(column - 1)
      if (swapped) left = Math.min(left, at(before, column - 2) + 1)
    }
    current[column] = left
    if (left < least) least = left
  }
  return least
}

function at(row: Uint8Array, column: number): number {
  return row[column] ?? 255
}
