// Finds the texts and media of one JSON text by a dialect's shapes. The text has been scanned before, so it is neither
// checked nor parsed; what has another form than its shape says is passed over. It is read once: only objects whose
// shape hangs on a member are read ahead.
import { pathOf } from './client-json.ts'
import { stringAt, valueEnd, visitElements, visitMembers } from './json-spans.ts'
import type { Span } from './json-spans.ts'
import type { Mark, MediaKind, Role, Shape, TextKind, Words } from './lens-shape.ts'
import type { Member } from './scan-json.ts'

export interface FoundText extends Span {
  readonly kind: TextKind
  readonly role: Role
  readonly path: string
  readonly lane: string
  readonly whole: boolean
}

export interface FoundMedium extends Span {
  readonly kind: MediaKind
  /** Without a scheme it is base64. */
  readonly bare: boolean
}

/** A value on the way, and what is known from the values around it. */
interface Place {
  readonly path: string
  readonly role: Role
  readonly whole: boolean
  /** What texts are numbered with so far. */
  readonly numbers: string
  /** Its index, for an element. */
  readonly index: number | undefined
  /** Stands for the member that says which shape it is, where there is none. */
  readonly word: string
}

const quote = 34
const openBracket = 91
const openBrace = 123

export class LensWalk {
  readonly texts: FoundText[] = []
  readonly media: FoundMedium[] = []
  readonly marks = new Set<Mark>()
  readonly #text: string
  /** The texts of an answer are numbered. */
  readonly #isAnswer: boolean

  constructor(text: string, isAnswer: boolean) {
    this.#text = text
    this.#isAnswer = isAnswer
  }

  /** The value that begins at `start`. `word` is what an event's name says of its shape. */
  run(start: number, shape: Shape, { role, word }: { readonly role: Role; readonly word: string }): this {
    this.#value(start, shape, { path: '', role, whole: false, numbers: '', index: undefined, word })
    return this
  }

  /** Returns where it ends. */
  #value(start: number, shape: Shape, place: Place): number {
    const code = this.#text.charCodeAt(start)
    if (code === openBrace && hasMembers(shape)) return this.#object(start, shape, place)
    if (code === openBracket && shape.elements !== undefined) {
      return this.#array(start, shape.elements, within(place, shape))
    }
    const end = valueEnd(this.#text, start)
    if (code === quote) this.#string({ start, end }, shape, place)
    if (shape.mark !== undefined) this.#mark(shape.mark, { start, end }, shape)
    return end
  }

  #array(start: number, shape: Shape, place: Place): number {
    const text = this.#text
    return visitElements(text, start, (at, index) => {
      const code = text.charCodeAt(at)
      // Tokens, vectors: a list may hold a million numbers.
      const isScalar = code !== quote && code !== openBrace && code !== openBracket
      return isScalar ? valueEnd(text, at) : this.#value(at, shape, elementOf(place, index))
    })
  }

  #object(start: number, shape: Shape, place: Place): number {
    if (shape.variants !== undefined || shape.roles !== undefined || this.#isNumbered(shape)) {
      return this.#readAhead(start, shape, place)
    }
    if (shape.mark !== undefined) this.marks.add(shape.mark)
    const inner = within(place, shape)
    return visitMembers(this.#text, start, (name, at) => {
      const known = shapeOf(shape, name)
      return known === undefined ? valueEnd(this.#text, at) : this.#value(at, known, memberOf(inner, name))
    })
  }

  #isNumbered({ numbers }: Shape): boolean {
    return this.#isAnswer && numbers !== undefined
  }

  /** An object whose own members say what its shape is, its role or its number. */
  #readAhead(start: number, given: Shape, place: Place): number {
    const members: Member[] = []
    const objectEnd = visitMembers(this.#text, start, (name, at, nameStart) => {
      const end = valueEnd(this.#text, at)
      members.push({ name, nameStart, start: at, end })
      return end
    })
    const { variants, roles, numbers } = given
    const shape = (variants && this.#meaning(members, variants, place.word)) ?? given
    if (shape.mark !== undefined) this.marks.add(shape.mark)
    const role = roles && this.#role(members, roles)
    const own = numbers && this.#isAnswer ? this.#numbersOf(members, numbers, place.index) : ''
    const inner: Place = {
      path: place.path,
      role: role ?? shape.role ?? place.role,
      whole: shape.whole ?? place.whole,
      numbers: place.numbers + own,
      index: undefined,
      word: '',
    }
    for (const { name, start: at } of members) {
      const known = shapeOf(shape, name)
      if (known !== undefined) this.#value(at, known, memberOf(inner, name))
    }
    return objectEnd
  }

  #role(members: readonly Member[], roles: readonly Words<Role>[]): Role | undefined {
    for (const words of roles) {
      const role = this.#meaning(members, words, '')
      if (role !== undefined) return role
    }
    return undefined
  }

  #meaning<Meaning>(
    members: readonly Member[],
    { members: names, meanings }: Words<Meaning>,
    otherwise: string,
  ): Meaning | undefined {
    // The last one, as parsers have it.
    let at = members.length - 1
    while (at >= 0 && !names.includes(members[at]?.name ?? '')) at -= 1
    const member = members[at]
    return meanings.get(member === undefined ? otherwise : this.#word(member))
  }

  /** Kinds and roles are short; `/` ends the family of a media type. */
  #word({ start, end }: Span): string {
    if (end - start > wordLengthMax) return ''
    const isString = this.#text.charCodeAt(start) === quote
    const word = isString ? stringAt(this.#text, { start, end }) : this.#text.slice(start, end)
    const slash = word.indexOf('/')
    return slash === -1 ? word : word.slice(0, slash)
  }

  #numbersOf(members: readonly Member[], names: readonly string[], index: number | undefined): string {
    const said = members
      .filter(({ name }) => names.includes(name))
      .map((member) => `${member.name}=${this.#word(member)}`)
    if (said.length === 0 && index !== undefined && names.length > 0) said.push(`${names[0]}=${index}`)
    return said.map((number) => ` ${number}`).join('')
  }

  #string({ start, end }: Span, shape: Shape, place: Place): void {
    const { text: kind, media } = shape
    if (kind !== undefined) {
      const { path, role, whole, numbers } = within(place, shape)
      this.texts.push({ start, end, kind, role, path, whole, lane: `${shape.lane ?? kind}${numbers}` })
    }
    if (media !== undefined) this.media.push({ start, end, kind: media, bare: shape.bare === true })
  }

  #mark(mark: Mark, { start, end }: Span, { except }: Shape): void {
    if (end - start === 2 || this.#text.startsWith('null', start)) return
    if (except === undefined || !except.has(this.#word({ start, end }))) this.marks.add(mark)
  }
}

const wordLengthMax = 100

function shapeOf({ members, others }: Shape, name: string): Shape | undefined {
  return members?.get(name) ?? others
}

function hasMembers({ members, others, variants }: Shape): boolean {
  return members !== undefined || others !== undefined || variants !== undefined
}

function memberOf({ path, role, whole, numbers }: Place, name: string): Place {
  return { path: pathOf(path, name), role, whole, numbers, index: undefined, word: '' }
}

function elementOf({ path, role, whole, numbers }: Place, index: number): Place {
  return { path: `${path}[${index}]`, role, whole, numbers, index, word: '' }
}

function within(place: Place, { role, whole }: Shape): Place {
  if (role === undefined && whole === undefined) return place
  return { ...place, role: role ?? place.role, whole: whole ?? place.whole }
}
