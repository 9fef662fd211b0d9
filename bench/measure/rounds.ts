// Measuring in turns: every subject once a round, the order turned round every other round. What the machine does to
// one it does to its neighbours, and going first or last is nobody's advantage.
import type { SubjectName } from '../subjects/subject.ts'

/** One figure for each round, by subject. */
export type Series = Readonly<Partial<Record<SubjectName, readonly number[]>>>

/** Series by what was measured. */
export type Measured<Metric extends string> = Readonly<Record<Metric, Series>>

/** How much is measured: `--quick` makes it less. */
export type Effort = {
  readonly rounds: number
  readonly warmUpMs: number
  readonly saturateMs: number
  readonly streamMs: number
  readonly latencyMs: number
  readonly holdMs: number
}

/** Measures each entrant once a round and gathers the figures. */
export async function inRounds<Entrant extends { readonly name: SubjectName }, Metric extends string>(
  rounds: number,
  entrants: readonly Entrant[],
  measure: (entrant: Entrant, round: number) => Promise<Readonly<Record<Metric, number>>>,
): Promise<Measured<Metric>> {
  const gathered: Partial<Record<Metric, Partial<Record<SubjectName, readonly number[]>>>> = {}
  for (let round = 0; round < rounds; round += 1) {
    for (const entrant of round % 2 === 0 ? entrants : entrants.toReversed()) {
      const figures = Object.entries(await measure(entrant, round)) as [Metric, number][]
      for (const [metric, figure] of figures) {
        const series = gathered[metric] ?? {}
        gathered[metric] = { ...series, [entrant.name]: [...(series[entrant.name] ?? []), figure] }
      }
    }
  }
  return gathered as Measured<Metric>
}

/** The middle figure; between the two middle ones for an even number. */
export function median(figures: readonly number[]): number {
  const sorted = figures.toSorted((left, right) => left - right)
  const upper = sorted[Math.floor(sorted.length / 2)]
  const lower = sorted[Math.ceil(sorted.length / 2) - 1]
  if (upper === undefined || lower === undefined) throw new RangeError('the median of nothing')
  return upper === lower ? upper : (upper + lower) / 2
}
