// The text of a config, read as YAML 1.2. Whatever the text is, this ends in a value or in problems, never in an
// exception; the parser's own messages are replaced because they quote the file, where a secret may stand.
import { isAlias, isMap, isNode, isScalar, isSeq, LineCounter, parseDocument } from 'yaml'
import type { Document, Pair, YAMLError, YAMLMap } from 'yaml'
import { formatPath } from './problem.ts'
import type { Finding, Problem, SettingPath } from './problem.ts'

export const configBytesMax = 2 * 1024 * 1024
const depthMax = 32
const aliasesMax = 100

/** A readable text. `locate` turns findings into problems with a line and a column. */
export interface YamlText {
  readonly value: unknown
  /** Names that stand twice: the rest can be checked all the same. */
  readonly findings: readonly Finding[]
  readonly locate: (finding: Finding) => Problem
}

export type YamlOutcome =
  | { readonly ok: true; readonly yaml: YamlText }
  | { readonly ok: false; readonly problems: readonly Problem[] }

export function readYaml(text: string): YamlOutcome {
  if (text.length > configBytesMax) return refused('is larger than 2 MiB, which is the most that is read')
  const lines = new LineCounter()
  try {
    return readDocument(text, lines)
  } catch (failure) {
    // The parser recurses, so brackets without end overflow its stack; aliases of aliases are a ReferenceError.
    if (failure instanceof RangeError) return refused(`is nested deeper than ${depthMax} levels`)
    if (failure instanceof ReferenceError) return refused(tooManyAliases)
    throw failure
  }
}

function readDocument(text: string, lines: LineCounter): YamlOutcome {
  const document = parseDocument(text, {
    lineCounter: lines,
    prettyErrors: false,
    stringKeys: true,
    // The parser compares every pair of names; `findRepeated` below does it in one pass.
    uniqueKeys: false,
  })
  const faults = [...document.errors, ...document.warnings]
  if (faults.length > 0) return { ok: false, problems: faultsAt(faults, lines) }

  const findings: Finding[] = []
  const broken: Finding[] = []
  walk(document, (node, path, around) => {
    if (isMap(node)) findings.push(...repeatedNames(node, path))
    if (!isAlias(node)) return
    if (broken.length >= aliasesMax) throw new ReferenceError(tooManyAliases)
    const named = node.resolve(document)
    // What an alias names begins above it, so a ring of aliases always has one that stands inside of what it names.
    if (named === undefined) broken.push({ path, at: 'value', message: unknownAlias })
    else if (around.has(named)) broken.push({ path, at: 'value', message: endlessAlias })
  })
  const located = locator(document, lines)
  if (broken.length > 0) {
    const problems = [...broken, ...findings].map(located)
    return {
      ok: false,
      problems: problems.toSorted((one, other) => one.line - other.line || one.column - other.column),
    }
  }
  const value: unknown = document.toJS({ maxAliasCount: aliasesMax })
  return { ok: true, yaml: { value, findings, locate: located } }
}

/** One fault per line: what follows on it is mostly a consequence. */
function faultsAt(faults: readonly YAMLError[], lines: LineCounter): Problem[] {
  const byLine = new Map<number, Problem>()
  for (const fault of faults) {
    const { line, col } = lines.linePos(fault.pos[0])
    const problem = {
      path: '',
      line,
      column: Math.max(1, col),
      message: faultText.get(fault.code) ?? plainFault,
    }
    const earlier = byLine.get(line)
    if (earlier === undefined || problem.column < earlier.column) byLine.set(line, problem)
  }
  return [...byLine.values()].toSorted((left, right) => left.line - right.line)
}

