// What was found out about one thing that a deployment does, or should do.
import type { Ability } from '../../core/capabilities.ts'

/**
 * `weak`: it works, but not as one would rely on. `unknown`: it could not be found out; that says nothing against the
 * deployment.
 */
export type Verdict = 'ok' | 'weak' | 'fails' | 'unknown'

export type Figure = number | string | boolean

export interface Finding {
  /** One word in lower case: `streams`, `json_schema`. */
  readonly check: string
  readonly verdict: Verdict
  /** A whole sentence for people. */
  readonly sentence: string
  readonly figures: Readonly<Record<string, Figure>>
  /** What this says about the table of capabilities; nothing where it is not certain. */
  readonly ability?: { readonly name: Ability; readonly has: boolean }
}

type Figures = Readonly<Record<string, Figure | undefined>>

/** A finding; figures that are not known are left out. */
export function finding(
  check: string,
  verdict: Verdict,
  said: readonly [sentence: string, figures?: Figures],
): Finding {
  const [sentence, figures = {}] = said
  const known = Object.entries(figures).filter((entry): entry is [string, Figure] => entry[1] !== undefined)
  return { check, verdict, sentence, figures: Object.fromEntries(known) }
}

/** The same with what it says about an ability: that it is there if good, that it is not if bad, else nothing. */
export function about(name: Ability, found: Finding): Finding {
  if (found.verdict !== 'ok' && found.verdict !== 'fails') return found
  return { ...found, ability: { name, has: found.verdict === 'ok' } }
}

/** The middle one; undefined where there is none. */
export function medianOf(values: readonly number[]): number | undefined {
  const sorted = values.toSorted((left, right) => left - right)
  return sorted[Math.floor((sorted.length - 1) / 2)]
}
