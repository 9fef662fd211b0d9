// What is publicly known of a model, from a snapshot that was made by hand (scripts/snapshot-models.mjs). The snapshot
// is text, so that loading it costs nothing; a provider's part is read when somebody first asks about one of its models.
import type { Ability } from '../../core/capabilities.ts'
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

const read = new Map<string, ReadonlyMap<string, string>>()

/** What a dated or tagged name adds to the name of the model that it is: `-2026-08-01`, `-20260801`, `:free`, `@001`. */
const tag = /(-\d{4}-\d{2}-\d{2}|-\d{8}|-latest|[:@][^:@]+)$/

/** The facts of a model under a provider of the snapshot; undefined for what was not known when it was made. */
export function findFacts(factsName: string, model: string): ModelFacts | undefined {
  const lines = linesOf(factsName)
  const line = lines.get(model) ?? lines.get(model.replace(tag, ''))
  return line === undefined ? undefined : factsOf(line)
}

/** The lines of one provider by the model's name, without it. */
function linesOf(factsName: string): ReadonlyMap<string, string> {
  const known = read.get(factsName)
  if (known !== undefined) return known
  const lines = new Map<string, string>()
  for (const line of (Object.hasOwn(snapshot, factsName) ? snapshot[factsName] : '')?.split('\n') ?? []) {
    const at = line.indexOf(' ')
    if (at !== -1) lines.set(line.slice(0, at), line.slice(at + 1))
  }
  read.set(factsName, lines)
  return lines
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
