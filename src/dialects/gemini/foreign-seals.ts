// Seals of other dialects' providers come back in a client's later turns (signature.ts). Google would refuse them as
// signatures that are not its own: the thoughts that they seal are taken out, and calls that other models made get the
// signature that Google documents for them.
import { withoutSpans } from '../json-body.ts'
import type { JsonBody, Splice } from '../json-body.ts'
import { elementSpans, memberSpans } from '../json-spans.ts'
import type { Span } from '../json-spans.ts'
import type { Member } from '../scan-json.ts'
import { holdsText } from '../text-of-bytes.ts'
import { markBase64 } from './signature.ts'
import { signatureOfOthers } from './write-turns.ts'

interface PartAt extends Span {
  readonly members: readonly Member[]
  readonly signature: Member | undefined
  /** The signature is a seal of another dialect. */
  readonly isCarried: boolean
  /** It holds nothing else than what another model thought. */
  readonly isThought: boolean
}

/**
 * The splices for the contents that begin at `start` in a body. Most need none. Models of an early
 * series do not ask for the signatures of calls.
 */
export function withoutForeignSeals(
  { bytes, latin1 }: JsonBody,
  start: number,
  isEarly: boolean,
): readonly Splice[] {
  if (!holdsText(bytes, markBase64)) return []
  const contents = elementSpans(latin1, start)
  const splices: Splice[] = []
  const emptied = new Set<number>()
  for (const [index, content] of contents.entries()) {
    const parts = partsOf(latin1, content)
    // A content without any part would be refused too.
    if (parts.length > 0 && parts.every(({ isThought }) => isThought)) emptied.add(index)
    else splices.push(...partSplices(parts, isEarly))
  }
  return [...withoutSpans(contents, (at) => emptied.has(at)), ...splices]
}

function partSplices(parts: readonly PartAt[], isEarly: boolean): readonly Splice[] {
  const splices = [...withoutSpans(parts, (at) => parts[at]?.isThought === true)]
  // Of calls made side by side, only the first one is signed.
  const firstCall = isEarly ? undefined : parts.find(isCall)
  for (const part of parts) {
    const { signature, isCarried, isThought } = part
    if (part === firstCall) splices.push(...signedAnew(part))
    else if (isCarried && !isThought) splices.push(...withoutMember(part, signature))
  }
  return splices
}

function signedAnew({ start, signature, isCarried }: PartAt): readonly Splice[] {
  const text = `"${signatureOfOthers}"`
  if (signature === undefined)
    return [{ start: start + 1, end: start + 1, text: `"thoughtSignature":${text},` }]
  return isCarried ? [{ start: signature.start, end: signature.end, text }] : []
}

function withoutMember({ members }: PartAt, member: Member | undefined): readonly Splice[] {
  const spans = members.map(({ nameStart, end }) => ({ start: nameStart, end }))
  return withoutSpans(spans, (at) => members[at] === member)
}

function isCall({ members }: PartAt): boolean {
  return members.some(({ name }) => name === 'functionCall' || name === 'function_call')
}

function partsOf(latin1: string, content: Span): readonly PartAt[] {
  const parts = memberSpans(latin1, content.start).findLast(({ name }) => name === 'parts')
  const spans = parts === undefined ? [] : elementSpans(latin1, parts.start)
  return spans.map((span) => partAt(latin1, span))
}

function partAt(latin1: string, span: Span): PartAt {
  const members = memberSpans(latin1, span.start)
  const signature = members.findLast(
    ({ name }) => name === 'thoughtSignature' || name === 'thought_signature',
  )
  const isCarried = signature !== undefined && latin1.startsWith(`"${markBase64}`, signature.start)
  const saysNothing = members.every(
    (member) => member === signature || member.name === 'thought' || isEmptyText(latin1, member),
  )
  const isThought = isCarried && (saysNothing || members.some((member) => marksThought(latin1, member)))
  return { ...span, members, signature, isCarried, isThought }
}

function isEmptyText(latin1: string, { name, start, end }: Member): boolean {
  return name === 'text' && end - start === 2 && latin1[start] === '"'
}

function marksThought(latin1: string, { name, start }: Member): boolean {
  return name === 'thought' && latin1[start] === 't'
}
