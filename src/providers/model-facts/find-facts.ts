// What is publicly known of a model, from a snapshot that was made by hand (scripts/snapshot-models.mjs).
// What it does not say is not known: that is neither yes nor no.
import type { Ability } from '../../core/capabilities.ts'
import { linesOf, untagged } from './model-lines.ts'
import { snapshot } from './snapshot.gen.ts'

export interface ModelFacts {
  /** Tokens of a request and its answer together. */
  readonly contextTokens: number | undefined
  /** Tokens of an answer. */
  readonly outputTokens: number | undefined
  /** True and false are known; what is missing is not. */
  readonly abilities: Readonly<Partial<Record<Ability, boolean>>>
  /** It is told how many tokens to think, where newer ones are told how hard (Anthropic). */
  readonly thinksByBudget: boolean | undefined
}

/** The facts of a model under a provider of the snapshot; undefined for what was not known when it was made. */
export function findFacts(factsName: string, model: string): ModelFacts | undefined {
  const lines = linesOf(snapshot, factsName)
  const line = lines.get(model) ?? lines.get(untagged(model))
  return line === undefined ? undefined : factsOf(line)
}

/** `400000 128000 tvfsr`: the letters of the script that writes them. */
function factsOf(line: string): ModelFacts {
  const [context = '', output = '', letters = ''] = line.split(' ')
  const has = (letter: string): boolean => letters.includes(letter)
  const limits = { contextTokens: tokens(context), outputTokens: tokens(output), thinksByBudget: has('b') }
  if (has('?')) return { ...limits, abilities: {} }
  const abilities: Partial<Record<Ability, boolean>> = {
    tools: has('t'),
    vision: has('v'),
    audio: has('a'),
    reasoning: has('r'),
    sampling: has('p'),
  }
  if (has('s') || has('x')) abilities.jsonSchema = has('s')
  // Lists leave documents out where images are read, though a page is then read as one; blind models read neither.
  if (has('f') || !has('v')) abilities.files = has('f')
  return { ...limits, abilities }
}

function tokens(text: string): number | undefined {
  const count = Number(text)
  return Number.isInteger(count) && count > 0 ? count : undefined
}
