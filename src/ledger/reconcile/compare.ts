// What was recorded beside what the provider says, by day and model. Pure. A provider names the version of a model that it
// was asked for by a shorter name, so dates at the ends of names do not tell models apart.
import type { ProvidedRow } from './provider-export.ts'

/** The sums of a day and a model. */
export interface RecordedRow {
  readonly day: string
  readonly model: string
  readonly inputTokens: number
  readonly outputTokens: number
  readonly nanoDollars: number
}

export const measures = ['inputTokens', 'outputTokens', 'nanoDollars'] as const
export type Measure = (typeof measures)[number]

export interface Difference {
  readonly day: string
  /** Undefined where the provider does not tell models apart. */
  readonly model: string | undefined
  readonly measure: Measure
  readonly recorded: number
  readonly provided: number
  /** As a part of the larger one. */
  readonly share: number
  readonly isTooLarge: boolean
}

/** Every pair of sums, in the order of days and models. `tolerance` is a part: 0.01 is one percent. */
export function compare(
  recorded: readonly RecordedRow[],
  provided: readonly ProvidedRow[],
  tolerance: number,
): readonly Difference[] {
  const days = new Set(provided.map(({ day }) => day))
  const said = measures.filter((measure) => provided.some((row) => row[measure] !== undefined))
  const hasModels = said.length > 0 && provided.some(({ model }) => model !== undefined)
  const placeOf = ({ day, model }: { readonly day: string; readonly model?: string | undefined }): string =>
    JSON.stringify([day, hasModels && model !== undefined ? undated(model) : null])
  const ours = Map.groupBy(
    recorded.filter(({ day }) => days.has(day)),
    placeOf,
  )
  const theirs = Map.groupBy(provided, placeOf)
  const places = [...new Set([...theirs.keys(), ...ours.keys()])].toSorted()
  return places.flatMap((place) => {
    const [day, model] = JSON.parse(place) as readonly [string, string | null]
    return said.flatMap((measure) => {
      const sums = { recorded: sumOf(ours.get(place), measure), provided: sumOf(theirs.get(place), measure) }
      const isNothing = sums.recorded === 0 && sums.provided === 0
      return isNothing
        ? []
        : [{ day, model: model ?? undefined, measure, ...sums, ...judged(sums, tolerance) }]
    })
  })
}

function judged(
  { recorded, provided }: Pick<Difference, 'recorded' | 'provided'>,
  tolerance: number,
): Pick<Difference, 'share' | 'isTooLarge'> {
  const share = Math.abs(recorded - provided) / Math.max(Math.abs(recorded), Math.abs(provided))
  return { share, isTooLarge: share > tolerance }
}

function sumOf(
  rows: readonly Partial<Readonly<Record<Measure, number | undefined>>>[] | undefined,
  measure: Measure,
): number {
  return rows?.reduce((sum, row) => sum + (row[measure] ?? 0), 0) ?? 0
}

/** `gpt-4o-2024-08-06` and `claude-haiku-4-5-20251001` are versions of `gpt-4o` and `claude-haiku-4-5`. */
function undated(model: string): string {
  return model.replace(/[-@](\d{4}-\d\d-\d\d|\d{8})$/, '')
}
