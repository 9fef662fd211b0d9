// What a client writes into a request for its own books: whom it acts for, and words of its own. Read where it stands;
// most requests have none of it, and cost a look at the names of their members.
import { isObject } from './json-object.ts'
import type { JsonBody } from './json-body.ts'
import { valueAt } from './json-spans.ts'

export interface RequestLabels {
  /** Empty where nobody is named. */
  readonly user: string
  readonly metadata: Readonly<Record<string, string>> | undefined
}

/** OpenAI's `user` and `safety_identifier`, Anthropic's `metadata.user_id`, and Google's `labels`, which are metadata. */
const names: ReadonlySet<string> = new Set(['user', 'safety_identifier', 'metadata', 'labels'])

/** OpenAI's bounds; what is beyond them is left out of our books, and the provider says what it thinks of it. */
const entriesMax = 16
const nameCharsMax = 64
const textCharsMax = 512
const userCharsMax = 256
/** Nothing longer is worth reading. */
const jsonCharsMax = 65_536

/** Undefined where there is nothing. What cannot be read says nothing: whether the request is right others decide. */
export function requestLabels({ latin1, members }: JsonBody): RequestLabels | undefined {
  let found: Map<string, unknown> | undefined
  for (const { name, start, end } of members) {
    if (!names.has(name) || end - start > jsonCharsMax) continue
    found ??= new Map()
    found.set(name, readAt(latin1, { start, end }))
  }
  return found === undefined ? undefined : labelsOf(found)
}

function labelsOf(found: ReadonlyMap<string, unknown>): RequestLabels | undefined {
  const said = found.get('metadata') ?? found.get('labels')
  const metadata = isObject(said) ? textsOf(said) : undefined
  const users = [found.get('safety_identifier'), found.get('user'), metadata?.['user_id']]
  const user = users.find((name): name is string => typeof name === 'string' && name !== '') ?? ''
  if (user === '' && metadata === undefined) return undefined
  return { user: user.slice(0, userCharsMax), metadata }
}

function textsOf(said: Readonly<Record<string, unknown>>): Readonly<Record<string, string>> | undefined {
  const texts = Object.entries(said).filter(
    (entry): entry is [string, string] =>
      typeof entry[1] === 'string' && entry[1].length <= textCharsMax && entry[0].length <= nameCharsMax,
  )
  return texts.length === 0 ? undefined : Object.fromEntries(texts.slice(0, entriesMax))
}

function readAt(latin1: string, span: { readonly start: number; readonly end: number }): unknown {
  try {
    return valueAt(latin1, span)
  } catch {
    return undefined
  }
}
