// Whether a provider's error means that the money or quota behind our key is gone: then waiting does not
// help, which is what tells it from a rate. Only members that providers fill are read, because a body may
// also repeat what a client wrote, and a client must not be able to have a key taken for empty.
import type { Quirks } from './provider.ts'

/** How a provider tells it. */
export type QuotaQuirks = Pick<Quirks, 'quotaCodes' | 'quotaPhrases'>

/** What is known of an answer that is an error. */
export interface ErrorAnswer {
  readonly status: number
  readonly body: string
  /** The answer said when to try again, so something will be there again by then. */
  readonly retryLater: boolean
}

const bodyCharsMax = 64 * 1024
const codeMembers = ['code', 'type', 'error_code', 'error_type', 'limit_source', 'status'] as const
const innerMembers = ['error', 'details', 'metadata'] as const
const depthMax = 4

/** True when the key that this attempt used has nothing left to spend. */
export function quotaIsGone(quirks: QuotaQuirks, answer: ErrorAnswer): boolean {
  const { status, body, retryLater } = answer
  if (status < 400 || status > 499) return false
  if (status === 402 && !retryLater) return true
  const { quotaCodes = [], quotaPhrases = [] } = quirks
  if (body.length > bodyCharsMax || (quotaCodes.length === 0 && quotaPhrases.length === 0)) return false
  const marks: Marks = { codes: [], texts: [] }
  collect(parse(body), marks, 0)
  if (status !== 402 && marks.codes.some((code) => quotaCodes.includes(code))) return true
  return marks.texts.some((text) => quotaPhrases.some((phrase) => says(text, phrase, status)))
}

/** A 400 is about what the client wrote and may repeat it, so there the words must be how the text begins. */
function says(text: string, phrase: string, status: number): boolean {
  if (status === 400) return text.startsWith(phrase)
  return (status === 403 || status === 429) && text.includes(phrase)
}

interface Marks {
  readonly codes: string[]
  readonly texts: string[]
}

function collect(value: unknown, marks: Marks, depth: number): void {
  // Gemini wraps its errors in an array of one.
  const member: unknown = Array.isArray(value) ? value[0] : value
  if (typeof member !== 'object' || member === null || depth === depthMax) return
  const members = new Map<string, unknown>(Object.entries(member))
  for (const name of codeMembers) push(marks.codes, members.get(name))
  push(marks.texts, members.get('message'))
  // xAI's `error` is the text itself.
  push(marks.texts, members.get('error'))
  for (const name of innerMembers) collect(members.get(name), marks, depth + 1)
}

function push(list: string[], value: unknown): void {
  if (typeof value === 'string') list.push(value)
}

function parse(body: string): unknown {
  try {
    return JSON.parse(body)
  } catch {
    // An error page that is not JSON carries no codes; its status has to do.
    return undefined
  }
}
