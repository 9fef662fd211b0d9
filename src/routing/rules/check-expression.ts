// Walks the tree of a rule before its kinds are checked: only names on our lists are said, and nothing is done whose cost
// is more than the length of the rule.
import type { ASTNode } from '@marcbachmann/cel-js'
import { factKinds } from './call-facts.ts'
import type { FactName } from './call-facts.ts'
import { checkWalk } from './check-walk.ts'
import { checkName, factAt, isFact } from './known-names.ts'
import { partsOf } from './node-parts.ts'
import { functionUses, methodUses, walks } from './rule-language.ts'
import { RuleProblem } from './rule-problem.ts'
import { timeWindow } from './time-window.ts'

const arithmetic: ReadonlySet<string> = new Set(['+', '-', '*', '/', '%', '-_'])
const givesNumber: ReadonlySet<string> = new Set(['size', 'int', 'double'])

/** The facts that the expression reads. Throws RuleProblem where it does what a rule may not. */
export function checkExpression(root: ASTNode): ReadonlySet<FactName> {
  const reads = new Set<FactName>()
  visit(root, reads)
  return reads
}

function visit(node: ASTNode, reads: Set<FactName>): void {
  if (node.op === 'id') {
    reads.add(factAt(node.start, node.args))
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
    if (walks.has(name)) return checkWalk(node, [receiver, ...args], reads)
  }
  // Joining lists or texts again and again costs the square of the rule's length, and no rule needs it.
  if (node.op === '+' && !partsOf(node.args).every(isNumber)) {
    throw new RuleProblem(node.start, 'only numbers can be added')
  }
  for (const part of partsOf(node.args)) visit(part, reads)
}

/** Whether it is a number by its looks; whether it is one in truth is for the check of kinds. */
function isNumber(node: ASTNode): boolean {
  if (node.op === 'value') return typeof node.args === 'bigint' || typeof node.args === 'number'
  if (node.op === 'id') return !isFact(node.args) || ['int', 'double'].includes(factKinds[node.args])
  if (node.op === 'call' || node.op === 'rcall') return givesNumber.has(node.args[0])
  if (node.op === '?:') return partsOf(node.args).slice(1).every(isNumber)
  return arithmetic.has(node.op)
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
