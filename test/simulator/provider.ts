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
import { embeddingAnswer, embeddingTokens, readEmbeddingQuestion } from './embeddings.ts'
import { wordAt } from './expected-text.ts'
import { modelJson, modelListJson } from './model-list.ts'
import { headerOf } from './read-requests.ts'
import type { ReceivedRequest } from './read-requests.ts'
import { answerReply, errorReply, faultReply, jsonReply } from './reply.ts'
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
    if (!this.#accepts(request)) return unbilled(wrongKey())
    if (request.method === 'GET' && path === '/v1/models') return this.#models()
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
      ? streamWithFault(streamEvents(plan), behaviour.fault, (n) => extraEvent(plan, wordAt(n, behaviour)))
      : wholeWithFault(wholeAnswer(plan), behaviour.fault)
    return answerReply(steps, isStream, behaviour)
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
      return answerReply(wholeWithFault(answer, behaviour.fault), false, behaviour)
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
  #models(): Serving {
    return unbilled(jsonReply(200, modelListJson(this.#parts.models)))
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
  return (headerOf(request, 'authorization') ?? '').replace(/^bearer +/iu, '')
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
