// Our events as a whole answer of this dialect.
import type { AnswerEvent, TokenLogprob } from '../../core/answer-event.ts'
import type { Usage } from '../../core/usage.ts'
import type { ReasoningPart } from '../../core/model-request.ts'
import type { AnswerFacts } from '../dialect.ts'
import { writeFinish } from './finish-reasons.ts'
import { writeDetails } from './reasoning-details.ts'
import { writeUsage } from './usage.ts'
import type { Wire } from './writing.ts'
import {
  endsThought,
  writeCallSeal,
  writeCitation,
  writeLogprobs,
  writePicture,
  writeProviderError,
} from './write-delta.ts'

type EventOf<Kind extends AnswerEvent['kind']> = Extract<AnswerEvent, { readonly kind: Kind }>
type ChoiceEvent = Extract<AnswerEvent, { readonly choice: number }>

/** The whole answer of these events. An error among them is all that is left. */
export function writeAnswer(events: readonly AnswerEvent[], facts: AnswerFacts): unknown {
  const choices = new Map<number, Choice>()
  let start: EventOf<'start'> = { kind: 'start', id: undefined, model: undefined }
  let usage: Usage | undefined
  let serviceTier: string | undefined
  for (const event of events) {
    if (event.kind === 'error') return writeProviderError(event.error)
    if (event.kind === 'start') start = event
    else if (event.kind === 'usage') ({ usage, serviceTier } = event)
    else if ('choice' in event) choiceOf(choices, event.choice).add(event)
  }
  const tier = serviceTier ?? start.serviceTier
  return {
    id: start.id ?? facts.id,
    object: 'chat.completion',
    created: start.createdSeconds ?? facts.nowSeconds,
    model: start.model ?? facts.model,
    choices: [...choices.values()].sort((a, b) => a.index - b.index).map((choice) => choice.written()),
    ...(usage !== undefined && { usage: writeUsage(usage) }),
    ...(tier !== undefined && { service_tier: tier }),
    ...(start.fingerprint !== undefined && { system_fingerprint: start.fingerprint }),
  }
}

function choiceOf(choices: Map<number, Choice>, index: number): Choice {
  const there = choices.get(index)
  if (there !== undefined) return there
  const choice = new Choice(index)
  choices.set(index, choice)
  return choice
}

interface Call {
  readonly begun: EventOf<'tool-call'>
  text: string
}

/** Gathers the events of one choice. */
class Choice {
  readonly index: number
  #text: string | undefined
  #refusal: string | undefined
  readonly #reasoning: ReasoningPart[] = []
  /** The last thought may go on. */
  #thinks = false
  readonly #calls = new Map<number, Call>()
  readonly #annotations: unknown[] = []
  readonly #citations: unknown[] = []
  readonly #logprobs: TokenLogprob[] = []
  readonly #pictures: Wire[] = []
  #audio: { id?: string; bytes: string[]; transcript: string } | undefined
  #finish: EventOf<'finish'> | undefined

  constructor(index: number) {
    this.index = index
  }

  add(event: ChoiceEvent): void {
    if (endsThought(event)) this.#thinks = false
    switch (event.kind) {
      case 'text-delta':
        this.#text = (this.#text ?? '') + event.text
        break
      case 'refusal-delta':
        this.#refusal = (this.#refusal ?? '') + event.text
        break
      case 'reasoning-delta':
        this.#think(event.text)
        break
      case 'reasoning-seal':
        this.#seal(event)
        break
      case 'tool-call':
        this.#calls.set(event.call, { begun: event, text: '' })
        break
      case 'tool-call-delta': {
        const call = this.#calls.get(event.call)
        if (call !== undefined) call.text += event.text
        break
      }
      case 'citation':
        this.#cite(writeCitation(event.citation))
        break
      case 'logprobs':
        for (const token of event.logprobs) this.#logprobs.push(token)
        break
      case 'media-delta':
        this.#media(event)
        break
      case 'part-end':
        break
      case 'finish':
        this.#finish = event
        break
    }
  }

