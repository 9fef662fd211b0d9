// What two listeners heard differently.
import type { OracleName } from './ai-sdk.ts'
import { sameArguments } from './heard.ts'
import type { Heard } from './heard.ts'
import type { KnownDifference, Way } from './known-differences.ts'

/** The members in which both differ, by name. Of a failed answer, only that and what was said before counts. */
export function differing(ours: Heard, theirs: Heard): readonly (keyof Heard)[] {
  const [left, right] = [comparable(ours), comparable(theirs)]
  const names: readonly (keyof Heard)[] =
    ours.isFailed && theirs.isFailed
      ? ['text', 'reasoning', 'isFailed']
      : ours.isFailed
        ? ['text', 'isFailed']
        : ['text', 'reasoning', 'tools', 'finish', 'usage', 'isFailed']
  return names.filter((name) => !Bun.deepEquals(left[name], right[name])).toSorted()
}

/** Parts of a summary are joined by a blank line here and by nothing there. */
function comparable(heard: Heard): Heard {
  return { ...sameArguments(heard), reasoning: heard.reasoning.replaceAll(/\s+/g, '') }
}

/** Where two listened: what was said, who of the SDK's listened, and how it came. */
export interface Listening {
  readonly at: string
  readonly oracle: OracleName
  readonly way: Way
}

/** The members in which both may differ there, and must. */
export function knownAt(
  list: readonly KnownDifference[],
  { at, oracle, way }: Listening,
): readonly (keyof Heard)[] {
  const found = list.filter(
    (known) => known.at === at && known.oracles.includes(oracle) && (known.way ?? way) === way,
  )
  return found.flatMap(({ members }) => members).toSorted()
}

/** Where a difference is said to be and nobody listens. */
export function strayIn(
  list: readonly KnownDifference[],
  listened: readonly (readonly [at: string, oracle: OracleName])[],
): readonly string[] {
  const places = new Set(listened.map(([at, oracle]) => `${at} for ${oracle}`))
  const said = list.flatMap(({ at, oracles }) => oracles.map((oracle) => `${at} for ${oracle}`))
  return said.filter((place) => !places.has(place))
}
