// A dialect's texts, seen in its own wire format and changed there: a change is a splice, and every byte around it stays
// as it came. What looks at texts, or masks them, works through lenses and so in every dialect.
import { asciiJson } from './json-body.ts'
import type { JsonBody, Splice } from './json-body.ts'
import { stringAt } from './json-spans.ts'
import { onlyMedia } from './lens-media.ts'
import type { Mark, Shape, TextKind } from './lens-shape.ts'
import { LensWalk } from './lens-walk.ts'
import type { FoundMedium, FoundText } from './lens-walk.ts'
import { scanJson } from './scan-json.ts'
import { holdsText } from './text-of-bytes.ts'

/** A text of a request, and where its JSON stands in the body. */
export interface Segment extends Omit<FoundText, 'lane' | 'whole'> {
  readonly text: string
}

/**
 * A text of an answer. Pieces of the same lane, one after the other, are one text; a `whole` one is all of a
 * text at once, whether or not its pieces came before.
 */
export interface Saying extends FoundText {
  readonly text: string
}

/** A medium of a request, and where its JSON stands in the body. */
export interface Medium extends Omit<FoundMedium, 'bare'> {
  /** Characters of base64; undefined where it lies elsewhere. */
  readonly base64Length: number | undefined
}

/** What an event of a stream means; texts that are empty mean nothing. */
export interface EventMeaning {
  readonly says: ReadonlySet<TextKind | Mark>
  readonly texts: readonly Saying[]
}

export interface Lens {
  /** The texts of a request, in the order in which they stand. Never throws. */
  texts(body: JsonBody): readonly Segment[]
  /** The media of a request. Never throws. */
  media(body: JsonBody): readonly Medium[]
  /** May media lie inside of a request? A cheap look, which is wrong only where a client writes as nobody does. */
  mayHoldMedia(bytes: Uint8Array): boolean
  /**
   * An event of a stream, or a whole answer: its bytes read as Latin-1, and its name, empty without one. Undefined when
   * it is no JSON object. Never throws.
   */
  event(latin1: string, name: string): EventMeaning | undefined
}

export interface LensShapes {
  readonly request: Shape
  readonly event: Shape
  /** What a request with media inside of it holds one of. */
  readonly mediaSigns: readonly string[]
}

/** The lens of a dialect that is laid out so. */
export function lensOf({ request, event, mediaSigns }: LensShapes): Lens {
  const walked = ({ latin1 }: JsonBody, shape: Shape): LensWalk =>
    new LensWalk(latin1, false).run(latin1.indexOf('{'), shape, { role: 'user', word: '' })
  const mediaOfRequest = onlyMedia(request)
  return {
    texts: (body) => walked(body, request).texts.map((found) => segment(body.latin1, found)),
    media: (body) => walked(body, mediaOfRequest).media.map((found) => medium(body.latin1, found)),
    mayHoldMedia: (bytes) => mediaSigns.some((sign) => holdsText(bytes, sign)),
    event: (latin1, name) => eventMeaning(latin1, name, event),
  }
}

/** Events are not limited as requests are: this is what can be walked. */
const eventLimits = { depthMax: 512, keysMax: 2_000_000 }

function eventMeaning(latin1: string, word: string, shape: Shape): EventMeaning | undefined {
  if (scanJson(latin1, eventLimits).kind !== 'object') return undefined
  const walk = new LensWalk(latin1, true).run(latin1.indexOf('{'), shape, { role: 'assistant', word })
  const texts = walk.texts.map((found) => ({ ...found, text: stringAt(latin1, found) }))
  const said = texts.filter(({ text }) => text !== '').map(({ kind }) => kind)
  return { says: new Set([...said, ...walk.marks]), texts }
}

function segment(latin1: string, found: FoundText): Segment {
  const { start, end, kind, role, path } = found
  return { start, end, kind, role, path, text: stringAt(latin1, found) }
}

function medium(latin1: string, { start, end, kind, bare }: FoundMedium): Medium {
  const head = latin1.slice(start + 1, start + 9).toLowerCase()
  if (!head.startsWith('data:')) {
    const isAddress = head.startsWith('https://') || head.startsWith('http://')
    return { start, end, kind, base64Length: bare && !isAddress ? end - start - 2 : undefined }
  }
  const comma = latin1.indexOf(',', start)
  return { start, end, kind, base64Length: comma === -1 || comma >= end ? 0 : end - comma - 2 }
}

/** Puts another text where one stands. */
export function textSplice({ start, end }: Pick<Segment, 'start' | 'end'>, text: string): Splice {
  return { start, end, text: asciiJson(text) }
}

/** An event with splices, which must be in order; the rest of it byte for byte. */
export function splicedEvent(latin1: string, splices: readonly Splice[]): string {
  let result = ''
  let from = 0
  for (const { start, end, text } of splices) {
    result += latin1.slice(from, start) + text
    from = end
  }
  return result + latin1.slice(from)
}
