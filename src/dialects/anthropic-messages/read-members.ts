// Reading members of a client's JSON: each reader returns the value in its type or throws with the exact JSON path.
// `null` stands for "not given" wherever a member is optional, as it does at the provider.
import { isObject } from '../json-object.ts'
import type { JsonObject } from '../json-object.ts'
import { InvalidType, InvalidValue, MissingParameter } from '../../core/errors.ts'

export function objectAt(value: unknown, path: string): JsonObject {
  if (value === undefined) throw new MissingParameter(path)
  if (!isObject(value)) throw new InvalidType(path, 'an object')
  return value
}

export function arrayAt(value: unknown, path: string): readonly unknown[] {
  if (value === undefined) throw new MissingParameter(path)
  if (!Array.isArray(value)) throw new InvalidType(path, 'an array')
  return value
}

export function stringAt(value: unknown, path: string): string {
  if (value === undefined) throw new MissingParameter(path)
  if (typeof value !== 'string') throw new InvalidType(path, 'a string')
  return value
}

/** A string that must hold something: a name, an id. */
export function nameAt(value: unknown, path: string): string {
  const name = stringAt(value, path)
  if (name === '') throw new InvalidValue(path, 'it is empty')
  return name
}

export function optionalObject(value: unknown, path: string): JsonObject | undefined {
  return isGiven(value) ? objectAt(value, path) : undefined
}

export function optionalArray(value: unknown, path: string): readonly unknown[] | undefined {
  return isGiven(value) ? arrayAt(value, path) : undefined
}

export function optionalString(value: unknown, path: string): string | undefined {
  return isGiven(value) ? stringAt(value, path) : undefined
}

export function optionalBoolean(value: unknown, path: string): boolean | undefined {
  if (!isGiven(value)) return undefined
  if (typeof value !== 'boolean') throw new InvalidType(path, 'true or false')
  return value
}

export function optionalNumber(value: unknown, path: string): number | undefined {
  if (!isGiven(value)) return undefined
  if (typeof value !== 'number' || !Number.isFinite(value)) throw new InvalidType(path, 'a number')
  return value
}

export function optionalCount(value: unknown, path: string): number | undefined {
  const count = optionalNumber(value, path)
  if (count === undefined) return undefined
  if (!Number.isSafeInteger(count)) throw new InvalidType(path, 'an integer')
  if (count < 0) throw new InvalidValue(path, 'it is negative')
  return count
}

export function isGiven(value: unknown): boolean {
  return value !== undefined && value !== null
}

/** Notes the members that no word of ours stands for. */
export function noteUnplaced(
  members: JsonObject,
  placed: ReadonlySet<string>,
  note: { readonly path: string; readonly unplaced: string[] },
): void {
  for (const name of Object.keys(members)) {
    if (placed.has(name) || !isGiven(members[name])) continue
    note.unplaced.push(note.path === '' ? name : `${note.path}.${name}`)
  }
}
