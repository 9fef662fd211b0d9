// How far two words are apart, by slips of the finger: the measure behind every "did you mean". Abandoned as soon as it is
// known to be more than what is asked for.

/**
 * Letters added, left out, changed or swapped with their neighbour, once each; `most + 1` when there are more. Whoever
 * lets words in from outside bounds their length: the work is the product of both.
 */
export function slipsBetween(one: string, other: string, most: number): number {
  if (most < 0 || Math.abs(one.length - other.length) > most) return most + 1
  let before = new Uint16Array(other.length + 1)
  let above = before.map((_, column) => column)
  let current = new Uint16Array(other.length + 1)
  for (let row = 1; row <= one.length; row++) {
    if (fillRow(one, other, { row, before, above, current }) > most) return most + 1
    ;[before, above, current] = [above, current, before]
  }
  return Math.min(most + 1, at(above, other.length))
}

interface Rows {
  readonly row: number
  readonly before: Uint16Array
  readonly above: Uint16Array
  readonly current: Uint16Array
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

function at(row: Uint16Array, column: number): number {
  return row[column] ?? 0xffff
}