  written(): Wire {
    const { reason = 'other', stopText } = this.#finish ?? {}
    return {
      index: this.index,
      message: this.#message(),
      logprobs: this.#logprobs.length === 0 ? null : writeLogprobs(this.#logprobs),
      finish_reason: this.#finish === undefined ? null : writeFinish(reason, this.#refusal !== undefined),
      ...(stopText !== undefined && { stop_reason: stopText }),
    }
  }

  #think(text: string): void {
    const last = this.#thinks ? this.#reasoning.pop() : undefined
    // Whose thought it is matters with a seal only, and that says so itself.
    this.#reasoning.push({ kind: 'reasoning', from: 'openai-chat', ...last, text: (last?.text ?? '') + text })
    this.#thinks = true
  }

  #seal({ seal, redacted, id, from }: EventOf<'reasoning-seal'>): void {
    const last = this.#thinks && !redacted ? this.#reasoning.pop() : undefined
    const identity = id === undefined ? {} : { id }
    this.#reasoning.push({ kind: 'reasoning', text: last?.text ?? '', seal, redacted, from, ...identity })
    this.#thinks = false
  }

  #cite(members: Wire): void {
    const { annotations, citations } = members
    if (Array.isArray(annotations)) this.#annotations.push(...annotations)
    if (Array.isArray(citations)) this.#citations.push(...citations)
  }

  #media({ media, mediaType, id, base64, transcript = '' }: EventOf<'media-delta'>): void {
    if (media === 'image') {
      this.#pictures.push(writePicture(base64, mediaType))
      return
    }
    this.#audio ??= { bytes: [], transcript: '' }
    if (id !== undefined) this.#audio.id = id
    if (base64 !== '') this.#audio.bytes.push(base64)
    this.#audio.transcript += transcript
  }

  #message(): Wire {
    const hasMore = this.#calls.size > 0 || this.#refusal !== undefined || this.#audio !== undefined
    return {
      role: 'assistant',
      content: this.#text ?? (hasMore ? null : ''),
      refusal: this.#refusal ?? null,
      ...this.#thoughts(),
      ...(this.#annotations.length > 0 && { annotations: this.#annotations }),
      ...(this.#citations.length > 0 && { citations: this.#citations }),
      ...(this.#pictures.length > 0 && { images: this.#pictures }),
      ...this.#sound(),
      ...(this.#calls.size > 0 && { tool_calls: [...this.#calls.values()].map(writeCall) }),
    }
  }

  #thoughts(): Wire {
    const text = this.#reasoning.map((part) => part.text).join('')
    const sealed = this.#reasoning.some((part) => part.seal !== undefined)
    return {
      ...(text !== '' && { reasoning_content: text }),
      ...(sealed && {
        reasoning_details: this.#reasoning.flatMap((part, index) => writeDetails(part, index)),
      }),
    }
  }

  #sound(): Wire {
    if (this.#audio === undefined) return {}
    const { id = '', bytes, transcript } = this.#audio
    // OpenAI's clients want a time; how long the recording is kept is not among our words.
    return { audio: { id, data: joinBase64(bytes), transcript, expires_at: 0 } }
  }
}

/** Pieces of base64 that are each padded do not join as text. */
function joinBase64(pieces: readonly string[]): string {
  if (pieces.length === 1) return pieces[0] ?? ''
  return Buffer.concat(pieces.map((piece) => Buffer.from(piece, 'base64'))).toString('base64')
}

function writeCall({ begun, text }: Call): Wire {
  const { id, name, custom, seal } = begun
  const called =
    custom === true
      ? { type: 'custom', custom: { name, input: text } }
      : { type: 'function', function: { name, arguments: text === '' ? '{}' : text } }
  return { id, ...called, ...writeCallSeal(seal) }
}
