// The output items of an answer as events, whole or in pieces. Every piece is told once: an item that is settled adds
// only what its pieces did not bring, so streams, whole answers and streams without deltas all read alike.
import { unsealed } from '../carried-seal.ts'
import { given, isObject } from '../json-object.ts'
import type { JsonObject } from '../json-object.ts'
import type { AnswerEvent, Citation } from '../../core/answer-event.ts'
import { MalformedAnswer } from '../dialect.ts'
import type { AnswerContent } from './finish-reasons.ts'
import { readCitation } from './citations.ts'
import { readLogprobs } from './logprobs.ts'

/** What has been told of one part of an item. */
interface PartSeen {
  chars: number
  logprobs: number
  annotations: number
  ended: boolean
  /** Characters of the answer's text before this part. */
  readonly textBefore: number
}

interface ItemSeen {
  /** The number of its call, once the call was told. */
  call: number | undefined
  settled: boolean
  readonly parts: Map<string, PartSeen>
}

/** Where a part stands: the number of its item, and what it is there. */
export interface PartPlace {
  readonly index: number
  /** `content.0`, `summary.1`, `arguments`. */
  readonly part: string
}

type DeltaKind = 'text-delta' | 'refusal-delta' | 'reasoning-delta'

const choice = 0
const from = 'openai-responses'

export class OutputReading {
  #events: AnswerEvent[] = []
  readonly #items = new Map<number, ItemSeen>()
  #calls = 0
  /** The call that the last event was about. */
  #lastCall: number | undefined
  #textChars = 0
  #refusalChars = 0

  /** The events since the last time. */
  drain(): readonly AnswerEvent[] {
    const events = this.#events
    this.#events = []
    return events
  }

  tell(event: AnswerEvent): void {
    this.#events.push(event)
    if (event.kind === 'foreign') return
    this.#lastCall = event.kind === 'tool-call' || event.kind === 'tool-call-delta' ? event.call : undefined
  }

