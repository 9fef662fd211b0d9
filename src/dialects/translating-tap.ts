// The tap on a streamed answer that is written anew in the client's dialect. What one piece of the provider's stream
// says becomes one piece of the client's.
import type { LastWords } from '../core/answer.ts'
import type { AnswerEvent } from '../core/answer-event.ts'
import { billedAs } from '../core/usage.ts'
import type { Usage } from '../core/usage.ts'
import { addText } from './add-text.ts'
import { MalformedAnswer, Unjoinable } from './dialect.ts'
import type { ProviderCodec, StreamReader, StreamWriter, WireEvent } from './dialect.ts'
import { ReadyBytes } from './ready-bytes.ts'
import { pieceTokens } from './said-tokens.ts'
import { exceptMalformed } from './stream-tap.ts'
import type { StreamFault, StreamTap } from './stream-tap.ts'
import { WireEvents } from './wire-events.ts'

/** What turns the provider's stream into the client's. */
export interface StreamParts {
  readonly provider: ProviderCodec
  readonly reader: StreamReader
  readonly writer: StreamWriter
  /** How many answers must finish. */
  readonly choices: number
}

export class TranslatingTap implements StreamTap {
  readonly #parts: StreamParts
  readonly #events: WireEvents
  readonly #finished = new Set<number>()
  #text = ''
  readonly ready = new ReadyBytes()
  content = false
  done = false
  fault: StreamFault | undefined
  #usage: Usage | undefined
  #tier: string | undefined
  #saidTokens = 0
  model = ''
  contentChunks = 0

  get lastWords(): LastWords {
    return this.#parts.writer
  }

  /** Some providers count before they begin: until a finish, their output is what has been seen of it. */
  get usage(): Usage | undefined {
    const usage = this.#usage
    if (usage === undefined || this.#finished.size > 0) return usage
    if (usage.outputTokens >= this.contentChunks) return usage
    return { ...usage, outputTokens: Math.max(this.contentChunks, this.#saidTokens) }
  }

  constructor(parts: StreamParts) {
    this.#parts = parts
    this.#events = new WireEvents(parts.provider.framing ?? 'events')
  }

  push(chunk: Uint8Array, from?: number, to?: number): void {
    if (this.done || this.fault !== undefined) return
    this.#translate(this.#events.feed(chunk, from, to))
    if (this.#events.overflow) this.#malformed('an event of its stream is larger than 1 MiB')
    this.#handOver()
  }

  /** Where a dialect has no word for the end, an answer is whole when every choice had its finish reason. */
  finish(): Uint8Array | undefined {
    if (this.done || this.fault !== undefined) return undefined
    this.#translate(this.#events.rest())
    this.fault = exceptMalformed(this.fault)
    if (this.done || this.fault !== undefined) {
      this.#handOver()
      return undefined
    }
    const { provider, choices } = this.#parts
    if (provider.endMayBeUnsaid === true && this.content && this.#finished.size >= choices) {
      this.#write({ kind: 'end' })
      this.#handOver()
    } else {
      this.fault = { kind: 'cut', detail: 'it ended without a finish reason' }
    }
    return undefined
  }

  #translate(found: readonly WireEvent[]): void {
    try {
      for (const event of found) {
        this.#event(event)
        if (this.done || this.fault !== undefined) return
      }
    } catch (failure) {
      const kind = failure instanceof Unjoinable ? 'unjoinable' : 'malformed'
      this.fault ??= { kind, detail: problemOf(failure) }
    }
  }

  #event(event: WireEvent): void {
    let counts = false
    for (const step of this.#parts.reader.read(event)) {
      if (step.kind === 'error') {
        this.fault = { kind: 'provider-error', detail: 'it sent an error in its stream', error: step.error }
        return
      }
      if (says(step)) {
        counts = true
        if ('text' in step) this.#saidTokens += pieceTokens(step.text.length)
      }
      this.#write(step)
    }
    if (counts) this.contentChunks += 1
    if (this.done && !this.content) {
      this.done = false
      this.fault = { kind: 'cut', detail: 'its stream ended without an answer' }
    }
  }

  #write(step: AnswerEvent): void {
    if (step.kind === 'usage') this.#usage = billedAs(step.usage, step.serviceTier ?? this.#tier)
    else if (step.kind === 'start') this.#start(step)
    else if (step.kind === 'finish') this.#finished.add(step.choice)
    else if (step.kind === 'end') this.done = true
    // An answer may be empty: then its finish is the first that a client can use.
    this.content ||= step.kind === 'finish' || says(step)
    this.#text += this.#parts.writer.write(step)
  }

  #start({ model, serviceTier }: Extract<AnswerEvent, { kind: 'start' }>): void {
    this.model = model ?? ''
    this.#tier = serviceTier
  }

  #malformed(detail: string): void {
    this.fault ??= { kind: 'malformed', detail }
  }

  #handOver(): void {
    if (this.#text === '') return
    addText(this.#text, this.ready)
    this.#text = ''
  }
}

/** Does this step hold something of the answer itself? */
function says(step: AnswerEvent): boolean {
  switch (step.kind) {
    case 'text-delta':
    case 'refusal-delta':
    case 'reasoning-delta':
    case 'tool-call-delta':
      return step.text !== ''
    case 'reasoning-seal':
    case 'tool-call':
    case 'media-delta':
    case 'citation':
      return true
    default:
      return false
  }
}

/** A codec's sentence as a part of one. What is not MalformedAnswer is nothing that may be shown. */
export function problemOf(failure: unknown): string {
  if (!(failure instanceof MalformedAnswer)) return 'its answer could not be translated'
  const { message } = failure
  return `${message.charAt(0).toLowerCase()}${message.slice(1).replace(/\.$/, '')}`
}
