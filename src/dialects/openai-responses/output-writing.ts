// The output of an answer as it grows. Messages, reasoning and images are written one after the other; calls stay open
// beside them, for calls that run in parallel take turns.
import type { Citation, TokenLogprob } from '../../core/answer-event.ts'
import { OpenCall, OpenImage, OpenMessage, OpenReasoning, WholeItem } from './open-items.ts'
import type { CallHead, Emit, ItemPlace, ItemStatus, OpenItem } from './open-items.ts'
import type { TextPart, Wire } from './open-parts.ts'

interface LastText {
  readonly message: OpenMessage
  readonly part: TextPart
}

export class OutputWriting {
  readonly #items: OpenItem[] = []
  readonly #calls = new Map<number, OpenCall>()
  readonly #callIds = new Set<string>()
  readonly #idBase: string
  readonly #emit: Emit
  /** The item that is neither a call nor over. */
  #current: OpenMessage | OpenReasoning | OpenImage | undefined
  /** What an event touched last: that is what ends when a part ends. */
  #last: OpenItem | undefined
  #text: LastText | undefined
  #textChars = 0
  #hasRefusal = false

  /** `idBase` makes the ids of the items differ from those of other responses. */
  constructor(idBase: string, emit: Emit) {
    this.#idBase = idBase
    this.#emit = emit
  }

  get hasRefusal(): boolean {
    return this.#hasRefusal
  }

  wire(): readonly Wire[] {
    return this.#items.map((each) => each.wire())
  }

  addText(text: string): void {
    const { message, part } = this.#textPart()
    this.#textChars += text.length
    message.addText(part, text)
  }

  addRefusal(text: string): void {
    const message = this.#message()
    this.#hasRefusal = true
    message.addRefusal(message.part('refusal', this.#textChars), text)
  }

  addSound(base64: string, transcript: string): void {
    const message = this.#message()
    message.addSound(message.part('sound', this.#textChars), base64, transcript)
  }

  /** What comes after its text belongs to it all the same. */
  addCitation(citation: Citation): void {
    const { message, part } = this.#text ?? this.#textPart()
    message.annotate(part, citation)
  }

  addLogprobs(logprobs: readonly TokenLogprob[]): void {
    const { message, part } = this.#text ?? this.#textPart()
    message.addLogprobs(part, logprobs)
  }

  addReasoning(text: string): void {
    this.#reasoning().add(text)
  }

  /** Closes the reasoning before it; without one the seal is all that there is. */
  seal(encryptedContent: string): void {
    const reasoning = this.#reasoning()
    reasoning.seal(encryptedContent)
    reasoning.close('completed')
    this.#current = undefined
  }

  /** A sealed call is preceded by reasoning that holds nothing but the seal: calls have no place for one here. */
  openCall(call: number, head: CallHead, sealFor: ((callId: string) => string) | undefined): void {
    this.#closeCurrent()
    const callId = this.#freeCallId(head.callId)
    if (sealFor !== undefined) this.seal(sealFor(callId))
    const place = this.#place(head.custom ? 'ctc' : 'fc')
    this.#calls.set(call, this.#add(new OpenCall(place, { ...head, callId })))
  }

  addArguments(call: number, text: string): void {
    const opened = this.#calls.get(call)
    if (opened?.isOpen !== true) return
    this.#last = opened
    opened.add(text)
  }

  addImage(base64: string, mediaType: string | undefined): void {
    if (!(this.#current instanceof OpenImage && this.#current.isOpen)) {
      this.#closeCurrent()
      this.#current = this.#add(new OpenImage(this.#place('ig'), mediaType))
    }
    this.#last = this.#current
    this.#current.add(base64)
  }

  addWhole(wire: Wire): void {
    this.#closeCurrent()
    const place = this.#place('item')
    const { id } = wire
    this.#add(new WholeItem(typeof id === 'string' && id !== '' ? { ...place, id } : place, wire)).endPart()
  }

  endPart(): void {
    this.#last?.endPart()
  }

  /** Closes everything; what is still open ends with this status. */
  close(status: ItemStatus): void {
    for (const each of this.#items) each.close(status)
    this.#current = undefined
  }

  abandon(): void {
    for (const each of this.#items) each.abandon()
  }

  #textPart(): LastText {
    const message = this.#message()
    const part = message.part('text', this.#textChars)
    if (this.#text?.part === part) return this.#text
    this.#text = { message, part }
    return this.#text
  }

  #message(): OpenMessage {
    if (!(this.#current instanceof OpenMessage)) {
      this.#closeCurrent()
      this.#current = this.#add(new OpenMessage(this.#place('msg')))
    }
    this.#last = this.#current
    return this.#current
  }

  #reasoning(): OpenReasoning {
    if (!(this.#current instanceof OpenReasoning)) {
      this.#closeCurrent()
      this.#current = this.#add(new OpenReasoning(this.#place('rs')))
    }
    this.#last = this.#current
    return this.#current
  }

  #closeCurrent(): void {
    this.#current?.close('completed')
    this.#current = undefined
  }

  #add<Item extends OpenItem>(opened: Item): Item {
    this.#items.push(opened)
    this.#last = opened
    opened.announce()
    return opened
  }

  #place(prefix: string): ItemPlace {
    const index = this.#items.length
    return { index, id: `${prefix}_${this.#idBase}_${index}`, emit: this.#emit }
  }

  /** Clients tell calls apart by their ids alone, and some providers give none or the same twice. */
  #freeCallId(id: string): string {
    const free = id === '' || this.#callIds.has(id) ? `call_${this.#idBase}_${this.#items.length}` : id
    this.#callIds.add(free)
    return free
  }
}
