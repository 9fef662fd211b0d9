// A streamed message. It begins with the first event that is no mere greeting, so that counts which come early stand in
// its start; it ends only when the provider said that this is all.
import { isObject } from '../json-object.ts'
import type { JsonObject } from '../json-object.ts'
import type { AnswerEvent } from '../../core/answer-event.ts'
import type { Usage } from '../../core/usage.ts'
import type { GatewayError } from '../../core/errors.ts'
import type { AnswerFacts, StreamWriter } from '../dialect.ts'
import { carrySeal } from '../carried-seal.ts'
import { writeEnding } from './stop-reasons.ts'
import type { Ending } from './stop-reasons.ts'
import { writeCounts, writeUsage } from './usage.ts'
import { BlockWriter, frame } from './write-blocks.ts'
import { providerErrorBody, writeErrorEvent } from './write-error.ts'

type Event<Kind extends AnswerEvent['kind']> = AnswerEvent & { readonly kind: Kind }

export function openWriter(facts: AnswerFacts): StreamWriter {
  return new MessageWriter(facts)
}

class MessageWriter implements StreamWriter {
  readonly #facts: AnswerFacts
  readonly #blocks = new BlockWriter()
  #start: Event<'start'> | undefined
  #isStarted = false
  #isOver = false
  #usage: Usage | undefined
  #tier: string | undefined
  #ending: Ending | undefined
  #refused = false
  /** Seals that came behind words. Clients take the last block for the answer, so they wait for one that follows. */
  #trailing: Event<'reasoning-seal'>[] = []
  #saidWords = false
  /** Members and counts of this API that have no word of ours. */
  #members: JsonObject = {}
  #counts: JsonObject = {}

  constructor(facts: AnswerFacts) {
    this.#facts = facts
  }

  write(event: AnswerEvent): string {
    // This API gives one answer only.
    if (this.#isOver || ('choice' in event && event.choice !== 0)) return ''
    if (event.kind === 'start') return this.#greet(event)
    if (event.kind === 'foreign') return this.#foreign(event)
    if (event.kind === 'error') return this.#providerFailed(event)
    if (event.kind === 'usage') this.#count(event)
    return this.#begin() + this.#body(event)
  }

  fail(error: GatewayError, status: number, requestId: string): string {
    if (this.#isOver) return ''
    this.#isOver = true
    return writeErrorEvent(error, status, requestId)
  }

  #body(event: Exclude<AnswerEvent, { kind: 'start' | 'foreign' | 'error' }>): string {
    switch (event.kind) {
      case 'text-delta':
        return event.text === '' ? '' : this.#release(true) + this.#blocks.speak('text', event.text)
      case 'refusal-delta':
        return event.text === '' ? '' : this.#release(true) + this.#refuse(event.text)
      case 'reasoning-delta':
        return event.text === '' ? '' : this.#release(false) + this.#blocks.speak('reasoning', event.text)
      case 'reasoning-seal':
        if (!this.#saidWords || event.from === 'anthropic-messages') return this.#seal(event)
        this.#trailing.push(event)
        return ''
      case 'tool-call':
        return this.#release(false) + this.#call(event)
      case 'tool-call-delta':
        return this.#blocks.callText(event.call, event.text)
      case 'citation':
        return this.#blocks.cite(event.citation)
      case 'part-end':
        return this.#blocks.endPart()
      case 'finish':
        this.#ending = event
        return this.#blocks.close()
      case 'end':
        return this.#end()
      case 'usage':
      // Neither has a place in this API.
      case 'logprobs':
      case 'media-delta':
        return ''
    }
  }

  #greet(event: Event<'start'>): string {
    this.#start = event
    this.#tier = event.serviceTier ?? this.#tier
    return ''
  }

  #begin(): string {
    if (this.#isStarted) return ''
    this.#isStarted = true
    const message = {
      id: this.#start?.id ?? this.#facts.id,
      type: 'message',
      role: 'assistant',
      model: this.#start?.model ?? this.#facts.model,
      content: [],
      container: null,
      diagnostics: null,
      stop_reason: null,
      stop_sequence: null,
      stop_details: null,
      ...this.#members,
      usage: { ...writeUsage(this.#usage, this.#tier), ...this.#counts },
    }
    // What is said again at the end is only what came after this.
    this.#members = {}
    this.#counts = {}
    return frame({ type: 'message_start', message })
  }

  #count(event: Event<'usage'>): void {
    this.#usage = event.usage
    this.#tier = event.serviceTier ?? this.#tier
  }

  #refuse(text: string): string {
    // This API's own explanation of a refusal goes out as it came, with the reason.
    if (isObject(this.#members['stop_details'])) return ''
    this.#refused = true
    return this.#blocks.speak('refusal', text)
  }

  /** Something follows what waited: words, or not. */
  #release(isWords: boolean): string {
    this.#saidWords = isWords
    if (this.#trailing.length === 0) return ''
    const seals = this.#trailing
    this.#trailing = []
    return seals.map((event) => this.#seal(event)).join('')
  }

  #seal(event: Event<'reasoning-seal'>): string {
    const { from, seal, redacted, id = '' } = event
    const text = from === 'anthropic-messages' ? seal : carrySeal({ from, seal, redacted, id, callId: '' })
    if (!redacted) return this.#blocks.seal(text)
    return this.#blocks.block({ type: 'redacted_thinking', data: text }, [])
  }

  /** Only Gemini seals calls (2026-11). */
  #call({ call, id, name, seal }: Event<'tool-call'>): string {
    const callId = id === '' ? `${this.#facts.id}_${call}` : id
    const carried =
      seal === undefined ? undefined : carrySeal({ from: 'gemini', seal, redacted: true, id: '', callId })
    return this.#blocks.call({ call, id: callId, name, seal: carried })
  }

  #foreign(event: Event<'foreign'>): string {
    const { from, value } = event
    if (from !== 'anthropic-messages' || !isObject(value)) return ''
    if (isObject(value['message'])) this.#members = { ...this.#members, ...value['message'] }
    if (isObject(value['usage'])) this.#counts = { ...this.#counts, ...value['usage'] }
    if (isObject(value['event'])) return this.#begin() + frame(value['event'])
    const { block, deltas } = value
    if (!isObject(block) || !Array.isArray(deltas)) return ''
    return this.#begin() + this.#blocks.block(block, deltas.filter(isObject))
  }

  #providerFailed(event: Event<'error'>): string {
    this.#isOver = true
    return frameOfError(providerErrorBody(event.error, this.#facts.id))
  }

  #end(): string {
    this.#isOver = true
    const ending = this.#ending ?? { reason: 'other', native: '' }
    const held = { calls: this.#blocks.hadCalls, refusal: this.#refused }
    const written = this.#blocks.close()
    const delta = { container: null, ...writeEnding(ending, held), ...this.#members }
    const usage = { ...writeCounts(this.#usage), ...this.#counts }
    return written + frame({ type: 'message_delta', delta, usage }) + frame({ type: 'message_stop' })
  }
}

function frameOfError(body: JsonObject): string {
  return `event: error\ndata: ${JSON.stringify(body)}\n\n`
}
