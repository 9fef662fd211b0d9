// What compiles rules, with the library of their language, for configs that have some. Classes of errors are not the
// same on both sides of such a border, so what is wrong with a rule is said in words.
import { compileRule } from './compile-rule.ts'
import type { Rule } from './compile-rule.ts'
import { RuleProblem } from './rule-problem.ts'

export type ReadRule = { readonly rule: Rule } | { readonly problem: string }

/** The rule that an expression stands for, or what is wrong with it, with the place and with advice. */
export function readRule(expression: string): ReadRule {
  try {
    return { rule: compileRule(expression) }
  } catch (problem) {
    if (problem instanceof RuleProblem) return { problem: problem.message }
    throw problem
  }
}
