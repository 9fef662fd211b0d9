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
  if (text.charCodeAt(start) !== openBracket) return []
  const spans: Span[] = []
  let at = afterSpace(text, start + 1)
  while (at < text.length && text.charCodeAt(at) !== closeBracket) {
    const end = valueEnd(text, at)
    spans.push({ start: at, end })
    at = afterComma(text, end)
  }
  return spans
}

/** The members of the object that begins at `start`; none where no object does. */
export function memberSpans(text: string, start: number): readonly Member[] {
  if (text.charCodeAt(start) !== openBrace) return []
  const members: Member[] = []
  let nameStart = afterSpace(text, start + 1)
  while (text.charCodeAt(nameStart) === quote) {
    const nameEnd = stringEnd(text, nameStart)
    const valueStart = afterSpace(text, afterSpace(text, nameEnd) + 1)
    const end = valueEnd(text, valueStart)
    members.push({ name: nameOf(text, nameStart, nameEnd), nameStart, start: valueStart, end })
    nameStart = afterComma(text, end)
  }
  return members
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

function nameOf(text: string, start: number, end: number): string {
  const name = text.slice(start + 1, end - 1)
  return name.includes('\\') ? String(JSON.parse(`"${name}"`)) : name
}

function valueEnd(text: string, start: number): number {
  const code = text.charCodeAt(start)
  if (code === quote) return stringEnd(text, start)
  if (code === openBrace || code === openBracket) return nestedEnd(text, start)
  scalarEnd.lastIndex = start
  return scalarEnd.exec(text)?.index ?? text.length
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

const scalarEnd = /[,\]}\s]/g
