// What two listeners heard differently.
import type { OracleName } from './ai-sdk.ts'
import { sameArguments } from './heard.ts'
import type { Heard } from './heard.ts'
import type { KnownDifference } from './known-differences.ts'

/** The members in which both differ. Of a failed answer, only that and what was said before counts. */
export function differing(ours: Heard, theirs: Heard): readonly (keyof Heard)[] {
  const [left, right] = [comparable(ours), comparable(theirs)]
  const names: readonly (keyof Heard)[] =
    ours.isFailed && theirs.isFailed
      ? ['text', 'reasoning', 'isFailed']
      : ours.isFailed
        ? ['text', 'isFailed']
        : ['text', 'reasoning', 'tools', 'finish', 'usage', 'isFailed']
  return names.filter((name) => !Bun.deepEquals(left[name], right[name]))
}

/** Parts of a summary are joined by a blank line here and by nothing there. */
function comparable(heard: Heard): Heard {
  return { ...sameArguments(heard), reasoning: heard.reasoning.replaceAll(/\s+/g, '') }
}

export function knownAt(
  list: readonly KnownDifference[],
  at: string,
  oracle: OracleName,
): KnownDifference | undefined {
  return list.find((known) => known.at === at && known.oracles.includes(oracle))
}
