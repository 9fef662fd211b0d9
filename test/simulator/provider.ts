// The provider itself: from a received request to the reply that is played. Order of decisions: control
// endpoints, key, path, body, script.
import { planAnswer } from './answer-plan.ts'
import { providerHeaders, withHeaders } from './answer-head.ts'
import type { Behaviour } from './behaviour.ts'
import { behaviourOfModel } from './behaviour-of-model.ts'
import type { Bill, BillLine, BillOpening } from './bill.ts'
import { isRecord, readChatQuestion } from './chat-question.ts'
import type { ChatQuestion } from './chat-question.ts'
import { inputTokensOf } from './count-tokens.ts'
import { placeOf } from './dialects/place-of.ts'
import type { DialectPlace } from './dialects/place-of.ts'
import type { WireDialect } from './dialects/wire-dialect.ts'
import { errorObject } from './error-body.ts'
import type { ErrorFacts } from './error-body.ts'
import { embeddingAnswer, embeddingTokens, readEmbeddingQuestion } from './embeddings.ts'
import { wordAt } from './expected-text.ts'
import { modelJson, modelListJson, otherListJson } from './model-list.ts'
import { headerOf } from './read-requests.ts'
import type { ReceivedRequest } from './read-requests.ts'
import { answerReply, errorReply, faultReply, jsonReply, plainEvents } from './reply.ts'
import type { Reply } from './reply.ts'
import type { Script } from './script.ts'
import { extraEvent, streamEvents } from './stream-events.ts'
import { wholeAnswer } from './whole-answer.ts'
import { streamWithFault, wholeWithFault } from './with-fault.ts'

export interface ProviderParts {
  readonly script: Script
  readonly bill: Bill
  /** The bearer keys that are accepted; `any` accepts every one, and none. */
  readonly keys: readonly string[] | 'any'
  readonly models: readonly string[]
  /** Where a redirect without a place of its own points. */
  readonly elsewhere: () => string
}

export interface Serving {
  readonly reply: Reply
  readonly behaviour: Behaviour
  /** Absent for what stands on no bill. */
  readonly line: BillLine | undefined
}

/** What a model says that breaks in the middle. */
const midway: ErrorFacts = { message: 'The model broke while it was answering.' }

type Opening = Pick<BillOpening, 'endpoint' | 'model' | 'stream' | 'inputTokens'>

export class Provider {
  readonly #parts: ProviderParts
  #requests = 0

  constructor(parts: ProviderParts) {
    this.#parts = parts
  }

  /** What will be done about a request. An attempt is on the bill from here on. */
  serve(request: ReceivedRequest): Serving {
    this.#requests += 1
    const [path = ''] = request.path.split('?')
    const serving = this.#decide(request, path)
    const headers = withHeaders(providerHeaders(this.#id('req_')), serving.reply.headers)
    return { ...serving, reply: { ...serving.reply, headers } }
  }

  #decide(request: ReceivedRequest, path: string): Serving {
    if (request.method === 'POST' && path === '/v1/chat/completions') return this.#chat(request)
    if (request.method === 'POST' && path === '/v1/embeddings') return this.#embeddings(request)
    const place = request.method === 'POST' ? placeOf(path) : undefined
    if (place !== undefined)
      return place.isCount ? this.#count(request, place) : this.#dialect(request, place)
    if (!this.#accepts(request)) return unbilled(wrongKey())
    if (
      request.method === 'GET' &&
      (path === '/v1/models' || path === '/v1beta/models' || path === '/api/tags')
    )
      return this.#models(path)
    if (request.method === 'GET' && path.startsWith('/v1/models/'))
      return this.#model(path.slice('/v1/models/'.length))
    const message = `Unknown request URL: ${request.method} ${path}.`
    return unbilled(errorReply(404, { message, code: 'unknown_url' }))
  }

  #chat(request: ReceivedRequest): Serving {
    const body = parsedJson(request.body)
    const question = readChatQuestion(body)
    const isRefused = 'missing' in question
    const line = this.#open(request, {
      endpoint: 'chat',
      model: modelOf(body),
      stream: isRecord(body) && body['stream'] === true,
      inputTokens: isRefused ? 0 : inputTokensOf(question),
    })
    if (!this.#accepts(request)) return { reply: wrongKey(), behaviour: {}, line }
    if (isRefused) return { reply: missing(question.missing, body), behaviour: {}, line }
    return this.#scripted(line, question.model, (behaviour) => this.#chatReply(question, behaviour))
  }

