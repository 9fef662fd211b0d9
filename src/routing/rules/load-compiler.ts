// The library of the language takes longer to load than all the rest of the routing, so it is loaded when there is a
// rule. Reading a config waits for nobody: it is there, or it throws.
import { requireApart } from '../../platform/apart.ts'
import type { Rule } from './compile-rule.ts'
import type * as CompilerParts from './compile-rule-apart.ts'
import type { ReadRule } from './compile-rule-apart.ts'

const place = { file: './compile-rule-apart.ts', from: import.meta.url }

/** The rule that an expression stands for. Throws for one that cannot be a rule; a config was checked for those. */
export function ruleFrom(expression: string): Rule {
  const read = readRule(expression)
  if ('problem' in read) throw new Error(read.problem)
  return read.rule
}

/** What is wrong with a rule, with the place and with advice; undefined for nothing. */
export function problemOfRule(expression: string): string | undefined {
  const read = readRule(expression)
  return 'problem' in read ? read.problem : undefined
}

function readRule(expression: string): ReadRule {
  const compiler = requireApart('routing/rules/compile-rule-apart', place) as typeof CompilerParts
  return compiler.readRule(expression)
}
