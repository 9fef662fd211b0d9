// Our events as a stream of chunks, as OpenAI's SDKs expect it: the role first, one thing in a chunk, the token counts
// in a chunk without choices and only if they were asked for, `[DONE]` at the end and nowhere else.
import type { AnswerEvent } from '../../core/answer-event.ts'
import type { Usage } from '../../core/usage.ts'
import type { GatewayError } from '../../core/errors.ts'
import type { AnswerFacts, StreamWriter } from '../dialect.ts'
import { writeFinish } from './finish-reasons.ts'
import { writeDetails } from './reasoning-details.ts'
import { writeUsage } from './usage.ts'
import { writeErrorEvent } from './write-error.ts'
import type { Wire } from './writing.ts'
import {
  endsThought,
  writeCallSeal,
  writeCitation,
  writeLogprobs,
  writePicture,
  writeProviderError,
} from './write-delta.ts'

export function openWriter(facts: AnswerFacts): StreamWriter {
  return new ChunkWriter(facts)
}

/** What was written of a choice. */
interface Choice {
  readonly index: number
  refused: boolean
  /** The open thought: it is written once more, whole, beside its seal. */
  thought: string
  thoughts: number
  /** By the events' number: where the call stands in the chunk, and whether it has arguments. */
  readonly calls: Map<number, { readonly index: number; readonly custom: boolean; hasArguments: boolean }>
}

type ChoiceEvent = Extract<AnswerEvent, { readonly choice: number }>
type EventOf<Kind extends AnswerEvent['kind']> = Extract<AnswerEvent, { readonly kind: Kind }>

class ChunkWriter implements StreamWriter {
  readonly #facts: AnswerFacts
  readonly #choices = new Map<number, Choice>()
  #head: string
  #serviceTier: string | undefined
  #usage: Usage | undefined
  #isOver = false

  constructor(facts: AnswerFacts) {
    this.#facts = facts
    this.#head = this.#headOf({ kind: 'start', id: undefined, model: undefined })
  }

  write(event: AnswerEvent): string {
    if (this.#isOver) return ''
    switch (event.kind) {
      case 'start':
        this.#head = this.#headOf(event)
        return ''
      case 'usage':
        this.#usage = event.usage
        this.#serviceTier = event.serviceTier ?? this.#serviceTier
        return ''
      case 'foreign':
        return ''
      case 'error':
        this.#isOver = true
        return `data: ${JSON.stringify(writeProviderError(event.error))}\n\n`
      case 'end':
        this.#isOver = true
        return `${this.#usageChunk()}data: [DONE]\n\n`
      default:
        return this.#choiceEvent(event)
    }
  }

  fail(error: GatewayError, status: number): string {
    if (this.#isOver) return ''
    this.#isOver = true
    return writeErrorEvent(error, status)
  }

  #headOf({ id, model, createdSeconds, serviceTier, fingerprint }: EventOf<'start'>): string {
    this.#serviceTier = serviceTier
    const head = {
      id: id ?? this.#facts.id,
      object: 'chat.completion.chunk',
      created: createdSeconds ?? this.#facts.nowSeconds,
      model: model ?? this.#facts.model,
      ...(fingerprint !== undefined && { system_fingerprint: fingerprint }),
    }
    return JSON.stringify(head).slice(0, -1)
  }

  #chunk(choices: string, usage: string): string {
    const tier = this.#serviceTier === undefined ? '' : `,"service_tier":${JSON.stringify(this.#serviceTier)}`
    return `data: ${this.#head}${tier},"choices":[${choices}]${usage}}\n\n`
  }

