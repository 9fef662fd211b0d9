// Plain JSON objects: telling them apart, reading one from text, and making one without members that are undefined.

export type JsonObject = Readonly<Record<string, unknown>>

export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** The object that a text holds; undefined when it is no JSON, or no object. The parser's own words would quote the text. */
export function parsedObject(text: string): JsonObject | undefined {
  try {
    const value: unknown = JSON.parse(text)
    return isObject(value) ? value : undefined
  } catch {
    return undefined
  }
}

/** The members that have a value: absent and undefined are two things in our words, and on the wire. */
export function given<T extends object>(members: { readonly [Name in keyof T]: T[Name] | undefined }): T {
  const kept: Partial<T> = {}
  for (const name in members) {
    const value = members[name]
    if (value !== undefined) kept[name] = value
  }
  // What is missing now was undefined, which only optional members of T may be.
  return kept as T
}
