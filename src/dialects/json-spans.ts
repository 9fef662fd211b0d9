// Where the parts of JSON text stand below its top level. The text has been scanned before (scan-json.ts), so its
// grammar is not checked again; as there, it is bytes read as Latin-1, and places are byte offsets.
import type { Member } from './scan-json.ts'
import type { JsonObject } from './json-object.ts'

/** The characters `[start, end)`. */
export interface Span {
  readonly start: number
  readonly end: number
}

const quote = 34
const comma = 44
const openBracket = 91
const backslash = 92
const closeBracket = 93
const openBrace = 123
const closeBrace = 125

/** The elements of the array that begins at `start`; none where no array does. */
export function elementSpans(text: string, start: number): readonly Span[] {
  const spans: Span[] = []
  visitElements(text, start, (at) => {
    const end = valueEnd(text, at)
    spans.push({ start: at, end })
    return end
  })
  return spans
}

/** The members of the object that begins at `start`; none where no object does. */
export function memberSpans(text: string, start: number): readonly Member[] {
  const members: Member[] = []
  visitMembers(text, start, (name, at, nameStart) => {
    const end = valueEnd(text, at)
    members.push({ name, nameStart, start: at, end })
    return end
  })
  return members
}

/**
 * Goes over the elements of the array that begins at `start`, none where no array does. `visit` gets where an element
 * starts and says where it ends, so that nothing need be read twice. Returns where the array ends.
 */
export function visitElements(
  text: string,
  start: number,
  visit: (at: number, index: number) => number,
): number {
  if (text.charCodeAt(start) !== openBracket) return start
  let at = afterSpace(text, start + 1)
  for (let index = 0; at < text.length && text.charCodeAt(at) !== closeBracket; index += 1) {
    at = afterComma(text, visit(at, index))
  }
  return at + 1
}

/** The same for the members of an object; `at` is where a member's value starts. */
export function visitMembers(
  text: string,
  start: number,
  visit: (name: string, at: number, nameStart: number) => number,
): number {
  if (text.charCodeAt(start) !== openBrace) return start
  let nameStart = afterSpace(text, start + 1)
  while (text.charCodeAt(nameStart) === quote) {
    const plainEnd = plainNameEnd(text, nameStart)
    const nameEnd = plainEnd === -1 ? stringEnd(text, nameStart) : plainEnd
    const at = afterSpace(text, afterSpace(text, nameEnd) + 1)
    const name =
      plainEnd === -1
        ? stringAt(text, { start: nameStart, end: nameEnd })
        : text.slice(nameStart + 1, nameEnd - 1)
    nameStart = afterComma(text, visit(name, at, nameStart))
  }
  return nameStart + 1
}

/** The object that begins at `start` with these members only. Throws where their text is not quite JSON. */
export function pickedMembers(text: string, start: number, names: ReadonlySet<string>): JsonObject {
  const picked: Record<string, unknown> = {}
  for (const member of memberSpans(text, start)) {
    if (names.has(member.name)) picked[member.name] = valueAt(text, member)
  }
  return picked
}

/** The value of a span. Throws where its text is not quite JSON: the scan lets bare control characters pass. */
export function valueAt(text: string, { start, end }: Span): unknown {
  return JSON.parse(Buffer.from(text.slice(start, end), 'latin1').toString())
}

/** Indexes of the spans that hold this text. They are in order and do not overlap, so each character is read once. */
export function indexesHolding(text: string, spans: readonly Span[], wanted: string): readonly number[] {
  const found: number[] = []
  let at = text.indexOf(wanted, spans[0]?.start)
  for (const [index, { start, end }] of spans.entries()) {
    if (at !== -1 && at < start) at = text.indexOf(wanted, start)
    if (at === -1) break
    if (at < end) found.push(index)
  }
  return found
}

/** The text of a string. Bare control characters, which the scan lets pass, are taken as they are. */
export function stringAt(text: string, { start, end }: Span): string {
  const json = text.slice(start, end)
  if (plainString.test(json)) return json.slice(1, -1)
  const exact = Buffer.from(json, 'latin1').toString().replace(bareControls, escapeUnit)
  return String(JSON.parse(exact))
}

const plainString = /^"[ !#-[\]-~]*"$/
const bareControls = /[\x00-\x1f]/g

function escapeUnit(unit: string): string {
  return `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`
}

/** Where a name ends that stands in JSON as it is, as nearly all do; -1 for any other. */
function plainNameEnd(text: string, start: number): number {
  let at = start + 1
  let code = text.charCodeAt(at)
  while (code >= 32 && code < 127 && code !== quote && code !== backslash) {
    at += 1
    code = text.charCodeAt(at)
  }
  return code === quote ? at + 1 : -1
}

/** Where the value that begins at `start` ends. */
export function valueEnd(text: string, start: number): number {
  const code = text.charCodeAt(start)
  if (code === quote) return stringEnd(text, start)
  if (code === openBrace || code === openBracket) return nestedEnd(text, start)
  return scalarEnd(text, start)
}

function scalarEnd(text: string, start: number): number {
  let at = start
  let code = text.charCodeAt(at)
  while (code > 32 && code !== comma && code !== closeBracket && code !== closeBrace) {
    at += 1
    code = text.charCodeAt(at)
  }
  return at
}

/** Strings are jumped over, and there is little between them. */
function nestedEnd(text: string, start: number): number {
  let depth = 0
  let at = start
  while (at < text.length) {
    const code = text.charCodeAt(at)
    if (code === quote) {
      at = stringEnd(text, at)
      continue
    }
    at += 1
    if (code === openBrace || code === openBracket) depth += 1
    else if ((code === closeBrace || code === closeBracket) && --depth === 0) return at
  }
  return at
}

function stringEnd(text: string, start: number): number {
  let at = text.indexOf('"', start + 1)
  while (at !== -1 && isEscaped(text, at)) at = text.indexOf('"', at + 1)
  return at === -1 ? text.length : at + 1
}

/** An odd number of backslashes before it. */
function isEscaped(text: string, at: number): boolean {
  let from = at
  while (text.charCodeAt(from - 1) === backslash) from -= 1
  return (at - from) % 2 === 1
}

function afterComma(text: string, end: number): number {
  const at = afterSpace(text, end)
  return text.charCodeAt(at) === comma ? afterSpace(text, at + 1) : at
}

function afterSpace(text: string, from: number): number {
  let at = from
  let code = text.charCodeAt(at)
  while (code === 32 || code === 10 || code === 13 || code === 9) {
    at += 1
    code = text.charCodeAt(at)
  }
  return at
}
