// Finds the texts and media of one JSON text by a dialect's shapes. The text has been scanned before, so it is neither
// checked nor parsed; what has another form than its shape says is passed over. It is read once: only objects whose
// shape hangs on a member are read ahead.
import { pathOf } from './client-json.ts'
import { memberSpans, stringAt, valueEnd, visitElements, visitMembers } from './json-spans.ts'
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
  /** Characters of base64; undefined where it lies elsewhere. */
  readonly base64Length: number | undefined
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

  constructor(text: string) {
    this.#text = text
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
    return visitElements(this.#text, start, (at, index) =>
      this.#value(at, shape, { ...place, path: `${place.path}[${index}]`, index, word: '' }),
    )
  }

  #object(start: number, shape: Shape, place: Place): number {
    const known = this.#settled(start, shape, place)
    if (known.shape.mark !== undefined) this.marks.add(known.shape.mark)
    return visitMembers(this.#text, start, (name, at) => {
      const inner = known.shape.members?.get(name) ?? known.shape.others
      if (inner === undefined) return valueEnd(this.#text, at)
      const path = pathOf(place.path, name)
      return this.#value(at, inner, { ...known.place, path, index: undefined, word: '' })
    })
  }

  /** What the object's own members say of its shape, its role and its numbers. */
  #settled(start: number, given: Shape, place: Place): { readonly shape: Shape; readonly place: Place } {
    const { variants, roles, numbers } = given
    if (variants === undefined && roles === undefined && numbers === undefined) {
      return { shape: given, place: within(place, given) }
    }
    const members = memberSpans(this.#text, start)
    const shape = (variants && this.#meaning(members, variants, place.word)) ?? given
    const inner = within(place, shape)
    const said = roles?.map((words) => this.#meaning(members, words, '')).find((role) => role !== undefined)
    return {
      shape,
      place: {
        ...inner,
        role: said ?? inner.role,
        numbers: place.numbers + this.#numbersOf(members, numbers ?? [], place.index),
      },
    }
  }

  #meaning<Meaning>(
    members: readonly Member[],
    { members: names, meanings }: Words<Meaning>,
    otherwise: string,
  ): Meaning | undefined {
    // The last one, as parsers have it.
    const member = members.findLast(({ name }) => names.includes(name))
    return meanings.get(member === undefined ? otherwise : this.#word(member))
  }

  /** Kinds and roles are short and plain; `/` ends the family of a media type. */
  #word({ start, end }: Span): string {
    if (end - start > wordLengthMax) return ''
    const isString = this.#text.charCodeAt(start) === quote
    const word = isString ? stringAt(this.#text, { start, end }) : this.#text.slice(start, end)
    return word.split('/', 1)[0] ?? ''
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
    if (media !== undefined) {
      const base64Length = this.#base64Length({ start, end }, shape.bare === true)
      this.media.push({ start, end, kind: media, base64Length })
    }
  }

  #base64Length({ start, end }: Span, bare: boolean): number | undefined {
    const text = this.#text
    if (startsWithAnyCase(text, start + 1, 'data:')) {
      const comma = text.indexOf(',', start)
      return comma === -1 || comma >= end ? 0 : end - comma - 2
    }
    const isAddress = ['https:', 'http:'].some((scheme) => startsWithAnyCase(text, start + 1, scheme))
    return bare && !isAddress ? end - start - 2 : undefined
  }

  #mark(mark: Mark, { start, end }: Span, { except }: Shape): void {
    if (end - start === 2 || this.#text.startsWith('null', start)) return
    if (except === undefined || !except.has(this.#word({ start, end }))) this.marks.add(mark)
  }
}

const wordLengthMax = 100

function hasMembers({ members, others, variants }: Shape): boolean {
  return members !== undefined || others !== undefined || variants !== undefined
}

function within(place: Place, { role, whole }: Shape): Place {
  if (role === undefined && whole === undefined) return place
  return { ...place, role: role ?? place.role, whole: whole ?? place.whole }
}

function startsWithAnyCase(text: string, start: number, wanted: string): boolean {
  return text.slice(start, start + wanted.length).toLowerCase() === wanted
}
