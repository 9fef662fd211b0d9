// What the series of a model decides. From the third on, models think in levels, check the signatures of
// their calls, take pictures inside results, and answer to a schema although they have tools
// (https://ai.google.dev/gemini-api/docs/gemini-3, 2026-11).

/** Models before the third series, and those of other families that Google serves. */
export function isEarlySeries(model: string): boolean {
  const [, series] = /(?:^|\/)gemini-(?:[a-z]+-)*(\d*)/.exec(model) ?? []
  if (series === undefined) return true
  // `gemini-flash-latest` and the like name no series: they mean the newest one.
  return series !== '' && Number(series) < 3
}

/** The large models cannot think less than `LOW`. */
export function alwaysThinks(model: string): boolean {
  return /(?:^|[-/])pro(?:-|$)/.test(model)
}
