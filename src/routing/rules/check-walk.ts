// What walks over a list may do with each of its texts: compare it, and nothing that costs or can fail. So the work of a
// walk is the number of its signs times the number of tags, and no caller can make it throw thousands of times.
import type { ASTNode } from '@marcbachmann/cel-js'
import { factKinds } from './call-facts.ts'
import type { FactName } from './call-facts.ts'
import { checkName, factAt, isFact } from './known-names.ts'
import { partsOf } from './node-parts.ts'
import { comparingMethods, methodUses, walks } from './rule-language.ts'
import { RuleProblem } from './rule-problem.ts'

const comparing: ReadonlySet<string> = new Set([
  'id',
  'value',
  'list',
  'rcall',
  '==',
  '!=',
  'in',
  '&&',
  '||',
  '!_',
])
const isBad =
  'inside exists and all a text is compared, with ==, in, startsWith, endsWith, contains or like, and nothing else'

/** Checks `list.exists(name, condition)` and its like. Throws RuleProblem where it may do too much. */
export function checkWalk(
  node: ASTNode,
  [receiver, variable, ...rest]: readonly ASTNode[],
  reads: Set<FactName>,
): void {
  const isTags = receiver?.op === 'id' && receiver.args === 'tags'
  if (receiver === undefined || !(isTags || receiver.op === 'list')) {
    throw new RuleProblem(node.start, 'exists and all walk over tags: tags.exists(t, t.startsWith("eu-"))')
  }
  const name = variable?.op === 'id' ? variable.args : ''
  if (isFact(name)) {
    throw new RuleProblem(variable?.start ?? node.start, `"${name}" is a fact of the call; use another name`)
  }
  for (const part of isTags ? rest : [...rest, ...partsOf(receiver.args)]) checkPart(part, reads, name)
  if (isTags) reads.add('tags')
}

function checkPart(node: ASTNode, reads: Set<FactName>, name: string): void {
  if (node.op === 'id') {
    if (node.args === name) return
    const fact = factAt(node.start, node.args)
    if (factKinds[fact] !== 'string') throw new RuleProblem(node.start, isBad)
    reads.add(fact)
    return
  }
  if (!comparing.has(node.op)) throw new RuleProblem(node.start, isBad)
  if (node.op === 'rcall') {
    const [method] = node.args
    checkName(node, method, methodUses)
    if (walks.has(method)) throw new RuleProblem(node.start, 'exists and all cannot stand inside each other')
    if (!comparingMethods.has(method)) throw new RuleProblem(node.start, isBad)
  }
  for (const part of partsOf(node.args)) checkPart(part, reads, name)
}
