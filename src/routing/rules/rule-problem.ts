// Why a rule cannot be used, where in its text, and what to write instead: in words for somebody who has never heard of
// the language's grammar.

/** A rule that cannot be used. Its message says where and what to do; it repeats names of the rule, no more. */
export class RuleProblem extends Error {
  /** Of the first letter at fault, counted from 0. */
  readonly position: number

  constructor(position: number, advice: string) {
    super(`at character ${position + 1}: ${advice}`)
    this.name = 'RuleProblem'
    this.position = position
  }
}
