// The items of an output while they are written. Each knows its form on the wire as it is now, and says in events what
// is added to it, that a part of it is over, and that it is done.
import { unsealed } from '../carried-seal.ts'
import type { Citation, TokenLogprob } from '../../core/answer-event.ts'
import { addLogprobs, annotate, joinedBase64, newPart, partWire } from './open-parts.ts'
import type { MessagePart, PartOf, RefusalPart, SoundPart, TextPart, Wire } from './open-parts.ts'

/** Sends one event: its type and members. */
export type Emit = (type: string, members: Wire) => void

/** Where an item stands in the output, and how it says what happens to it. */
export interface ItemPlace {
  readonly index: number
  readonly id: string
  readonly emit: Emit
}

export type ItemStatus = 'in_progress' | 'completed' | 'incomplete'

abstract class OpenItem {
  readonly id: string
  readonly #place: ItemPlace
  protected status: ItemStatus = 'in_progress'

  constructor(place: ItemPlace) {
    this.id = place.id
    this.#place = place
  }

  /** As it is now. */
  abstract wire(): Wire

  /** Ends the part that is open; items of a single part end with it. */
  abstract endPart(): void

  /** What has to be said before the item is done. */
  protected abstract finishParts(status: ItemStatus): void

  get isOpen(): boolean {
    return this.status === 'in_progress'
  }

  announce(): void {
    const { index, emit } = this.#place
    emit('response.output_item.added', { output_index: index, item: this.wire() })
  }

  close(status: ItemStatus): void {
    if (!this.isOpen) return
    this.finishParts(status)
    this.status = status
    const { index, emit } = this.#place
    emit('response.output_item.done', { output_index: index, item: this.wire() })
  }

  /** What is left open by a failure. */
  abandon(): void {
    if (this.isOpen) this.status = 'incomplete'
  }

  protected say(event: string, members: Wire): void {
    const { index, emit } = this.#place
    emit(`response.${event}`, { item_id: this.id, output_index: index, ...members })
  }
}
export type { OpenItem }

export class OpenMessage extends OpenItem {
  readonly #parts: MessagePart[] = []
  #isPartOpen = false

  wire(): Wire {
    const content = this.#parts.map(partWire)
    return { id: this.id, type: 'message', status: this.status, role: 'assistant', content }
  }