  /** While counts are wanted, each chunk says that they are still to come. */
  #delta(choice: Choice, delta: Wire, rest: Wire = {}): string {
    const written = { index: choice.index, delta, logprobs: null, finish_reason: null, ...rest }
    return this.#chunk(JSON.stringify(written), this.#facts.wantsUsage ? ',"usage":null' : '')
  }

  #usageChunk(): string {
    if (!this.#facts.wantsUsage || this.#usage === undefined) return ''
    return this.#chunk('', `,"usage":${JSON.stringify(writeUsage(this.#usage))}`)
  }

  #choiceEvent(event: ChoiceEvent): string {
    const there = this.#choices.get(event.choice)
    if (there !== undefined) return this.#said(there, event)
    if (event.kind === 'part-end') return ''
    const choice: Choice = { index: event.choice, refused: false, thought: '', thoughts: 0, calls: new Map() }
    this.#choices.set(event.choice, choice)
    const content = event.kind === 'text-delta' ? '' : null
    return this.#delta(choice, { role: 'assistant', content, refusal: null }) + this.#said(choice, event)
  }

  #said(choice: Choice, event: ChoiceEvent): string {
    if (endsThought(event)) choice.thought = ''
    switch (event.kind) {
      case 'text-delta':
        return this.#delta(choice, { content: event.text })
      case 'refusal-delta':
        choice.refused = true
        return this.#delta(choice, { refusal: event.text })
      case 'reasoning-delta':
        choice.thought += event.text
        return this.#delta(choice, { reasoning_content: event.text })
      case 'reasoning-seal':
        return this.#seal(choice, event)
      case 'tool-call':
        return this.#call(choice, event)
      case 'tool-call-delta':
        return this.#callDelta(choice, event)
      case 'citation':
        return this.#delta(choice, writeCitation(event.citation))
      case 'logprobs':
        return this.#delta(choice, {}, { logprobs: writeLogprobs(event.logprobs) })
      case 'media-delta':
        return this.#media(choice, event)
      case 'part-end':
        return ''
      case 'finish':
        return this.#finish(choice, event)
    }
  }

  #seal(choice: Choice, { seal, redacted, id, from }: EventOf<'reasoning-seal'>): string {
    const identity = id === undefined ? {} : { id }
    const part = {
      kind: 'reasoning',
      text: redacted ? '' : choice.thought,
      seal,
      redacted,
      from,
      ...identity,
    } as const
    const details = writeDetails(part, choice.thoughts)
    choice.thought = ''
    choice.thoughts += 1
    return this.#delta(choice, { reasoning_details: details })
  }

  #call(choice: Choice, { call, id, name, custom = false, seal }: EventOf<'tool-call'>): string {
    const index = choice.calls.size
    choice.calls.set(call, { index, custom, hasArguments: false })
    const called = custom
      ? { type: 'custom', custom: { name, input: '' } }
      : { type: 'function', function: { name, arguments: '' } }
    return this.#delta(choice, { tool_calls: [{ index, id, ...called, ...writeCallSeal(seal) }] })
  }

  #callDelta(choice: Choice, { call, text }: EventOf<'tool-call-delta'>): string {
    const open = choice.calls.get(call)
    if (open === undefined || text === '') return ''
    open.hasArguments = true
    const piece = open.custom ? { custom: { input: text } } : { function: { arguments: text } }
    return this.#delta(choice, { tool_calls: [{ index: open.index, ...piece }] })
  }

  #media(choice: Choice, { media, mediaType, id, base64, transcript }: EventOf<'media-delta'>): string {
    if (media === 'image') return this.#delta(choice, { images: [writePicture(base64, mediaType)] })
    const audio = {
      ...(id !== undefined && { id }),
      ...(base64 !== '' && { data: base64 }),
      ...(transcript !== undefined && { transcript }),
    }
    return this.#delta(choice, { audio })
  }

  #finish(choice: Choice, { reason, stopText }: EventOf<'finish'>): string {
    let text = ''
    // A call without arguments has an empty object of them: clients parse what they get.
    for (const { index, custom, hasArguments } of choice.calls.values()) {
      if (custom || hasArguments) continue
      text += this.#delta(choice, { tool_calls: [{ index, function: { arguments: '{}' } }] })
    }
    const rest = {
      finish_reason: writeFinish(reason, choice.refused),
      ...(stopText !== undefined && { stop_reason: stopText }),
    }
    return text + this.#delta(choice, {}, rest)
  }
}
