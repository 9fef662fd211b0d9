// Members of Google's messages: each may be spelled in camel case or in snake case, and one that is not known is refused.
import { isRecord } from '../chat-question.ts'

export type Fields = Readonly<Record<string, unknown>>

export function fieldOf(fields: Fields, name: string): unknown {
  return fields[name] ?? fields[snake(name)]
}

/** The complaint about the first member that is not known. `path` is empty for the body itself. */
export function unknownName(value: unknown, path: string, known: ReadonlySet<string>): string | undefined {
  if (!isRecord(value)) return undefined
  const stranger = Object.keys(value).find((name) => !known.has(camel(name)))
  if (stranger === undefined) return undefined
  const place = path === '' ? '' : ` at '${path}'`
  return `Invalid JSON payload received. Unknown name "${stranger}"${place}: Cannot find field.`
}

/** Names in one line, to be read more easily. */
export function namesIn(line: string): ReadonlySet<string> {
  return new Set(line.split(' '))
}

function snake(name: string): string {
  return name.replace(/[A-Z]/gu, (letter) => `_${letter.toLowerCase()}`)
}

function camel(name: string): string {
  return name.replace(/_([a-z])/gu, (_, letter: string) => letter.toUpperCase())
}