  #chatReply(question: ChatQuestion, behaviour: Behaviour): Reply {
    const plan = planAnswer(question, behaviour, this.#id('chatcmpl-'))
    const isStream = question.stream === true
    const steps = isStream
      ? streamWithFault(streamEvents(plan), behaviour.fault, {
          more: (n) => extraEvent(plan, wordAt(n, behaviour)),
          errorEvent: () => ({ kind: 'event', text: JSON.stringify(errorObject(500, midway)), tokens: 0 }),
        })
      : wholeWithFault(wholeAnswer(plan), behaviour.fault)
    return answerReply(steps, { ...plainEvents, isStream }, behaviour)
  }

  /** A question in one of the other dialects. */
  #dialect(request: ReceivedRequest, { dialect, model, isStream }: DialectPlace): Serving {
    const parsedBody = parsedJson(request.body)
    const body = isRecord(parsedBody) ? parsedBody : {}
    const stream = isStream || (body['stream'] ?? dialect.framing === 'lines') === true
    const header = (name: string): string | undefined => headerOf(request, name)
    const question = dialect.readQuestion({ body, model, stream, header })
    const isRefused = 'refused' in question
    const line = this.#open(request, {
      endpoint: dialect.endpoint,
      model: model === '' ? modelOf(body) : model,
      stream,
      inputTokens: isRefused ? 0 : inputTokensOf(question),
    })
    const refused = (status: number, facts: ErrorFacts): Serving => {
      const reply = errorReply(status, facts, (...error) => dialect.error(...error))
      return { reply, behaviour: {}, line }
    }
    if (!this.#accepts(request)) return refused(401, { message: 'invalid x-api-key' })
    if (isRefused)
      return refused(question.status ?? 400, {
        message: question.refused,
        code: question.code ?? null,
        ...(question.details !== undefined && { details: question.details }),
      })
    if (isMisspelt(question.model)) return refused(404, { message: `model: ${String(question.model)}` })
    const behaviour = this.#parts.script.take(question.model)
    const error = (status: number, facts: ErrorFacts): object => dialect.error(status, facts)
    const fault = faultReply(behaviour.fault, this.#parts.elsewhere(), error)
    return { reply: fault ?? this.#dialectReply(question, dialect, behaviour), behaviour, line }
  }

  #dialectReply(question: ChatQuestion, dialect: WireDialect, behaviour: Behaviour): Reply {
    const plan = planAnswer(question, behaviour, this.#id(dialect.idPrefix))
    const isStream = question.stream === true
    const steps = isStream
      ? streamWithFault(dialect.stream(plan), behaviour.fault, {
          more: (n) => dialect.extra(plan, wordAt(n, behaviour)),
          errorEvent: () => dialect.errorEvent(500, midway),
        })
      : wholeWithFault(dialect.whole(plan), behaviour.fault)
    return answerReply(steps, { ...dialect, isStream }, behaviour)
  }

  /** Counts as it bills. Nothing is generated, so nothing is on the bill. */
  #count(request: ReceivedRequest, { dialect, model }: DialectPlace): Serving {
    const body = parsedJson(request.body)
    const header = (name: string): string | undefined => headerOf(request, name)
    const asked = { body: { max_tokens: 1, ...(isRecord(body) ? body : {}) }, model, stream: false, header }
    const { max_tokens: _, ...forGemini } = asked.body
    const question = dialect.readQuestion(model === '' ? asked : { ...asked, body: forGemini })
    const error = (status: number, facts: ErrorFacts): object => dialect.error(status, facts)
    if (!this.#accepts(request)) return unbilled(errorReply(401, {}, error))
    if ('refused' in question) return unbilled(errorReply(400, { message: question.refused }, error))
    const tokens = inputTokensOf(question)
    return unbilled(
      jsonReply(200, JSON.stringify(model === '' ? { input_tokens: tokens } : { totalTokens: tokens })),
    )
  }

  #embeddings(request: ReceivedRequest): Serving {
    const body = parsedJson(request.body)
    const question = readEmbeddingQuestion(body)
    const isRefused = 'missing' in question
    const line = this.#open(request, {
      endpoint: 'embeddings',
      model: modelOf(body),
      stream: false,
      inputTokens: isRefused ? 0 : embeddingTokens(question),
    })
    if (!this.#accepts(request)) return { reply: wrongKey(), behaviour: {}, line }
    if (isRefused) return { reply: missing(question.missing, body), behaviour: {}, line }
    return this.#scripted(line, question.model, (behaviour) => {
      const answer = embeddingAnswer(question, behaviour.answer ?? {})
      return answerReply(
        wholeWithFault(answer, behaviour.fault),
        { ...plainEvents, isStream: false },
        behaviour,
      )
    })
  }

  /** The reply of the behaviour that this call gets; `compose` makes it where an answer is given at all. */
  #scripted(line: BillLine, model: unknown, compose: (behaviour: Behaviour) => Reply): Serving {
    if (isMisspelt(model)) return { reply: unknownModel(String(model)), behaviour: {}, line }
    const behaviour = this.#parts.script.take(model)
    const reply = faultReply(behaviour.fault, this.#parts.elsewhere()) ?? compose(behaviour)
    return { reply, behaviour, line }
  }

  /** Lists are asked for at any time, by discovery too: they take no behaviour from the queue. */
  #models(path: string): Serving {
    const { models } = this.#parts
    const list = path === '/v1/models' ? modelListJson(models) : otherListJson(models)
    return unbilled(jsonReply(200, list))
  }

  #model(name: string): Serving {
    const id = decodeURIComponent(name)
    const found = modelJson(this.#parts.models, id)
    return unbilled(found === undefined ? unknownModel(id) : jsonReply(200, found))
  }

  #open(request: ReceivedRequest, opening: Opening): BillLine {
    return this.#parts.bill.open({
      attemptId: headerOf(request, 'x-client-request-id') ?? `unnamed-${this.#requests}`,
      key: keyOf(request),
      ...opening,
      receivedAtMs: request.receivedAtMs,
    })
  }

  #accepts(request: ReceivedRequest): boolean {
    return this.#parts.keys === 'any' || this.#parts.keys.includes(keyOf(request))
  }

  #id(prefix: string): string {
    return `${prefix}${this.#requests.toString(16).padStart(12, '0')}`
  }
}

