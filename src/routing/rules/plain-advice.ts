// What the library says of a mistake, said for people. Its words are matched by shape; what is not recognized is passed
// on as it is, which is still right, if less kind.
import { functionUses, methodUses } from './rule-language.ts'

/** What the library tells of a mistake. */
export interface Mistake {
  readonly summary: string
  /** The text at fault. */
  readonly written: string
  /** All that stands before it. */
  readonly before: string
}

const slips = new Map([
  ['and', 'write && for "and"'],
  ['or', 'write || for "or"'],
  ['not', 'write ! for "not"'],
  ['=', 'write == to compare'],
  ['===', 'write == to compare'],
  ['&', 'write && for "and"'],
  ['|', 'write || for "or"'],
  ['“', 'write straight quotes: "…"'],
  ['”', 'write straight quotes: "…"'],
  ['‘', 'write straight quotes: "…"'],
  ['’', 'write straight quotes: "…"'],
])

const kinds = new Map([
  ['int', 'a whole number'],
  ['double', 'a number with decimals'],
  ['string', 'a text'],
  ['bool', 'true or false'],
  ['list<string>', 'a list of texts'],
  ['map<string, string>', 'a map of texts'],
  ['null', 'null'],
])

/** One sentence on what to write instead. */
export function plainAdvice({ summary, written, before }: Mistake): string {
  return (
    slips.get(written.trim()) ??
    // The library stumbles over the word after it.
    (/\bnot\s{1,9}$/.test(before) ? slips.get('not') : undefined) ??
    adviceOnOperator(summary) ??
    adviceOnCall(summary) ??
    adviceOnGrammar(summary) ??
    `${summary.charAt(0).toLowerCase()}${summary.slice(1)}`
  )
}

function adviceOnOperator(summary: string): string | undefined {
  const found = /^no such overload: (.{1,60}?) (==|!=|<=?|>=?|\+|-|\*|\/|%|in) (.{1,60})$/.exec(summary)
  if (found === null) return undefined
  const [, left = '', operator = '', right = ''] = found
  const sides = `${kindOf(left)} and ${kindOf(right)} cannot stand on the sides of ${operator}`
  if (operator === 'in') return `${sides}; the right side is a list: hour in [22, 23]`
  if (right === 'null' || left === 'null') return 'nothing is null here; an absent text is "", and has() asks'
  const numbers = new Set([left, right])
  const mixed = numbers.has('int') && numbers.has('double')
  return mixed ? `${sides}; write the number as ${left === 'double' ? '0.0 or 1.0' : '3, not 3.0'}` : sides
}

function adviceOnCall(summary: string): string | undefined {
  const found = /^found no matching overload for '(?:.{1,60}\.)?(\w{1,60})\(/.exec(summary)
  const name = found?.[1] ?? ''
  const use = functionUses.get(name) ?? methodUses.get(name)
  return use === undefined ? undefined : `${name} is used like this: ${use}`
}

function adviceOnGrammar(summary: string): string | undefined {
  if (summary.startsWith('Logical operator requires bool')) {
    return 'both sides of && and || are true or false; compare each with something: user == "ada"'
  }
  if (summary.startsWith('has() ')) return 'has asks for an entry of metadata: has(metadata.tier)'
  if (summary === 'Unexpected token: EOF') return 'the expression ends too early'
  if (summary === 'Expected RPAREN, got EOF') return 'a ")" is missing'
  if (summary === 'Expected RBRACKET, got EOF') return 'a "]" is missing'
  if (summary === 'Unterminated string') return 'a quote is missing'
  if (summary.startsWith('Exceeded ')) return 'this is too much for one rule; write several'
  if (summary.startsWith('Cannot index type')) return 'only metadata has entries: metadata.tier'
  if (summary.startsWith('List index must be int')) return 'a list has no names; write "batch" in tags'
  return undefined
}

function kindOf(name: string): string {
  return kinds.get(name) ?? name
}
