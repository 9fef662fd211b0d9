// The names that a rule may say: facts, functions, methods. Whoever says another is told which one was probably meant.
import type { ASTNode } from '@marcbachmann/cel-js'
import { nearestName } from '../nearest-name.ts'
import { factKinds } from './call-facts.ts'
import type { FactName } from './call-facts.ts'
import { functionUses, methodUses } from './rule-language.ts'
import { RuleProblem } from './rule-problem.ts'

/** What stands in for a function of the language that rules do not have. */
const insteadOf = new Map([
  ['matches', 'regular expressions are not allowed; use like with stars: model.like("gpt-*-mini")'],
  ['map', 'use exists or all: tags.exists(t, t.startsWith("eu-"))'],
  ['filter', 'use exists or all: tags.exists(t, t.startsWith("eu-"))'],
  ['timestamp', 'use hour, minute and weekday'],
  ['duration', 'use hour, minute and weekday'],
  ['now', 'use hour, minute and weekday'],
  ['includes', 'use contains for a text, and "x" in tags for a list'],
  ['toLowerCase', 'use lowerAscii'],
  ['toUpperCase', 'use upperAscii'],
  ['length', 'use size'],
])

export function isFact(name: string): name is FactName {
  return Object.hasOwn(factKinds, name)
}

/** The fact of a name, or a RuleProblem. */
export function factAt(position: number, name: string): FactName {
  if (isFact(name)) return name
  throw new RuleProblem(position, unknown(name, Object.keys(factKinds), 'a rule can read'))
}

/** Throws RuleProblem for what is not on the list of uses. */
export function checkName(node: ASTNode, name: string, uses: ReadonlyMap<string, string>): void {
  if (uses.has(name)) return
  const other = uses === functionUses ? methodUses : functionUses
  const advice =
    other.get(name) ??
    insteadOf.get(name) ??
    unknown(name, [...new Set([...functionUses.keys(), ...methodUses.keys()])], 'a rule can call')
  throw new RuleProblem(nameStart(node, name), other.has(name) ? `write ${advice}` : advice)
}

/** Where the name of a method stands: after its receiver, which is where the library has the node begin. */
function nameStart(node: ASTNode, name: string): number {
  if (node.op !== 'rcall') return node.start
  const [, receiver] = node.args
  const found = node.input.indexOf(name, receiver.range.end)
  return found === -1 ? node.start : found
}

function unknown(name: string, known: readonly string[], whatTheyAre: string): string {
  const nearest = nearestName(name, known)
  const hint = nearest === undefined ? `${whatTheyAre} ${known.join(', ')}` : `did you mean "${nearest}"?`
  return `"${name}" is not known; ${hint}`
}
