// How long an answer its client asks for, read where it stands: what limits and budgets hold back for it.
import type { JsonBody } from './json-body.ts'
import { memberSpans, valueAt } from './json-spans.ts'
import type { Member } from './scan-json.ts'

/** In the words of all dialects; none of them means anything else by one of these. */
const names: ReadonlySet<string> = new Set([
  'max_completion_tokens',
  'max_tokens',
  'max_output_tokens',
  'maxOutputTokens',
])
const configs: ReadonlySet<string> = new Set(['generationConfig', 'generation_config'])

/** Most names are told apart by their lengths alone. */
const lengths: ReadonlySet<number> = new Set([...names, ...configs].map((name) => name.length))

/** Tokens of one answer at most; undefined where the request does not say, or says nothing that is a number. */
export function askedTokens({ latin1, members }: JsonBody): number | undefined {
  let most: number | undefined
  for (const member of members) {
    const { name, start } = member
    if (!lengths.has(name.length)) continue
    if (names.has(name)) most = larger(most, countAt(latin1, member))
    else if (configs.has(name) && latin1[start] === '{') {
      most = larger(most, mostOf(latin1, memberSpans(latin1, start)))
    }
  }
  return most
}

function mostOf(latin1: string, members: readonly Member[]): number | undefined {
  let most: number | undefined
  for (const member of members) {
    if (names.has(member.name)) most = larger(most, countAt(latin1, member))
  }
  return most
}

function countAt(latin1: string, member: Member): number | undefined {
  // A number is short: nothing else is worth reading.
  if (member.end - member.start > 12) return undefined
  const value: unknown = digitsAt(latin1, member) ?? valueAt(latin1, member)
  return typeof value === 'number' && value >= 1 ? Math.floor(value) : undefined
}

/** As it is nearly always written: nothing but digits, the first of which is none of the zeros that JSON forbids. */
function digitsAt(latin1: string, { start, end }: Member): number | undefined {
  if (latin1.charCodeAt(start) === zero) return undefined
  let value = 0
  for (let at = start; at < end; at += 1) {
    const digit = latin1.charCodeAt(at) - zero
    if (!(digit >= 0 && digit <= 9)) return undefined
    value = value * 10 + digit
  }
  return value
}

const zero = 48

/** Of two names that mean the same, nobody knows which one is read. */
function larger(one: number | undefined, other: number | undefined): number | undefined {
  return one === undefined || other === undefined ? (one ?? other) : Math.max(one, other)
}
