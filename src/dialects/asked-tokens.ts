// How long an answer its client asks for, read where it stands: what limits and budgets hold back for it. Only the words of the
// door's own dialect count: one of another dialect nobody would heed.
import type { DialectName } from '../core/model-request.ts'
import { boundSpellings, geminiConfigs, geminiWholes } from './bound-spellings.ts'
import type { JsonBody } from './json-body.ts'
import { memberSpans, valueAt } from './json-spans.ts'
import type { Member } from './scan-json.ts'

/** Tokens of one answer at most; undefined where the request does not say, or not so that everybody reads the same. */
export function askedTokens(body: JsonBody, dialect: DialectName): number | undefined {
  const names = boundSpellings.get(dialect)
  if (names === undefined) return undefined
  const { latin1, members } = body
  return dialect === 'gemini' ? inGemini(body, names) : largest(latin1, members, names)
}

function inGemini({ latin1, members }: JsonBody, names: readonly string[]): number | undefined {
  let config: Member | undefined
  for (const member of members) {
    // Then the bound that is heeded may be the one in there.
    if (geminiWholes.has(member.name)) return undefined
    if (geminiConfigs.includes(member.name)) config = member
  }
  if (config === undefined || latin1[config.start] !== '{') return undefined
  return largest(latin1, memberSpans(latin1, config.start), names)
}

/** Of two that mean the same, nobody knows which one is read. */
function largest(latin1: string, members: readonly Member[], names: readonly string[]): number | undefined {
  let most: number | undefined
  let times = 0
  let isNull = false
  for (const member of members) {
    if (!names.includes(member.name)) continue
    times += 1
    if (latin1.charCodeAt(member.start) === letterN) {
      isNull = true
      continue
    }
    const asked = countAt(latin1, member)
    // Some servers take -1 for no bound at all, and a text for a number.
    if (asked === undefined) return undefined
    if (most === undefined || asked > most) most = asked
  }
  // Null is no bound; beside the other name it says nothing, but of the same name it may be the one that is read.
  return isNull && times > 1 && standsTwice(members, names) ? undefined : most
}

function standsTwice(members: readonly Member[], names: readonly string[]): boolean {
  return names.some((wanted) => members.filter(({ name }) => name === wanted).length > 1)
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
const letterN = 110