function unbilled(reply: Reply): Serving {
  return { reply, behaviour: {}, line: undefined }
}

function keyOf(request: ReceivedRequest): string {
  const bare = headerOf(request, 'x-api-key') ?? headerOf(request, 'x-goog-api-key')
  return bare ?? (headerOf(request, 'authorization') ?? '').replace(/^bearer +/iu, '')
}

function wrongKey(): Reply {
  return errorReply(401, { message: 'Incorrect API key provided.' })
}

function missing(member: string, body: unknown): Reply {
  const message =
    body === undefined
      ? 'We could not parse the JSON body of your request.'
      : `Missing required parameter: '${member}'.`
  return errorReply(400, { message, param: body === undefined ? null : member })
}

function unknownModel(model: string): Reply {
  const message = `The model \`${model}\` does not exist or you do not have access to it.`
  return errorReply(404, { message, param: 'model' })
}

/**
 * A name under `sim/` that is not made of our words: a test's typing error must not pass as a good answer.
 */
function isMisspelt(model: unknown): boolean {
  return typeof model === 'string' && model.startsWith('sim/') && behaviourOfModel(model) === undefined
}

function modelOf(body: unknown): string {
  return isRecord(body) && typeof body['model'] === 'string' ? body['model'] : ''
}

function parsedJson(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes))
  } catch {
    return undefined
  }
}
