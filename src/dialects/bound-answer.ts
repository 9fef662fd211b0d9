// How long an answer may get, written into a request that asks for more or says nothing: a splice, so that everything else
// goes on as the client wrote it. A name that stands twice is bounded twice, because nobody knows which one is read.
import { InvalidType, InvalidValue } from '../core/errors.ts'
import type { AnswerBound } from '../core/caller.ts'
import { boundSpellings, geminiConfigs, geminiWholes } from './bound-spellings.ts'
import type { Spoken } from './doors.ts'
import { readJsonBody, SplicedBody } from './json-body.ts'
import type { JsonBody, Splice } from './json-body.ts'
import { memberSpans, valueAt } from './json-spans.ts'
import type { Member } from './scan-json.ts'

/** An object's members, and where more of them can be added. */
interface Place {
  readonly members: readonly Member[]
  readonly close: number
}

/**
 * The request within this bound: the same bytes where nothing is to be changed. Throws InvalidValue for one that asks for
 * too much where that is not lowered, and InvalidType for a bound that is none.
 */
export function boundAnswer(bytes: Uint8Array, spoken: Spoken, bound: AnswerBound): Uint8Array {
  const names = boundSpellings.get(spoken)
  if (names === undefined) return bytes
  const body = readJsonBody(bytes)
  const splices = spoken === 'gemini' ? inGemini(body, names, bound) : inObject(body, body, { names, bound })
  if (splices.length === 0) return bytes
  const changed = new SplicedBody(bytes, splices)
  const target = Buffer.allocUnsafe(changed.byteLength)
  changed.writeInto(target, 0)
  return target
}

interface Wanted {
  readonly names: readonly [string, ...string[]]
  readonly bound: AnswerBound
  /** What stands before the name in a message. */
  readonly path?: string
}

function inObject(body: JsonBody, { members, close }: Place, { names, bound, path = '' }: Wanted): Splice[] {
  const said = members.filter(({ name, start }) => names.includes(name) && body.latin1[start] !== 'n')
  const lower = said.flatMap((member) => lowered(body, member, { bound, path }))
  const unasked = bound.unasked ?? bound.max
  if (unasked === undefined) return lower
  const empty = members.filter(({ name, start }) => names.includes(name) && body.latin1[start] === 'n')
  // Beside the other name null says nothing; of a name that stands twice, it may be the one that is read.
  const heeded = said.length === 0 ? empty.slice(0, 1) : said
  const filled = empty
    .filter(({ name }) => heeded.some((member) => member.name === name))
    .map(({ start, end }) => ({ start, end, text: String(unasked) }))
  if (said.length + filled.length > 0)
    return [...lower, ...filled].sort((one, other) => one.start - other.start)
  const comma = members.length > 0 ? ',' : ''
  return [{ start: close, end: close, text: `${comma}"${names[0]}":${unasked}` }]
}

function lowered(
  body: JsonBody,
  member: Member,
  { bound: { max, lowers }, path }: { readonly bound: AnswerBound; readonly path: string },
): Splice[] {
  const name = path + member.name
  const asked = valueAt(body.latin1, member)
  // Some servers take -1 for no bound at all, and a text for a number.
  if (typeof asked !== 'number' || !Number.isInteger(asked) || asked < 1) {
    throw new InvalidType(name, 'a whole number of tokens')
  }
  if (max === undefined || asked <= max) return []
  if (!lowers) throw new InvalidValue(name, `this API key may ask for ${max} tokens at most`)
  return [{ start: member.start, end: member.end, text: String(max) }]
}

function inGemini(body: JsonBody, names: Wanted['names'], bound: AnswerBound): Splice[] {
  const whole = body.members.find(({ name }) => geminiWholes.has(name))
  if (whole !== undefined) throw new InvalidValue(whole.name, 'write its members into the body itself')
  const config = body.members.find(({ name }) => geminiConfigs.includes(name))
  if (config !== undefined && body.latin1[config.start] === '{') {
    const place = { members: memberSpans(body.latin1, config.start), close: config.end - 1 }
    return inObject(body, place, { names, bound, path: `${config.name}.` })
  }
  const unasked = bound.unasked ?? bound.max
  if (unasked === undefined) return []
  const text = `{"${names[0]}":${unasked}}`
  if (config !== undefined) return [{ start: config.start, end: config.end, text }]
  const comma = body.members.length > 0 ? ',' : ''
  return [{ start: body.close, end: body.close, text: `${comma}"${geminiConfigs[0]}":${text}` }]
}
