// Turns the text of a rule into something that can be asked about calls. Everything that can be wrong with a rule is
// found here, when the config is read; afterwards a rule answers yes or no, and never throws.
import type { ParseResult } from '@marcbachmann/cel-js'
import { checkExpression } from './check-expression.ts'
import { FactsView } from './call-facts.ts'
import type { CallFacts, FactName } from './call-facts.ts'
import { plainAdvice } from './plain-advice.ts'
import { expressionCharsMax, ruleLanguage } from './rule-language.ts'
import { RuleProblem } from './rule-problem.ts'

export interface Rule {
  readonly expression: string
  /** What the rule looks at: what is costly to know need not be found out for a rule that does not ask. */
  readonly reads: ReadonlySet<FactName>
  /** How often it could not be worked out: a division by zero, a text that is no number. */
  readonly failures: number
  /** What was wrong the last time. */
  readonly lastFailure: string | undefined
  /** Never throws: what cannot be worked out is no match. Nor does an entry that is absent count as a failure. */
  matches(facts: CallFacts): boolean
}

/** What the library says when something is not there, which is ordinary. */
const absences = new Set(['no_such_key', 'index_out_of_bounds'])

/** Throws RuleProblem, with the place and with advice, for an expression that cannot be a rule. */
export function compileRule(expression: string): Rule {
  if (expression.length > expressionCharsMax) {
    const advice = `a rule has at most ${expressionCharsMax} characters; write several rules`
    throw new RuleProblem(expressionCharsMax, advice)
  }
  const evaluate = parse(expression)
  const reads = checkExpression(evaluate.ast)
  const { valid, type, error } = evaluate.check()
  if (!valid) throw problemOf(error, expression)
  if (type !== 'bool') {
    throw new RuleProblem(0, `a rule is true or false, and this is ${type}; compare it with something`)
  }
  return ruleOf(expression, reads, evaluate)
}

function parse(expression: string): ParseResult {
  try {
    return ruleLanguage.parse(expression)
  } catch (error) {
    throw problemOf(error, expression)
  }
}

function ruleOf(expression: string, reads: ReadonlySet<FactName>, evaluate: ParseResult): Rule {
  let failures = 0
  let lastFailure: string | undefined
  return {
    expression,
    reads,
    get failures() {
      return failures
    },
    get lastFailure() {
      return lastFailure
    },
    matches(facts) {
      try {
        return evaluate(new FactsView(facts)) === true
      } catch (error) {
        if (isAbsence(error)) return false
        failures++
        lastFailure = problemOf(error, expression).message
        return false
      }
    },
  }
}

function isAbsence(error: unknown): boolean {
  return error instanceof Error && 'code' in error && absences.has(String(error.code))
}

/** The library's own kinds of errors share a shape; a stack that overflowed has none of it. */
function problemOf(error: unknown, expression: string): RuleProblem {
  if (!(error instanceof Error)) return new RuleProblem(0, 'this cannot be read')
  const { range, summary } = error as Error & {
    readonly range?: { readonly start: number; readonly end: number }
    readonly summary?: string
  }
  const position = range?.start ?? 0
  const written = range === undefined ? '' : expression.slice(range.start, range.end)
  const before = expression.slice(0, position)
  return new RuleProblem(position, plainAdvice({ summary: summary ?? error.message, written, before }))
}
