// What zod found, in words for an operator. Settings give their own advice where they know better (their `error`);
// here is the rest: unknown names with what was probably meant, missing settings, and kinds of values.
import type * as z from 'zod'
import { shown } from './problem.ts'
import type { Finding, SettingPath } from './problem.ts'
import { nearest } from './suggest.ts'

type Issue = z.core.$ZodIssue

/** One finding for each thing to mend. */
export function explainIssues(schema: z.core.$ZodType, issues: readonly Issue[]): Finding[] {
  return issues.flatMap((issue) => explain(schema, issue, []))
}

function explain(root: z.core.$ZodType, issue: Issue, prefix: SettingPath): Finding[] {
  const path = [...prefix, ...issue.path.map((step) => (typeof step === 'symbol' ? String(step) : step))]
  switch (issue.code) {
    case 'unrecognized_keys':
      return issue.keys.map((name) => unknownName(root, path, name))
    case 'invalid_key':
      return [{ path, at: 'name', message: issue.issues[0]?.message ?? 'this name cannot be used' }]
    case 'invalid_union': {
      const branch = likelyBranch(issue.errors)
      if (branch !== undefined) return branch.flatMap((inner) => explain(root, inner, path))
      return [{ path, at: 'value', message: issue.message }]
    }
    case 'invalid_value': {
      const words = issue.values.filter((value) => typeof value === 'string')
      const written = typeof issue.input === 'string' ? nearest(issue.input, words) : undefined
      return [{ path, at: 'value', message: issue.message, suggestion: written }]
    }
    default:
      return [{ path, at: 'value', message: issue.message }]
  }
}

/** The branch whose kind of value was written: only it says more than "something else was expected". */
function likelyBranch(branches: readonly (readonly Issue[])[]): readonly Issue[] | undefined {
  return branches.find((issues) => !issues.some((issue) => issue.path.length === 0 && wrongKind(issue)))
}

function wrongKind(issue: Issue): boolean {
  return issue.code === 'invalid_type' || issue.code === 'invalid_value'
}

function unknownName(root: z.core.$ZodType, path: SettingPath, name: string): Finding {
  const known = namesAt(root, path)
  const suggestion = nearest(name, known)
  const choice = suggestion === undefined && known.length > 0 ? `; there are ${known.join(', ')}` : ''
  return {
    path: [...path, name],
    at: 'name',
    message: `there is no setting of this name here${choice}`,
    suggestion,
  }
}

function namesAt(root: z.core.$ZodType, path: SettingPath): readonly string[] {
  let groups = groupsOf(root)
  for (const step of path) groups = groups.flatMap((schema) => innerOf(schema, step).flatMap(groupsOf))
  return groups.flatMap((schema) => {
    const def = definition(schema)
    return def.type === 'object' ? Object.keys(def.shape) : []
  })
}

/** The schema without what is wrapped around it: defaults, readonly, transforms; a union is all of its branches. */
function groupsOf(schema: z.core.$ZodType): readonly z.core.$ZodType[] {
  const def = definition(schema)
  switch (def.type) {
    case 'union':
      return def.options.flatMap((option) => groupsOf(option))
    case 'pipe':
      return groupsOf(def.in)
    case 'readonly':
    case 'optional':
    case 'prefault':
    case 'default':
      return groupsOf(def.innerType)
    default:
      return [schema]
  }
}

function innerOf(schema: z.core.$ZodType, step: string | number): readonly z.core.$ZodType[] {
  const def = definition(schema)
  if (def.type === 'record') return [def.valueType]
  if (def.type === 'array') return [def.element]
  const inner = def.type === 'object' ? def.shape[step] : undefined
  return inner === undefined ? [] : [inner]
}

function definition(schema: z.core.$ZodType) {
  // zod's own union of all schemas, which lets the compiler tell their definitions apart.
  return (schema as z.core.$ZodTypes)._zod.def
}

/** The words for what a setting's own `error` does not word. */
export function wording(issue: z.core.$ZodRawIssue): string | undefined {
  switch (issue.code) {
    case 'invalid_type':
      return issue.input === undefined ? 'is missing' : wrongType(String(issue['expected']), issue.input)
    case 'invalid_value':
      return `write ${listOf((issue['values'] as readonly unknown[]).filter((value) => typeof value === 'string'))}`
    case 'invalid_union':
      return 'cannot be this kind of value; see the reference for what it takes'
    case 'too_small':
      return `must be at least ${String(issue['minimum'])}`
    case 'too_big':
      return tooBig(String(issue['origin']), String(issue['maximum']))
    default:
      return undefined
  }
}

const kinds = new Map([
  ['string', 'text'],
  ['number', 'a number'],
  ['int', 'a whole number'],
  ['object', 'a group of settings'],
  ['record', 'a group of named entries'],
  ['array', 'a list'],
])

function wrongType(expected: string, input: unknown): string {
  const quotes = expected === 'string' && (typeof input === 'number' || typeof input === 'boolean')
  const found = `found ${kindOf(input)}`
  return `expected ${kinds.get(expected) ?? expected}, ${found}${quotes ? '; put it in quotes' : ''}`
}

function kindOf(input: unknown): string {
  if (input === null) return 'nothing'
  if (Array.isArray(input)) return 'a list'
  if (typeof input === 'object') return 'a group of settings'
  if (typeof input === 'number') return Number.isInteger(input) ? 'a whole number' : 'a number'
  return typeof input === 'boolean' ? String(input) : 'text'
}

function tooBig(origin: string, maximum: string): string {
  if (origin === 'array') return `has more than ${maximum} entries`
  return origin === 'string' ? `has more than ${maximum} characters` : `must be at most ${maximum}`
}

function listOf(words: readonly string[]): string {
  const last = shown(words.at(-1) ?? '')
  return words.length < 2 ? last : `${words.slice(0, -1).map(shown).join(', ')} or ${last}`
}
