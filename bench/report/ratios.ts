// How Sallyport's figures are put beside a peer's: round by round, never a median over a median, because what the
// machine did in a round it did to both.
import type { Figures } from '../measure/measurement.ts'
import type { SubjectName } from '../subjects/subject.ts'

/** Picks Sallyport's figure of each round out of a run; none when something it needs was not measured. */
export type FigurePick = (figures: Figures) => readonly number[]

/** Sallyport's own figure. */
export function own(metric: string): FigurePick {
  return (figures) => figures[metric]?.sallyport ?? []
}

/** What one of Sallyport's own figures is above another one, in units that are `scale` times as large. */
export function ownAbove(metric: string, base: string, scale = 1): FigurePick {
  return (figures) =>
    paired(figures[metric]?.sallyport, figures[base]?.sallyport, (figure, least) => (figure - least) / scale)
}

/** One of Sallyport's own figures over another one, so many times. */
export function ownRatio(metric: string, base: string, factor = 1): FigurePick {
  return (figures) =>
    paired(figures[metric]?.sallyport, figures[base]?.sallyport, (figure, least) => (factor * figure) / least)
}

/** Sallyport's figure over a peer's. */
export function ratioTo(peer: SubjectName, metric: string): FigurePick {
  return (figures) =>
    paired(figures[metric]?.sallyport, figures[metric]?.[peer], (ours, theirs) => ours / theirs)
}

/** What Sallyport adds to a direct call over what a peer adds. */
export function addedRatioTo(peer: SubjectName): FigurePick {
  return (figures) => {
    const added = addedLatency(figures)
    return paired(added.sallyport, added[peer], (ours, theirs) => ours / theirs)
  }
}

/** What each subject adds to a direct call's median latency, in milliseconds. */
export function addedLatency(figures: Figures): Readonly<Partial<Record<SubjectName, readonly number[]>>> {
  const { direct, ...others } = figures['latencyP50Ms'] ?? {}
  return Object.fromEntries(
    Object.entries(others).map(([name, series]) => [
      name,
      paired(series, direct, (through, past) => through - past),
    ]),
  )
}

function paired(
  left: readonly number[] | undefined,
  right: readonly number[] | undefined,
  combine: (left: number, right: number) => number,
): readonly number[] {
  if (left === undefined || right === undefined) return []
  return left.flatMap((figure, round) => {
    const other = right[round]
    return other === undefined ? [] : [combine(figure, other)]
  })
}