const tooManyAliases = `repeats more than ${aliasesMax} times through aliases (*name)`
const unknownAlias = 'this alias (*name) names nothing above it'
const endlessAlias = 'this alias (*name) stands inside of what it names, which would have no end'
const plainFault = 'this is not valid YAML'
const faultText = new Map<string, string>([
  ['BAD_ALIAS', 'an alias (*name) cannot stand here'],
  ['BAD_DIRECTIVE', 'directives (%) are not used in a config'],
  ['BAD_DQ_ESCAPE', 'this escape is not known inside double quotes'],
  ['BAD_INDENT', 'the indentation is wrong here, or a closing bracket is missing'],
  ['BAD_SCALAR_START', 'text that starts with this character needs quotes'],
  ['BLOCK_AS_IMPLICIT_KEY', 'one line holds two names; put the second on a line of its own, or use quotes'],
  ['BLOCK_IN_FLOW', 'an indented block cannot stand inside { } or [ ]'],
  ['MISSING_CHAR', 'something is missing here: a closing bracket, quote, colon or comma'],
  ['MULTILINE_IMPLICIT_KEY', 'a name and its colon stand on one line'],
  ['MULTIPLE_DOCS', 'a config is one YAML document; take out the "---"'],
  ['NON_STRING_KEY', 'the name of a setting is plain text'],
  ['TAB_AS_INDENT', 'indent with spaces, not with tabs'],
  ['TAG_RESOLVE_FAILED', 'tags (!name) are not used in a config'],
  ['UNEXPECTED_TOKEN', 'this cannot stand here'],
])

function refused(message: string): YamlOutcome {
  return { ok: false, problems: [{ path: '', line: 1, column: 1, message }] }
}

/** A node, where it stands, and the groups and lists around it. */
type Visit = (node: unknown, path: SettingPath, around: ReadonlySet<unknown>) => void

/** Visits every node. Aliases are not followed: what they name is looked at where it stands. */
function walk(document: Document, visit: Visit): void {
  const around = new Set<unknown>()
  const step = (node: unknown, path: SettingPath): void => {
    if (path.length > depthMax) throw new RangeError('too deep')
    visit(node, path, around)
    around.add(node)
    if (isSeq(node)) node.items.forEach((entry, index) => step(entry, [...path, index]))
    if (isMap(node)) for (const pair of node.items) step(pair.value, [...path, nameOf(pair)])
    around.delete(node)
  }
  step(document.contents, [])
}

function repeatedNames(group: YAMLMap, path: SettingPath): Finding[] {
  const seen = new Set<string>()
  return group.items.flatMap((pair): Finding[] => {
    const name = nameOf(pair)
    const repeated = seen.has(name)
    seen.add(name)
    if (repeated) return [{ path: [...path, name], at: 'name', message: 'stands twice; keep one of them' }]
    // Reading a plain object gives something under this name even where nothing was written.
    if (name !== '__proto__') return []
    return [{ path: [...path, name], at: 'name', message: 'this name cannot be used' }]
  })
}

function nameOf(pair: Pair): string {
  return isScalar(pair.key) && typeof pair.key.value === 'string' ? pair.key.value : ''
}

function locator(document: Document, lines: LineCounter): YamlText['locate'] {
  const index = new WeakMap<YAMLMap, ReadonlyMap<string, Pair>>()
  // Thousands of findings may point into one large group, so its names are looked up and not searched.
  const pairOf = (group: YAMLMap, name: string): Pair | undefined => {
    const pairs = index.get(group) ?? new Map(group.items.map((pair) => [nameOf(pair), pair]))
    index.set(group, pairs)
    return pairs.get(name)
  }
  return (finding) => {
    const { line, col } = lines.linePos(offsetOf(document, finding, pairOf))
    const { message, suggestion } = finding
    return {
      path: formatPath(finding.path),
      line: Math.max(1, line),
      column: Math.max(1, col),
      message,
      suggestion,
    }
  }
}

type PairOf = (group: YAMLMap, name: string) => Pair | undefined

/** Where the finding's setting stands; for one that is missing, where the group that lacks it stands. */
function offsetOf(document: Document, finding: Finding, pairOf: PairOf): number {
  let value: unknown = document.contents
  let offset = 0
  for (const step of finding.path) {
    const group = isAlias(value) ? value.resolve(document) : value
    if (isSeq(group) && typeof step === 'number' && step < group.items.length) {
      value = group.items[step]
      offset = startOf(value) ?? offset
    } else {
      const pair = isMap(group) ? pairOf(group, String(step)) : undefined
      if (pair === undefined) return offset
      value = pair.value
      offset = startOf(pair.key) ?? offset
    }
  }
  if (finding.at === 'name' || emptyScalar(value)) return offset
  return startOf(value) ?? offset
}

function startOf(node: unknown): number | undefined {
  return isNode(node) ? node.range?.[0] : undefined
}

function emptyScalar(node: unknown): boolean {
  return isScalar(node) && node.value === null && (node.source ?? '') === ''
}
