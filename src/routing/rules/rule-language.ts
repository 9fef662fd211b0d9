// The language of rules: the Common Expression Language, with the facts of a call as its only variables, and with what
// a rule may call written down here. Whatever can take long or makes values (regular expressions, splitting, times,
// conversions to any kind) is not on the list.
import { Environment } from '@marcbachmann/cel-js'
import type { ASTNode } from '@marcbachmann/cel-js'
import { factKinds, minuteOfDay } from './call-facts.ts'
import { isLike } from './is-like.ts'
import { isWithin, timeWindow } from './time-window.ts'

/** Longer rules are several rules. The depth of a syntax tree, and so of the stack, follows from it. */
export const expressionCharsMax = 1_000

const limits = {
  maxAstNodes: 400,
  maxDepth: 30,
  maxListElements: 64,
  maxMapEntries: 0,
  maxCallArguments: 2,
}

/** Functions that a rule may call, each with an example of its use. */
export const functionUses: ReadonlyMap<string, string> = new Map([
  ['has', 'has(metadata.tier)'],
  ['in_window', 'in_window("22:00-06:00")'],
  ['size', 'size(tags) > 2'],
  ['int', 'int(metadata.priority) > 3'],
  ['double', 'double(metadata.budget) > 0.5'],
  ['string', 'string(hour)'],
])

/** The same for what is called on a value. */
export const methodUses: ReadonlyMap<string, string> = new Map([
  ['startsWith', 'model.startsWith("gpt-")'],
  ['endsWith', 'model.endsWith("-mini")'],
  ['contains', 'model.contains("mini")'],
  ['like', 'model.like("gpt-*-mini")'],
  ['lowerAscii', 'team.lowerAscii() == "research"'],
  ['upperAscii', 'team.upperAscii() == "RESEARCH"'],
  ['size', 'tags.size() > 2'],
  ['exists', 'tags.exists(t, t.startsWith("eu-"))'],
  ['all', 'tags.all(t, t.startsWith("eu-"))'],
  ['exists_one', 'tags.exists_one(t, t.startsWith("eu-"))'],
])

/** Methods that answer about a text at once, and cannot fail. */
export const comparingMethods: ReadonlySet<string> = new Set([
  'startsWith',
  'endsWith',
  'contains',
  'like',
  'lowerAscii',
  'upperAscii',
])

/** What walks over a list, binding a name. */
export const walks: ReadonlySet<string> = new Set(['exists', 'all', 'exists_one'])

export const ruleLanguage = languageOfRules()

function languageOfRules(): Environment {
  const language = new Environment({ limits })
  for (const [name, kind] of Object.entries(factKinds)) language.registerVariable(name, kind)
  language.registerFunction('string.like(string): bool', isLike, { async: false })
  language.registerFunction('in_window(ast): bool', inWindow)
  return language
}

/** What the library hands to a function that is worked out when the expression is read. */
interface Expanding {
  readonly args: readonly ASTNode[]
}

interface Checking {
  getType(kind: string): unknown
}

interface Evaluating {
  getValue(name: string): unknown
}

/** Reads its window once, when the rule is read; that it is one has been checked before. */
function inWindow({ args }: Expanding) {
  const [written] = args
  const window = written?.op === 'value' ? timeWindow(String(written.args)) : undefined
  return {
    args,
    async: false,
    typeCheck: (checker: Checking) => checker.getType('bool'),
    evaluate: (_evaluator: unknown, _call: unknown, facts: Evaluating) =>
      window !== undefined && isWithin(window, Number(facts.getValue(minuteOfDay))),
  }
}
