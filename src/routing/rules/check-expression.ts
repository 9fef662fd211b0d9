// Walks the tree of a rule before its kinds are checked: only names on our lists are called, nothing walks inside a
// walk (so that the work of a rule is its length times the number of tags, at most), and facts keep their names.
import type { ASTNode } from '@marcbachmann/cel-js'
import { nearestName } from '../nearest-name.ts'
import { factKinds } from './call-facts.ts'
import type { FactName } from './call-facts.ts'
import { functionUses, methodUses, walks } from './rule-language.ts'
import { RuleProblem } from './rule-problem.ts'
import { timeWindow } from './time-window.ts'

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

/** The facts that the expression reads. Throws RuleProblem where it does what a rule may not. */
export function checkExpression(root: ASTNode): ReadonlySet<FactName> {
  const reads = new Set<FactName>()
  visit(root, reads, new Set())
  return reads
}

function visit(node: ASTNode, reads: Set<FactName>, bound: ReadonlySet<string>): void {
  if (node.op === 'id') {
    if (!bound.has(node.args)) reads.add(factAt(node.start, node.args))
    return
  }
  if (node.op === 'call') {
    const [name, args] = node.args
    checkName(node, name, functionUses)
    if (name === 'in_window') return checkWindow(node, args, reads)
  }
  if (node.op === 'rcall') {
    const [name, receiver, args] = node.args
    checkName(node, name, methodUses)
    if (walks.has(name)) {
      checkWalked(receiver)
      visit(receiver, reads, bound)
      return visitWalk(node, args, { reads, bound })
    }
  }
  for (const part of partsOf(node.args)) visit(part, reads, bound)
}

function factAt(position: number, name: string): FactName {
  if (isFact(name)) return name
  throw new RuleProblem(position, unknown(name, Object.keys(factKinds), 'a rule can read'))
}

function checkName(node: ASTNode, name: string, uses: ReadonlyMap<string, string>): void {
  if (uses.has(name)) return
  const other = uses === functionUses ? methodUses : functionUses
  const advice =
    other.get(name) ??
    insteadOf.get(name) ??
    unknown(name, [...new Set([...functionUses.keys(), ...methodUses.keys()])], 'a rule can call')
  throw new RuleProblem(nameStart(node, name), other.has(name) ? `write ${advice}` : advice)
}

function checkWindow(node: ASTNode, args: readonly ASTNode[], reads: Set<FactName>): void {
  const [written, ...more] = args
  const isWindow =
    written?.op === 'value' && typeof written.args === 'string' && timeWindow(written.args) !== undefined
  if (!isWindow || more.length > 0) {
    const advice = 'in_window wants one window in quotes, with two different ends: in_window("22:00-06:00")'
    throw new RuleProblem(written?.start ?? node.start, advice)
  }
  reads.add('hour').add('minute')
}

/** The number of tags is bounded, and that of a list that is written down; how much metadata there is, others say. */
function checkWalked(receiver: ASTNode): void {
  if (receiver.op === 'list' || (receiver.op === 'id' && receiver.args === 'tags')) return
  throw new RuleProblem(receiver.start, 'exists and all walk over tags: tags.exists(t, t.startsWith("eu-"))')
}

function visitWalk(
  node: ASTNode,
  [variable, ...rest]: readonly ASTNode[],
  { reads, bound }: { readonly reads: Set<FactName>; readonly bound: ReadonlySet<string> },
): void {
  const name = variable?.op === 'id' ? variable.args : ''
  if (bound.size > 0) throw new RuleProblem(node.start, 'exists and all cannot stand inside each other')
  if (isFact(name)) {
    throw new RuleProblem(variable?.start ?? node.start, `"${name}" is a fact of the call; use another name`)
  }
  for (const part of rest) visit(part, reads, new Set([name]))
}

/** The nodes among a node's arguments, in order, however they are nested. */
function partsOf(args: unknown): readonly ASTNode[] {
  if (Array.isArray(args)) return args.flatMap(partsOf)
  return isNode(args) ? [args] : []
}

function isNode(candidate: unknown): candidate is ASTNode {
  return typeof candidate === 'object' && candidate !== null && 'op' in candidate && 'args' in candidate
}

function isFact(name: string): name is FactName {
  return Object.hasOwn(factKinds, name)
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
