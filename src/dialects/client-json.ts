// Members of a client's JSON, read as what they must be. Null means absent, a wrong type names its JSON path, and
// whatever nobody read is noted, so that the client learns what did not reach a provider of another dialect.
import { isObject } from './json-object.ts'
import type { JsonObject } from './json-object.ts'
import { InvalidType, InvalidValue, MissingParameter } from '../core/errors.ts'

/** An object of the request and where it stands; the path of the body itself is empty. */
export interface Place {
  readonly json: JsonObject
  readonly path: string
}

/** The JSON path of a member. */
export function pathOf(path: string, name: string): string {
  return path === '' ? name : `${path}.${name}`
}

/** A value that must be an object, as a place. Throws InvalidType. */
export function placeOf(value: unknown, path: string): Place {
  if (!isObject(value)) throw new InvalidType(path, 'an object')
  return { json: value, path }
}

export function textAt({ json, path }: Place, name: string): string | undefined {
  const value = json[name] ?? undefined
  if (value !== undefined && typeof value !== 'string') throw new InvalidType(pathOf(path, name), 'a string')
  return value
}

/** Throws MissingParameter when it is absent or null. */
export function demandedText(place: Place, name: string): string {
  const value = textAt(place, name)
  if (value === undefined) throw new MissingParameter(pathOf(place.path, name))
  return value
}

export function flagAt({ json, path }: Place, name: string): boolean | undefined {
  const value = json[name] ?? undefined
  if (value !== undefined && typeof value !== 'boolean') {
    throw new InvalidType(pathOf(path, name), 'true or false')
  }
  return value
}

export function numberAt({ json, path }: Place, name: string): number | undefined {
  const value = json[name] ?? undefined
  if (value !== undefined && typeof value !== 'number') throw new InvalidType(pathOf(path, name), 'a number')
  return value
}

/** A whole number that is at least `min`. */
export function wholeAt(place: Place, name: string, min: number): number | undefined {
  const value = numberAt(place, name)
  if (value === undefined) return undefined
  const path = pathOf(place.path, name)
  if (!Number.isSafeInteger(value)) throw new InvalidType(path, 'a whole number')
  if (value < min) throw new InvalidValue(path, `must be at least ${min}`)
  return value
}

export function listAt({ json, path }: Place, name: string): readonly unknown[] | undefined {
  const value = json[name] ?? undefined
  if (value !== undefined && !Array.isArray(value)) throw new InvalidType(pathOf(path, name), 'an array')
  return value
}

export function textsAt(place: Place, name: string): readonly string[] | undefined {
  return listAt(place, name)?.map((value, index) => {
    if (typeof value !== 'string') throw new InvalidType(`${pathOf(place.path, name)}[${index}]`, 'a string')
    return value
  })
}

export function objectAt({ json, path }: Place, name: string): Place | undefined {
  const value = json[name] ?? undefined
  return value === undefined ? undefined : placeOf(value, pathOf(path, name))
}

/** Throws MissingParameter when it is absent or null. */
export function demandedObject(place: Place, name: string): Place {
  const found = objectAt(place, name)
  if (found === undefined) throw new MissingParameter(pathOf(place.path, name))
  return found
}

/** The paths of what has no place in our words. */
export class Unplaced {
  readonly paths: string[] = []

  /** Notes the members of `place` that are not among the known ones. */
  others({ json, path }: Place, known: ReadonlySet<string>): void {
    for (const name in json) {
      const value = json[name]
      if (value !== undefined && value !== null && !known.has(name)) this.paths.push(pathOf(path, name))
    }
  }

  add(path: string): void {
    this.paths.push(path)
  }
}
