// Events as a stream of this dialect: one small step per kind of event. `response.created` comes first; the last event
// holds the whole response, and comes only when the provider said that this is all, or that it failed.
import { isObject } from '../json-object.ts'
import type { AnswerEvent, ProviderError } from '../../core/answer-event.ts'
import type { Usage } from '../../core/usage.ts'
import type { GatewayError } from '../../core/errors.ts'
import type { AnswerFacts, StreamWriter } from '../dialect.ts'
import { carrySeal } from '../carried-seal.ts'
import { writeFinish } from './finish-reasons.ts'
import type { WireStatus } from './finish-reasons.ts'
import type { Wire } from './open-parts.ts'
import { OutputWriting } from './output-writing.ts'
import { bareId, responseBody, responseIdOf } from './response-body.ts'
import type { ResponseState } from './response-body.ts'
import { writeErrorEvent } from './write-error.ts'

/** Opens the writer of one stream. */
export function openWriter(facts: AnswerFacts): StreamWriter {
  const writing = new ResponseWriting(facts, true)
  return {
    write: (event) => writing.write(event),
    fail: (error, status) => writing.breakOff(error, status),
  }
}

type EventOf<Kind extends AnswerEvent['kind']> = Extract<AnswerEvent, { readonly kind: Kind }>
type Steps = {
  readonly [Kind in AnswerEvent['kind']]: (event: EventOf<Kind>, writing: ResponseWriting) => void
}

const steps: Steps = {
  start: (event, writing) => writing.begin(event),
  'text-delta': ({ text }, { output }) => {
    if (text !== '') output.addText(text)
  },
  'refusal-delta': ({ text }, { output }) => {
    if (text !== '') output.addRefusal(text)
  },
  'reasoning-delta': ({ text }, { output }) => {
    if (text !== '') output.addReasoning(text)
  },
  'reasoning-seal': (event, { output }) => output.seal(sealText(event)),
  'tool-call': openCall,
  'tool-call-delta': ({ call, text }, { output }) => {
    if (text !== '') output.addArguments(call, text)
  },
  citation: ({ citation }, { output }) => output.addCitation(citation),
  logprobs: ({ logprobs }, { output }) => output.addLogprobs(logprobs),
  'media-delta': ({ media, mediaType, base64, transcript }, { output }) => {
    if (media === 'image') output.addImage(base64, mediaType)
    else output.addSound(base64, transcript ?? '')
  },
  'part-end': (_event, { output }) => output.endPart(),
  usage: (event, writing) => writing.count(event),
  finish: (event, writing) => writing.finish(event),
  error: ({ error }, writing) => writing.fail(error),
  foreign: ({ from, value }, { output }) => {
    if (from === 'openai-responses' && isItem(value)) output.addWhole(value)
  },
  end: (_event, writing) => writing.end(),
}

/** The state of one response, and the text of the events that say it. Without events it is a whole answer. */
export class ResponseWriting {
  readonly output: OutputWriting
  readonly #facts: AnswerFacts
  readonly #streams: boolean
  #text = ''
  #sequence = 0
  #state: Omit<ResponseState, 'output'> | undefined
  #ended = false
  readonly #idBase: string