  get content(): AnswerContent {
    return { calls: this.#calls > 0, text: this.#textChars > 0, refusal: this.#refusalChars > 0 }
  }

  /** A call is told as soon as its name is known. */
  openItem(index: number, entry: JsonObject): void {
    const type = entry['type']
    if (type !== 'function_call' && type !== 'custom_tool_call') return
    const seen = this.#seen(index)
    if (seen.call !== undefined) return
    seen.call = this.#calls
    this.#calls += 1
    this.tell(
      given<Extract<AnswerEvent, { readonly kind: 'tool-call' }>>({
        kind: 'tool-call',
        choice,
        call: seen.call,
        id: textOf(entry, 'call_id'),
        name: textOf(entry, 'name'),
        custom: type === 'custom_tool_call' ? true : undefined,
      }),
    )
  }

  /** More of a part's text. */
  addText(kind: DeltaKind, place: PartPlace, text: string): void {
    if (text === '') return
    const seen = this.#part(place)
    // The parts of one reasoning are one text: what closes it is its seal.
    const isNext = kind === 'reasoning-delta' && seen.chars === 0 && this.#reasonedBefore(place.index)
    seen.chars += text.length
    if (kind === 'text-delta') this.#textChars += text.length
    else if (kind === 'refusal-delta') this.#refusalChars += text.length
    this.tell({ kind, choice, text: isNext ? `\n\n${text}` : text })
  }

  /** More of a call's arguments. What comes before the call itself is left for when it settles. */
  addArguments(index: number, text: string): void {
    const { call } = this.#seen(index)
    if (call === undefined || text === '') return
    this.#part({ index, part: 'arguments' }).chars += text.length
    this.tell({ kind: 'tool-call-delta', choice, call, text })
  }

  addLogprobs(place: PartPlace, logprobs: unknown): void {
    const read = readLogprobs(logprobs)
    if (read.length === 0) return
    this.#part(place).logprobs += read.length
    this.tell({ kind: 'logprobs', choice, logprobs: read })
  }

  addAnnotation(place: PartPlace, annotation: unknown): void {
    const seen = this.#part(place)
    seen.annotations += 1
    const citation: Citation | undefined = readCitation(annotation, seen.textBefore)
    if (citation !== undefined) this.tell({ kind: 'citation', choice, citation })
  }

  /** The whole of a content part: what was not told of it yet, and its end. */
  settlePart(index: number, contentIndex: number, part: JsonObject): void {
    const place = { index, part: `content.${contentIndex}` }
    const type = part['type']
    if (type === 'reasoning_text') return this.settleText('reasoning-delta', place, textOf(part, 'text'))
    if (type === 'refusal') this.settleText('refusal-delta', place, textOf(part, 'refusal'))
    else if (type === 'output_text') this.#settleOutputText(place, part)
    else return this.tell({ kind: 'foreign', from, value: part })
    const seen = this.#part(place)
    if (!seen.ended && seen.chars > 0) this.tell({ kind: 'part-end', choice })
    seen.ended = true
  }

  /** The rest of a text of which some was told. */
  settleText(kind: DeltaKind, place: PartPlace, whole: string): void {
    this.addText(kind, place, whole.slice(this.#part(place).chars))
  }

  settleArguments(index: number, whole: string): void {
    this.addArguments(index, whole.slice(this.#part({ index, part: 'arguments' }).chars))
  }

  /** The whole of an item. */
  settleItem(index: number, entry: JsonObject): void {
    const seen = this.#seen(index)
    if (seen.settled) return
    seen.settled = true
    const type = textOf(entry, 'type')
    if (type === 'message') this.#settleMessage(index, entry)
    else if (type === 'reasoning') this.#settleReasoning(index, entry)
    else if (type === 'function_call') this.#settleCall(index, entry, 'arguments')
    else if (type === 'custom_tool_call') this.#settleCall(index, entry, 'input')
    else if (type === 'image_generation_call') this.#settleImage(entry)
    else this.tell({ kind: 'foreign', from, value: entry })
  }

  #settleOutputText(place: PartPlace, part: JsonObject): void {
    const { logprobs, annotations } = this.#part(place)
    this.settleText('text-delta', place, textOf(part, 'text'))
    this.addLogprobs(place, listOf(part, 'logprobs').slice(logprobs))
    for (const annotation of listOf(part, 'annotations').slice(annotations))
      this.addAnnotation(place, annotation)
  }

  #settleMessage(index: number, entry: JsonObject): void {
    for (const [contentIndex, part] of listOf(entry, 'content').entries()) {
      if (!isObject(part)) throw new MalformedAnswer('A part of its answer is not an object.')
      if (this.#seen(index).parts.get(`content.${contentIndex}`)?.ended !== true) {
        this.settlePart(index, contentIndex, part)
      }
    }
  }

  #settleReasoning(index: number, entry: JsonObject): void {
    for (const name of ['summary', 'content']) {
      for (const [at, part] of listOf(entry, name).entries()) {
        if (!isObject(part)) throw new MalformedAnswer('A part of its reasoning is not an object.')
        this.settleText('reasoning-delta', { index, part: `${name}.${at}` }, textOf(part, 'text'))
      }
    }
    const seal = entry['encrypted_content']
    const hasText = this.#reasonedBefore(index)
    if (typeof seal === 'string' && seal !== '' && seal !== unsealed) {
      const id = typeof entry['id'] === 'string' ? { id: entry['id'] } : {}
      this.tell({ kind: 'reasoning-seal', choice, seal, redacted: !hasText, ...id, from })
    } else if (hasText) {
      this.tell({ kind: 'part-end', choice })
    }
  }

  #settleCall(index: number, entry: JsonObject, member: string): void {
    this.openItem(index, entry)
    this.settleArguments(index, textOf(entry, member))
    // Calls take turns, and an end belongs to what came right before it.
    if (this.#lastCall === this.#seen(index).call) this.tell({ kind: 'part-end', choice })
  }

  #settleImage(entry: JsonObject): void {
    const base64 = entry['result']
    if (typeof base64 !== 'string' || base64 === '') return this.tell({ kind: 'foreign', from, value: entry })
    const format = typeof entry['output_format'] === 'string' ? entry['output_format'] : 'png'
    this.tell({ kind: 'media-delta', choice, media: 'image', mediaType: `image/${format}`, base64 })
    this.tell({ kind: 'part-end', choice })
  }

  #reasonedBefore(index: number): boolean {
    for (const { chars } of this.#seen(index).parts.values()) if (chars > 0) return true
    return false
  }

  #seen(index: number): ItemSeen {
    let seen = this.#items.get(index)
    if (seen === undefined) {
      seen = { call: undefined, settled: false, parts: new Map() }
      this.#items.set(index, seen)
    }
    return seen
  }

  #part({ index, part }: PartPlace): PartSeen {
    const { parts } = this.#seen(index)
    let seen = parts.get(part)
    if (seen === undefined) {
      seen = { chars: 0, logprobs: 0, annotations: 0, ended: false, textBefore: this.#textChars }
      parts.set(part, seen)
    }
    return seen
  }
}

/** A text that must be there. Throws MalformedAnswer. */
export function textOf(json: JsonObject, name: string): string {
  const value = json[name]
  if (typeof value !== 'string')
    throw new MalformedAnswer(`Its answer lacks the text "${name}" where it must be.`)
  return value
}

function listOf(json: JsonObject, name: string): readonly unknown[] {
  const value = json[name]
  return Array.isArray(value) ? value : []
}
