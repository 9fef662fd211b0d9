// A request body as bytes with the spans of its top-level members: what a relay reads and changes without
// parsing or printing it. Everything that is not spliced goes out exactly as it came in.
import { isUtf8 } from 'node:buffer'
import type { RequestBody } from '../core/egress.ts'
import { DuplicateMember, InvalidJson, InvalidType, InvalidUtf8, JsonTooComplex } from '../core/errors.ts'
import { parsedObject } from './json-object.ts'
import type { Span } from './json-spans.ts'
import { scanJson } from './scan-json.ts'
import type { Member, ScanLimits } from './scan-json.ts'
import { latin1Of, utf8Of } from './text-of-bytes.ts'

/** Depth 64 and 100,000 members: agent histories are long, hostile ones longer (parsing 100,000 takes 13–29 ms). */
export const requestLimits: ScanLimits = { depthMax: 64, keysMax: 100_000 }

export interface JsonBody {
  readonly bytes: Uint8Array
  /** The bytes read as Latin-1, so that offsets in it are offsets in `bytes`. */
  readonly latin1: string
  readonly members: readonly Member[]
  /** Offset of the closing brace. */
  readonly close: number
}

/** A change to a body: the bytes `[start, end)` are replaced by `text`, which must be ASCII. */
export interface Splice {
  readonly start: number
  readonly end: number
  readonly text: string
}

/**
 * Checks a request body and notes its members.
 * Throws InvalidUtf8, InvalidJson, JsonTooComplex or InvalidType (the body is no object).
 */
export function readJsonBody(bytes: Uint8Array): JsonBody {
  if (!isUtf8(bytes)) throw new InvalidUtf8()
  const latin1 = latin1Of(bytes)
  const scan = scanJson(latin1, requestLimits)
  if (scan.kind === 'object') return { bytes, latin1, members: scan.members, close: scan.close }
  if (scan.kind === 'malformed') throw new InvalidJson(scan.problem, scan.at)
  if (scan.kind === 'too-complex') {
    throw new JsonTooComplex(
      scan.what,
      scan.what === 'depth' ? requestLimits.depthMax : requestLimits.keysMax,
    )
  }
  throw new InvalidType('body', 'a JSON object')
}

/**
 * The members by these names, in one walk. A member that we read and that stands twice is refused, because
 * the provider might read the other one.
 */
export function findMembers<Name extends string>(
  body: JsonBody,
  names: ReadonlyMap<string, Name>,
): Partial<Record<Name, Member>> {
  const found: Partial<Record<Name, Member>> = {}
  for (const member of body.members) {
    const name = names.get(member.name)
    if (name === undefined) continue
    if (found[name] !== undefined) throw new DuplicateMember(member.name)
    found[name] = member
  }
  return found
}

/**
 * A member's value. Throws InvalidJson when a string in it holds a bare control character, which the scan lets pass.
 */
export function memberValue({ bytes }: JsonBody, { start, end }: Member): unknown {
  try {
    return JSON.parse(utf8Of(bytes, start, end))
  } catch {
    throw new InvalidJson('a bare control character in the string', start)
  }
}

/** The whole body's value. Throws InvalidJson as `memberValue` does. */
export function parsedBody({ bytes }: JsonBody): Readonly<Record<string, unknown>> {
  const body = parsedObject(utf8Of(bytes))
  if (body === undefined) throw new InvalidJson('a bare control character in a string', 0)
  return body
}

/** A string member's value. Throws InvalidType when it is another type. */
export function stringMember(body: JsonBody, member: Member): string {
  if (body.latin1.charCodeAt(member.start) !== 34) throw new InvalidType(member.name, 'a string')
  const text = body.latin1.slice(member.start + 1, member.end - 1)
  return plainText.test(text) ? text : String(memberValue(body, member))
}

/** Text that stands in JSON as it is. */
const plainText = /^[ !#-[\]-~]*$/

/** A boolean member's value; null and absence mean false. Throws InvalidType when it is another type. */
export function booleanMember(body: JsonBody, member: Member | undefined): boolean {
  if (member === undefined) return false
  const code = body.latin1.charCodeAt(member.start)
  if (code === 116) return true
  if (code === 102 || code === 110) return false
  throw new InvalidType(member.name, 'true or false')
}

/** A body with splices, which are made where it goes out. They must be in order. */
export class SplicedBody implements RequestBody {
  readonly byteLength: number
  readonly #bytes: Uint8Array
  readonly #splices: readonly Splice[]

  constructor(bytes: Uint8Array, splices: readonly Splice[]) {
    this.#bytes = bytes
    this.#splices = splices
    let byteLength = bytes.byteLength
    for (const { start, end, text } of splices) byteLength += text.length - (end - start)
    this.byteLength = byteLength
  }

  writeInto(target: Buffer, at: number): void {
    const bytes = this.#bytes
    let from = 0
    let to = at
    for (const { start, end, text } of this.#splices) {
      to += copyBytes.call(bytes, target, to, from, start)
      to += target.write(text, to, 'latin1')
      from = end
    }
    copyBytes.call(bytes, target, to, from, bytes.byteLength)
  }
}

/** Applied to any byte array, as in text-of-bytes.ts. */
const copyBytes: (this: Uint8Array, ...into: Parameters<Buffer['copy']>) => number = Buffer.prototype.copy

/** The splices that take out the members of these names, with the commas that go with them. */
export function withoutMembers({ members }: JsonBody, names: readonly string[]): readonly Splice[] {
  const spans = members.map(({ nameStart, end }) => ({ start: nameStart, end }))
  return withoutSpans(spans, (index) => names.includes(members[index]?.name ?? ''))
}

/**
 * The splices that take some spans out of all that a list or an object holds, with the commas that go with them.
 * Neighbours go in one splice: two would overlap.
 */
export function withoutSpans(all: readonly Span[], isOut: (index: number) => boolean): readonly Splice[] {
  const splices: Splice[] = []
  for (let index = 0; index < all.length; index += 1) {
    const from = index
    while (index < all.length && isOut(index)) index += 1
    if (index > from) splices.push(runSplice(all, from, index))
  }
  return splices
}

/** Takes out `[from, to)` with the comma before it or, where nothing stands before it, the comma after it. */
function runSplice(all: readonly Span[], from: number, to: number): Splice {
  const end = all[to - 1]?.end ?? 0
  const before = all[from - 1]
  if (before !== undefined) return { start: before.end, end, text: '' }
  return { start: all[from]?.start ?? end, end: all[to]?.start ?? end, text: '' }
}

/** A string as JSON that is pure ASCII, ready for a splice. */
export function asciiJson(text: string): string {
  const json = JSON.stringify(text)
  return nonAscii.test(json) ? json.replace(allNonAscii, escapeUnit) : json
}

const nonAscii = /[^\x00-\x7f]/
const allNonAscii = /[^\x00-\x7f]/g

function escapeUnit(unit: string): string {
  return `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`
}