  constructor(facts: AnswerFacts, streams: boolean) {
    this.#facts = facts
    this.#streams = streams
    this.#idBase = bareId(facts.id)
    this.output = new OutputWriting(this.#idBase, (type, members) => this.#emit(type, members))
  }

  /** The text that an event adds to the stream. */
  write(event: AnswerEvent): string {
    if (this.#ended || ('choice' in event && event.choice !== 0)) return ''
    if (this.#state === undefined && event.kind !== 'start')
      this.begin({ kind: 'start', id: undefined, model: undefined })
    // The table has a step for each kind, which the compiler cannot see through an index.
    const step = steps[event.kind] as (event: AnswerEvent, writing: ResponseWriting) => void
    step(event, this)
    const text = this.#text
    this.#text = ''
    return text
  }

  begin({ id, model, createdSeconds, serviceTier }: EventOf<'start'>): void {
    if (this.#state !== undefined) return
    this.#state = {
      id: responseIdOf(id, this.#facts.id),
      model: model ?? this.#facts.model,
      createdSeconds: createdSeconds ?? this.#facts.nowSeconds,
      serviceTier,
      status: 'in_progress',
      incompleteReason: undefined,
      error: null,
      usage: undefined,
    }
    this.#emitResponse('response.created')
    this.#emitResponse('response.in_progress')
  }

  count({ usage, serviceTier }: { readonly usage: Usage; readonly serviceTier?: string }): void {
    this.#change({ usage, ...(serviceTier !== undefined && { serviceTier }) })
  }

  finish({ reason }: EventOf<'finish'>): void {
    const { status, incompleteReason }: WireStatus = writeFinish(reason, this.output.hasRefusal)
    this.output.close(status === 'completed' ? 'completed' : 'incomplete')
    this.#change({ status, incompleteReason })
    if (status === 'failed') this.#change({ error: { code: 'server_error', message: failedSentence } })
  }

  fail(error: ProviderError): void {
    this.output.abandon()
    this.#change({ status: 'failed', incompleteReason: undefined, error: errorWire(error) })
    this.#close()
  }

  /** Our own error. The numbers of the stream go on in it. */
  breakOff(error: GatewayError, status: number): string {
    if (this.#ended) return ''
    this.#ended = true
    return writeErrorEvent(error, status, this.#sequence)
  }

  end(): void {
    this.output.close('completed')
    if (this.#state?.status === 'in_progress') this.#change({ status: 'completed' })
    this.#close()
  }

  /** The response as it is now. */
  body(): Wire {
    const state = this.#state
    if (state === undefined) return {}
    return responseBody({ ...state, output: this.output.wire() }, this.#facts)
  }

  #change(changes: Partial<ResponseState>): void {
    if (this.#state !== undefined) this.#state = { ...this.#state, ...changes }
  }

  #close(): void {
    this.#emitResponse(`response.${this.#state?.status ?? 'failed'}`)
    this.#ended = true
  }

  #emitResponse(type: string): void {
    if (this.#streams) this.#emit(type, { response: this.body() })
  }

  #emit(type: string, members: Wire): void {
    if (!this.#streams) return
    const event = { type, ...members, sequence_number: this.#sequence }
    this.#sequence += 1
    this.#text += `event: ${type}\ndata: ${JSON.stringify(event)}\n\n`
  }
}

const failedSentence = 'The provider ended its answer with an error.'

/** A seal goes out bare when it is this dialect's own and fits any id. */
function sealText({ seal, redacted, id = '', from }: EventOf<'reasoning-seal'>): string {
  return from === 'openai-responses' && id === '' ? seal : carrySeal({ from, seal, redacted, id, callId: '' })
}

/** Only one dialect seals its calls. */
function openCall({ call, id, name, custom, seal }: EventOf<'tool-call'>, { output }: ResponseWriting): void {
  const sealFor =
    seal === undefined
      ? undefined
      : (callId: string): string => carrySeal({ from: 'gemini', seal, redacted: true, id: '', callId })
  output.openCall(call, { callId: id, name, custom: custom === true }, sealFor)
}

function isItem(value: unknown): value is Wire {
  if (!isObject(value)) return false
  const { type } = value
  return typeof type === 'string' && !type.startsWith('response.') && typeof value['id'] === 'string'
}

const rateLimited: ReadonlySet<string> = new Set(['rate_limit_error', 'RESOURCE_EXHAUSTED', '429'])

/** Clients of this dialect act on the code alone. */
function errorWire({ message, type, code }: ProviderError): Wire {
  const isRate = rateLimited.has(type) || (code !== undefined && rateLimited.has(code))
  const known = code !== undefined && /^[a-z][a-z_]{0,63}$/.test(code) ? code : 'server_error'
  return { code: isRate ? 'rate_limit_exceeded' : known, message }
}
