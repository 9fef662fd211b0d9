// Where a dialect's JSON holds texts and media: a table that is made of shapes, one for each value on the way there. What
// no shape speaks of is never looked at, so a member that nobody knows passes.
import type { MediaPart, Turn } from '../core/model-request.ts'

export type Role = Turn['role']

/** `arguments`: what a tool is called with. `definition`: what tools and formats say of themselves. */
export type TextKind = 'text' | 'reasoning' | 'refusal' | 'arguments' | 'citation' | 'definition'

/** What an event tells besides its texts. */
export type Mark = 'usage' | 'finish' | 'error'

export type MediaKind = MediaPart['kind']

/** Whatever of it fits the value that is found counts; nothing of it need. */
export interface Shape {
  /** A string here is a text. */
  readonly text?: TextKind
  /** A string here is a medium: a `data:` URL, or where it lies. */
  readonly media?: MediaKind
  /** A medium without a scheme is base64, not a name. */
  readonly bare?: true
  readonly elements?: Shape
  readonly members?: ReadonlyMap<string, Shape>
  /** Of the members that `members` does not name. */
  readonly others?: Shape
  /** Members that say which shape it is instead, by their words; a media type by its family. */
  readonly variants?: Words<Shape>
  /** Whose texts they are: always, or by a member. */
  readonly role?: Role
  readonly roles?: readonly Words<Role>[]
  /** It says this, unless it is null, empty or one of these words. */
  readonly mark?: Mark
  readonly except?: ReadonlySet<string>
  /** Texts of an answer that belong together besides their kind: the same lane, the same numbers. */
  readonly lane?: string
  /** Members that number what is said; an element that has none of them is numbered by its place. */
  readonly numbers?: readonly string[]
  /** All of a text, not a piece. */
  readonly whole?: true
}

export interface Words<Meaning> {
  readonly members: readonly string[]
  readonly meanings: ReadonlyMap<string, Meaning>
}

export function membersOf(shapes: Readonly<Record<string, Shape>>): ReadonlyMap<string, Shape> {
  return new Map(Object.entries(shapes))
}

export function wordsOf<Meaning>(
  members: readonly string[],
  meanings: Readonly<Record<string, Meaning>>,
): Words<Meaning> {
  return { members, meanings: new Map(Object.entries(meanings)) }
}

/** A shape that is to hold itself. */
export type Unfinished = { -readonly [Name in keyof Shape]: Shape[Name] }

/** A string, or strings at any depth: the arguments of a call, for one. */
export function everyString(text: TextKind): Shape {
  const below: Unfinished = { text, whole: true }
  below.elements = below
  below.others = below
  return { text, elements: below, others: below }
}

/** A JSON Schema: what it says is in its descriptions, at any depth. */
export const schemaShape: Shape = schema()

function schema(): Shape {
  const below: Unfinished = {}
  below.elements = below
  below.others = below
  const described: Unfinished = { ...below, text: 'definition' }
  // A property may have this name too, and is a schema then.
  described.members = below.members = new Map([['description', described]])
  return below
}
