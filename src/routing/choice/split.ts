// Canaries and A/B tests: a part of the callers goes to certain deployments, decided before any policy. A caller
// stays where it is, also when the part grows: its point on the split's own line never moves, only the mark does.
import { pointOf } from './stable-hash.ts'
import type { Candidate } from './candidate.ts'

export interface Split {
  /** Decides who is in; a new name draws anew. */
  readonly name: string
  /** Of all callers, 0 to 100, fractions too. */
  readonly percent: number
  /** What a caller is known by, in the words of the config; passed to `keyOf`. */
  readonly stickyBy: string
  /** The deployments that its callers go to. */
  readonly takes: { readonly tag: string } | { readonly deployments: ReadonlySet<string> }
}

/** What this call's caller is known by for a split; empty when it is not known, and then chance decides. */
export type KeyOf = (stickyBy: string) => string

/**
 * The split that this call is in, or undefined for the rest. Each has its percent of all callers: those that an
 * earlier one took are made up for by a larger part of the others.
 */
export function chooseSplit(splits: readonly Split[], keyOf: KeyOf, random: () => number): Split | undefined {
  let percentLeft = 100
  for (const split of splits) {
    const key = keyOf(split.stickyBy)
    const point = key === '' ? random() : pointOf(split.name, key)
    if (point * percentLeft < split.percent) return split
    percentLeft -= split.percent
    if (percentLeft <= 0) return undefined
  }
  return undefined
}

/** Where a call goes first, and where it goes when nothing there can take it. */
export interface SplitCandidates<Kind extends Candidate> {
  readonly first: readonly Kind[]
  readonly otherwise: readonly Kind[]
}

/** A call in a split goes to the split's deployments, any other to those of no split. */
export function splitCandidates<Kind extends Candidate>(
  candidates: readonly Kind[],
  splits: readonly Split[],
  chosen: Split | undefined,
): SplitCandidates<Kind> {
  if (splits.length === 0) return { first: candidates, otherwise: [] }
  const isFirst = (candidate: Kind): boolean =>
    chosen === undefined ? !splits.some((split) => isIn(split, candidate)) : isIn(chosen, candidate)
  return {
    first: candidates.filter(isFirst),
    otherwise: candidates.filter((candidate) => !isFirst(candidate)),
  }
}

function isIn({ takes }: Split, { name, tags }: Candidate): boolean {
  return 'tag' in takes ? tags.has(takes.tag) : takes.deployments.has(name)
}
