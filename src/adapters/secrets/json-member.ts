// Answers of stores are read member by member: nothing in them is believed to be there.

/** The member at the end of these steps; undefined where one of them is not there. Only members of its own count. */
export function memberAt(value: unknown, ...steps: readonly string[]): unknown {
  let at = value
  for (const step of steps) {
    if (typeof at !== 'object' || at === null || !Object.hasOwn(at, step)) return undefined
    at = (at as Readonly<Record<string, unknown>>)[step]
  }
  return at
}

export function textAt(value: unknown, ...steps: readonly string[]): string | undefined {
  const member = memberAt(value, ...steps)
  return typeof member === 'string' ? member : undefined
}

export function numberAt(value: unknown, ...steps: readonly string[]): number | undefined {
  const member = memberAt(value, ...steps)
  return typeof member === 'number' && Number.isFinite(member) ? member : undefined
}

/** What a text says as JSON; undefined where it is none. */
export function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
