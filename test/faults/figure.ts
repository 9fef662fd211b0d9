// A measured number beside its bound. What a scenario shows is a list of these, and nothing else decides whether it
// has passed.

export interface Figure {
  readonly name: string
  readonly measured: number
  readonly unit: string
  /** The bound in words: `≤ 5`. */
  readonly bound: string
  readonly isMet: boolean
}

type Bounded = (name: string, measured: number, bound: number, unit?: string) => Figure

/** Not a number misses its bound: nothing was measured. */
export const atMost: Bounded = (name, measured, bound, unit = '') => ({
  name,
  measured: rounded(measured),
  unit,
  bound: `≤ ${rounded(bound)}`,
  isMet: measured <= bound,
})

export const atLeast: Bounded = (name, measured, bound, unit = '') => ({
  name,
  measured: rounded(measured),
  unit,
  bound: `≥ ${rounded(bound)}`,
  isMet: measured >= bound,
})

/** Of these there may be none. */
export function none(name: string, found: readonly string[], say: (line: string) => void): Figure {
  for (const example of found.slice(0, examplesMax)) say(`${name}: ${example}`)
  return { name, measured: found.length, unit: '', bound: '= 0', isMet: found.length === 0 }
}

/** Rounds of the same figures as one: of each the one that missed, or else the last. */
export function worstOf(rounds: readonly (readonly Figure[])[]): readonly Figure[] {
  const byName = Map.groupBy(rounds.flat(), ({ name }) => name)
  return [...byName.values()].flatMap((same) => same.find(({ isMet }) => !isMet) ?? same.at(-1) ?? [])
}

/** How many in a hundred; not a number when there are none at all. */
export function percentOf(part: number, all: number): number {
  return (100 * part) / all
}

/** The value that this share of all values does not exceed; not a number without values. */
export function quantile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b)
  return sorted[Math.max(0, Math.ceil(sorted.length * share) - 1)] ?? Number.NaN
}

const examplesMax = 5

function rounded(value: number): number {
  return Math.round(value * 1_000) / 1_000
}
