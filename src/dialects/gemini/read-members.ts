// Members of a client's JSON. Google takes each name in camelCase and in snake_case, `null` for "not given",
// and a lone value where a list is meant; so does this. Whatever nobody asked for is listed as unplaced, so
// that nothing vanishes.
import { isObject } from '../json-object.ts'
import type { JsonObject } from '../json-object.ts'
import { InvalidType, InvalidValue, MissingParameter } from '../../core/errors.ts'

/** A value and the JSON path at which it stands, in the client's spelling. */
export interface Placed {
  readonly value: unknown
  readonly path: string
}

/** A member that holds an object. */
export interface PlacedObject extends Placed {
  readonly value: JsonObject
}

/** The members of one object. Each reader throws with the exact path when the type is wrong. */
export class Members {
  readonly #path: string
  readonly #members = new Map<string, Placed>()
  /** Members that nobody has asked for yet, by the name that they would be asked for with. */
  readonly #unread = new Map<string, string>()

  constructor(owner: unknown, path: string) {
    if (!isObject(owner)) throw new InvalidType(path, 'an object')
    this.#path = path
    for (const name of Object.keys(owner)) this.#add(name, owner[name])
  }

  #add(name: string, value: unknown): void {
    const path = pathBelow(this.#path, name)
    const asked = camelCase(name)
    if (this.#members.has(asked)) {
      // The other spelling of a member that is there already: it is listed under a name that nobody asks for.
      this.#unread.set(`\u0000${name}`, path)
      return
    }
    if (value === null || value === undefined) return
    this.#members.set(asked, { value, path })
    this.#unread.set(asked, path)
  }

  /** Where a member stands, or would stand. */
  pathOf(name: string): string {
    return this.#members.get(name)?.path ?? pathBelow(this.#path, name)
  }

  any(name: string): Placed | undefined {
    this.#unread.delete(name)
    return this.#members.get(name)
  }

  has(name: string): boolean {
    return this.#members.has(name)
  }

  string(name: string): string | undefined {
    const member = this.any(name)
    if (member === undefined) return undefined
    if (typeof member.value !== 'string') throw new InvalidType(member.path, 'a string')
    return member.value
  }

  number(name: string): number | undefined {
    const member = this.any(name)
    if (member === undefined) return undefined
    if (typeof member.value !== 'number' || !Number.isFinite(member.value)) {
      throw new InvalidType(member.path, 'a number')
    }
    return member.value
  }

  /** A whole number from `least` on. */
  whole(name: string, least: number): number | undefined {
    const value = this.number(name)
    if (value === undefined) return undefined
    if (!Number.isInteger(value)) throw new InvalidType(this.pathOf(name), 'a whole number')
    if (value < least) throw new InvalidValue(this.pathOf(name), `it must be at least ${least}`)
    return value
  }

  boolean(name: string): boolean | undefined {
    const member = this.any(name)
    if (member === undefined) return undefined
    if (typeof member.value !== 'boolean') throw new InvalidType(member.path, 'true or false')
    return member.value
  }

  object(name: string): PlacedObject | undefined {
    const member = this.any(name)
    if (member === undefined) return undefined
    if (!isObject(member.value)) throw new InvalidType(member.path, 'an object')
    return { value: member.value, path: member.path }
  }

  members(name: string): Members | undefined {
    const member = this.object(name)
    return member === undefined ? undefined : new Members(member.value, member.path)
  }

  list(name: string): readonly Placed[] | undefined {
    const member = this.any(name)
    if (member === undefined) return undefined
    if (!Array.isArray(member.value)) return [member]
    return member.value.map((value: unknown, index) => ({ value, path: `${member.path}[${index}]` }))
  }

  strings(name: string): readonly string[] | undefined {
    return this.list(name)?.map(({ value, path }) => {
      if (typeof value !== 'string') throw new InvalidType(path, 'a string')
      return value
    })
  }

  /** The name of a thing: a string that is there and holds something. */
  name(name: string): string {
    const value = this.string(name)
    if (value === undefined) throw new MissingParameter(this.pathOf(name))
    if (value === '') throw new InvalidValue(this.pathOf(name), 'it is empty')
    return value
  }

  /** The names by which members can be asked for that nobody has asked for yet. */
  unreadNames(): readonly string[] {
    return [...this.#unread.keys()].filter((name) => !name.startsWith('\u0000'))
  }

  /** The paths of what nobody asked for. */
  unread(): readonly string[] {
    return [...this.#unread.values()]
  }
}

function pathBelow(path: string, name: string): string {
  return path === '' ? name : `${path}.${name}`
}

function camelCase(name: string): string {
  return name.includes('_')
    ? name.replace(/_+([a-z0-9])/g, (_, letter: string) => letter.toUpperCase())
    : name
}