  /** The open part, if it is of this kind, or a new one. `textBefore`: characters of the answer before it. */
  part<Kind extends MessagePart['kind']>(kind: Kind, textBefore: number): PartOf<Kind> {
    const last = this.#parts.at(-1)
    // The compiler does not see that a part whose kind is Kind is the part of that kind.
    if (this.#isPartOpen && last?.kind === kind) return last as PartOf<Kind>
    this.endPart()
    const part = newPart(kind, textBefore)
    this.#parts.push(part)
    this.#isPartOpen = true
    this.say('content_part.added', { content_index: this.#parts.length - 1, part: partWire(part) })
    return part as PartOf<Kind>
  }

  addText(part: TextPart, text: string): void {
    part.text += text
    this.say('output_text.delta', { content_index: this.#indexOf(part), delta: text, logprobs: [] })
  }

  addRefusal(part: RefusalPart, text: string): void {
    part.text += text
    this.say('refusal.delta', { content_index: this.#indexOf(part), delta: text })
  }

  addSound(part: SoundPart, base64: string, transcript: string): void {
    const index = this.#indexOf(part)
    if (base64 !== '') {
      part.pieces.push(base64)
      this.say('audio.delta', { content_index: index, delta: base64 })
    }
    if (transcript === '') return
    part.transcript += transcript
    this.say('audio.transcript.delta', { content_index: index, delta: transcript })
  }

  /** The places of log probabilities are deltas; these say nothing else. A part that is over gets no more of them. */
  addLogprobs(part: TextPart, logprobs: readonly TokenLogprob[]): void {
    const written = addLogprobs(part, logprobs)
    const index = this.#indexOf(part)
    if (!this.#isPartOpen || index !== this.#parts.length - 1) return
    this.say('output_text.delta', { content_index: index, delta: '', logprobs: written })
  }

  annotate(part: TextPart, citation: Citation): void {
    const annotation = annotate(part, citation)
    this.say('output_text.annotation.added', {
      content_index: this.#indexOf(part),
      annotation_index: part.annotations.length - 1,
      annotation,
    })
  }

  endPart(): void {
    const part = this.#parts.at(-1)
    if (part === undefined || !this.#isPartOpen) return
    this.#isPartOpen = false
    const place = { content_index: this.#parts.length - 1 }
    if (part.kind === 'text')
      this.say('output_text.done', { ...place, text: part.text, logprobs: part.logprobs })
    else if (part.kind === 'refusal') this.say('refusal.done', { ...place, refusal: part.text })
    else this.#endSound(part, place)
    this.say('content_part.done', { ...place, part: partWire(part) })
  }

  protected finishParts(): void {
    this.endPart()
  }

  #endSound(part: SoundPart, place: Wire): void {
    this.say('audio.done', place)
    if (part.transcript !== '') this.say('audio.transcript.done', place)
  }

  #indexOf(part: MessagePart): number {
    return this.#parts.lastIndexOf(part)
  }
}

export class OpenReasoning extends OpenItem {
  readonly #summary: string[] = []
  #isPartOpen = false
  #seal: string | undefined

  wire(): Wire {
    return {
      id: this.id,
      type: 'reasoning',
      summary: this.#summary.map(summaryPart),
      ...(this.#seal !== undefined && { encrypted_content: this.#seal }),
    }
  }

  add(text: string): void {
    if (!this.#isPartOpen) {
      this.#isPartOpen = true
      this.#summary.push('')
      this.say('reasoning_summary_part.added', { ...this.#partPlace(), part: summaryPart('') })
    }
    this.#summary[this.#summary.length - 1] += text
    this.say('reasoning_summary_text.delta', { ...this.#partPlace(), delta: text })
  }

  seal(encryptedContent: string): void {
    this.#seal = encryptedContent
  }

  endPart(): void {
    if (!this.#isPartOpen) return
    this.#isPartOpen = false
    const text = this.#summary.at(-1) ?? ''
    this.say('reasoning_summary_text.done', { ...this.#partPlace(), text })
    this.say('reasoning_summary_part.done', { ...this.#partPlace(), part: summaryPart(text) })
  }

  protected finishParts(): void {
    this.endPart()
    this.#seal ??= unsealed
  }

  #partPlace(): Wire {
    return { summary_index: this.#summary.length - 1 }
  }
}

function summaryPart(text: string): Wire {
  return { type: 'summary_text', text }
}

export interface CallHead {
  readonly callId: string
  readonly name: string
  readonly custom: boolean
}

export class OpenCall extends OpenItem {
  readonly #head: CallHead
  #text = ''

  constructor(place: ItemPlace, head: CallHead) {
    super(place)
    this.#head = head
  }

  wire(): Wire {
    const { callId, name, custom } = this.#head
    const frame = { id: this.id, status: this.status, call_id: callId, name }
    if (custom) return { ...frame, type: 'custom_tool_call', input: this.#text }
    return { ...frame, type: 'function_call', arguments: this.#text }
  }

  add(text: string): void {
    this.#text += text
    this.say(this.#head.custom ? 'custom_tool_call_input.delta' : 'function_call_arguments.delta', {
      delta: text,
    })
  }

  endPart(): void {
    this.close('completed')
  }

  protected finishParts(status: ItemStatus): void {
    const { custom, name } = this.#head
    if (custom) return this.say('custom_tool_call_input.done', { input: this.#text })
    // Some providers say nothing for a tool without arguments; clients parse what they get.
    if (this.#text === '' && status === 'completed') this.add('{}')
    this.say('function_call_arguments.done', { name, arguments: this.#text })
  }
}

export class OpenImage extends OpenItem {
  readonly #pieces: string[] = []
  readonly #format: string | undefined

  constructor(place: ItemPlace, mediaType: string | undefined) {
    super(place)
    this.#format = mediaType?.split('/', 2)[1]
  }

  wire(): Wire {
    return {
      id: this.id,
      type: 'image_generation_call',
      status: this.status,
      result: this.#pieces.length === 0 ? null : joinedBase64(this.#pieces),
      ...(this.#format !== undefined && { output_format: this.#format }),
    }
  }

  add(base64: string): void {
    if (this.#pieces.length === 0) this.say('image_generation_call.in_progress', {})
    this.#pieces.push(base64)
  }

  endPart(): void {
    this.close('completed')
  }

  protected finishParts(): void {
    this.say('image_generation_call.completed', {})
  }
}

/** An item that came whole from a provider of this dialect. */
export class WholeItem extends OpenItem {
  readonly #wire: Wire

  constructor(place: ItemPlace, wire: Wire) {
    super(place)
    this.#wire = wire
  }

  wire(): Wire {
    return { ...this.#wire, id: this.id }
  }

  endPart(): void {
    this.close('completed')
  }

  protected finishParts(): void {}
}
