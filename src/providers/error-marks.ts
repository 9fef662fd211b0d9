// What a provider's error body says by code and in words. Only members that providers fill are read, because a body may
// also repeat what a client wrote.

const bodyCharsMax = 64 * 1024
const codeMembers = ['code', 'type', 'error_code', 'error_type', 'limit_source', 'status'] as const
const innerMembers = ['error', 'details', 'metadata'] as const
const depthMax = 4

/** What an error body says of itself. */
export interface ErrorMarks {
  readonly codes: readonly string[]
  readonly texts: readonly string[]
}

interface Collected {
  readonly codes: string[]
  readonly texts: string[]
}

/** The codes and messages in a body; none in one that is too large, too deep or no JSON. */
export function marksOf(body: string): ErrorMarks {
  const marks: Collected = { codes: [], texts: [] }
  if (body.length <= bodyCharsMax) collect(parse(body), marks, 0)
  return marks
}

function collect(value: unknown, marks: Collected, depth: number): void {
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
