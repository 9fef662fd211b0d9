// What a model of the Messages API takes, as far as its name tells. Until 4.5 a thought has a budget of tokens; from 4.7
// on it has an effort, and sampling settings are refused. Other names than Claude's tell nothing
// (https://platform.claude.com/docs/en/about-claude/models/migration-guide, 2026-11-21).

/** 4.5 is 405; undefined for a name without a version. */
function versionOf(model: string): number | undefined {
  // The numbers stand before the family or after it; eight digits in a row are a date.
  const found = /claude-(?:[a-z]+-)?(\d{1,2})(?:[-.](\d{1,2}))?(?!\d)/.exec(model)
  return found === null ? undefined : Number(found[1]) * 100 + Number(found[2] ?? 0)
}

/** Families that only ever thought by effort, and cannot be told not to think. */
const thinker = /claude-(?:fable|mythos)/

export function thinksByEffort(model: string): boolean {
  return thinker.test(model) || (versionOf(model) ?? 0) >= 407
}

export function alwaysThinks(model: string): boolean {
  return thinker.test(model)
}

/** From 4.1 on, models refuse `temperature` and `top_p` side by side. */
export function samplesOneWay(model: string): boolean {
  return (versionOf(model) ?? 0) >= 401
}

/** From 4.8 on, the system may speak in the middle of a conversation. */
export function hearsSystemAnywhere(model: string): boolean {
  return (versionOf(model) ?? 0) >= 408
}
