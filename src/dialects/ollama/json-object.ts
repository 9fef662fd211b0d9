// Plain JSON objects: telling them apart, and making them without members that are undefined.

export type JsonObject = Readonly<Record<string, unknown>>

export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** The same without the members that are undefined. */
export function given(loose: JsonObject): JsonObject {
  return Object.fromEntries(Object.entries(loose).filter(([, value]) => value !== undefined))
}

/** A text that holds something. */
export function textOf(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined
}
