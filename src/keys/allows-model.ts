// May a caller call a model? Lists hold names and wildcards: `fast`, `openai/*`.
import type { Caller } from '../core/caller.ts'
import { matchesPattern } from '../core/scopes.ts'

/** `patterns` empty means every model. A `*` stands for any run of characters. */
export function allowsModel(patterns: readonly string[], model: string): boolean {
  return patterns.length === 0 || patterns.some((pattern) => matchesPattern(pattern, model))
}

/** The key's own list and its team's both have to allow it. */
export function mayCall(
  { models, teamAllows }: Pick<Caller, 'models' | 'teamAllows'>,
  model: string,
): boolean {
  return allowsModel(models, model) && (teamAllows === undefined || allowsModel(teamAllows.models, model))
}
