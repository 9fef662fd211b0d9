// The library of the language takes longer to load than all the rest of the routing, so it is loaded when there is a
// rule. Reading a config waits for nobody, hence `require`: it is there, or it throws.
import { RuleProblem } from './rule-problem.ts'
import type { Rule } from './compile-rule.ts'

interface Compiler {
  compileRule(expression: string): Rule
}

/** As `compileRule`, which is loaded when it is first needed. Throws RuleProblem. */
export function ruleFrom(expression: string): Rule {
  const { compileRule } = require('./compile-rule.ts') as Compiler
  return compileRule(expression)
}

/** What is wrong with a rule, with the place and with advice; undefined for nothing. */
export function problemOfRule(expression: string): string | undefined {
  try {
    ruleFrom(expression)
    return undefined
  } catch (problem) {
    if (problem instanceof RuleProblem) return problem.message
    throw problem
  }
}
