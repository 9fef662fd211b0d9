// The provider itself: from a received request to the reply that is played. Order of decisions: control
// endpoints, key, path, body, script.
import { planAnswer } from './answer-plan.ts'
import { commonHeaders, openaiHeaders, withHeaders } from './answer-head.ts'
import type { Behaviour } from './behaviour.ts'
import { behaviourOfModel } from './behaviour-of-model.ts'
import type { Bill, BillLine, BillOpening } from './bill.ts'
import { chatDialect, missingMember } from './chat/dialect.ts'
import { isRecord } from './chat-question.ts'
import { inputTokensOf } from './count-tokens.ts'
import { isRefusal } from './dialect.ts'
import type { Asked, Call, Dialect, Refusal } from './dialect.ts'
import { allDialects, dialectOfPath } from './dialects.ts'
import { embeddingAnswer, embeddingTokens, readEmbeddingQuestion } from './embeddings.ts'
import type { ErrorFacts } from './error-body.ts'
import { wordAt } from './expected-text.ts'
import { anyKeyOf, bearerOf } from './keys.ts'
import { isListOfModels, listShapeOf, modelJson, modelListJson } from './model-list.ts'
import { headerOf } from './read-requests.ts'
import type { ReceivedRequest } from './read-requests.ts'
import { answerReply, errorReply, faultReply, jsonReply } from './reply.ts'
import type { Reply } from './reply.ts'
import type { Script } from './script.ts'
import type { EventStep } from './step.ts'
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

type Opening = Pick<BillOpening, 'key' | 'endpoint' | 'model' | 'stream' | 'inputTokens'>

export class Provider {
  readonly #parts: ProviderParts
  readonly #dialects = allDialects()
  #requests = 0

  constructor(parts: ProviderParts) {
    this.#parts = parts
  }

  /** What will be done about a request. An attempt is on the bill from here on. */
  serve(request: ReceivedRequest): Serving {
    this.#requests += 1
    const [path = ''] = request.path.split('?')
    const dialect = request.method === 'POST' ? dialectOfPath(this.#dialects, path) : undefined
    const serving =
      dialect === undefined ? this.#withoutDialect(request, path) : this.#call(request, path, dialect)
    const requestId = this.#id('req_')
    const own = dialect?.headers(requestId) ?? openaiHeaders(requestId)
    const headers = withHeaders([...commonHeaders(), ...own], serving.reply.headers)
    return { ...serving, reply: { ...serving.reply, headers } }
  }

  #withoutDialect(request: ReceivedRequest, path: string): Serving {
    if (request.method === 'POST' && path === '/v1/embeddings') return this.#embeddings(request)
    if (request.method === 'GET' && path === '/api/tags') return this.#list(request)
    if (!this.#accepts(anyKeyOf(request))) return unbilled(wrongKey())
    if (request.method === 'GET' && isListOfModels(path)) return this.#list(request)
    if (request.method === 'GET' && path.startsWith('/v1/models/'))
      return this.#model(path.slice('/v1/models/'.length))
    const message = `Unknown request URL: ${request.method} ${path}.`
    return unbilled(errorReply(404, { message, code: 'unknown_url' }))
  }

  #call(request: ReceivedRequest, path: string, dialect: Dialect): Serving {
    const call = { request, path, body: parsedJson(request.body), requestId: this.#id('req_') }
    const read = dialect.read(call)
    // Counting generates nothing, so nothing of it is on the bill.
    const line = isCount(path) ? undefined : this.#openCall(call, read, dialect)
    const style = { errors: dialect.errors, requestId: call.requestId }
    const refusal = this.#refusalOf(call, read, dialect)
    if (refusal !== undefined) {
      const { status, refused } = refusal
      return {
        reply: jsonReply(status, style.errors.body(status, refused, call.requestId)),
        behaviour: {},
        line,
      }
    }
    if (isRefusal(read)) throw new Error('what was refused is not answered')
    const model = dialect.modelOf(call)
    // Nor does it take a behaviour that waits for a call.
    const behaviour = isCount(path) ? (behaviourOfModel(model) ?? {}) : this.#parts.script.take(model)
    const fault = faultReply(behaviour.fault, this.#parts.elsewhere(), style)
    return { reply: fault ?? this.#answer(read, behaviour, dialect), behaviour, line }
  }

  #openCall(call: Call, read: Asked | Refusal, dialect: Dialect): BillLine {
    const { request, body } = call
    return this.#open(request, {
      key: dialect.keyOf(request) ?? '',
      endpoint: dialect.endpoint,
      model: dialect.modelOf(call),
      stream: isRefusal(read) ? isRecord(body) && body['stream'] === true : read.isStream,
      inputTokens: isRefusal(read) ? 0 : inputTokensOf(read.question),
    })
  }

  #refusalOf(call: Call, read: Asked | Refusal, dialect: Dialect): Refusal | undefined {
    const key = dialect.keyOf(call.request)
    if (key !== undefined && !this.#accepts(key)) return dialect.wrongKey ?? wrongKeyByDefault
    if (isRefusal(read)) return read
    const model = dialect.modelOf(call)
    return isMisspelt(model) ? { status: 404, refused: unknownModelFacts(model) } : undefined
  }

  #answer(asked: Asked, behaviour: Behaviour, dialect: Dialect): Reply {
    const { fault } = behaviour
    if (asked.counted !== undefined) return jsonReply(200, asked.counted(inputTokensOf(asked.question)))
    const id = this.#id(dialect.idPrefix)
    const plan = planAnswer(asked.question, behaviour, { id, reasoning: asked.reasoning })
    if (!asked.isStream) return answerReply(wholeWithFault(asked.whole(plan), fault), undefined, behaviour)
    const more = (n: number): EventStep => asked.more(plan, wordAt(n, behaviour))
    const steps = streamWithFault(asked.stream(plan), fault, { errors: dialect.errors, more })
    return answerReply(steps, dialect.streamFormat, behaviour)
  }

  #embeddings(request: ReceivedRequest): Serving {
    const body = parsedJson(request.body)
    const question = readEmbeddingQuestion(body)
    const isRefused = 'missing' in question
    const line = this.#open(request, {
      key: keyOf(request),
      endpoint: 'embeddings',
      model: modelOf(body),
      stream: false,
      inputTokens: isRefused ? 0 : embeddingTokens(question),
    })
    if (!this.#accepts(keyOf(request))) return { reply: wrongKey(), behaviour: {}, line }
    if (isRefused)
      return { reply: errorReply(400, missingMember(question.missing, body)), behaviour: {}, line }
    const { model } = question
    if (isMisspelt(model)) return { reply: unknownModel(model), behaviour: {}, line }
    const style = { errors: chatDialect.errors, requestId: this.#id('req_') }
    const behaviour = this.#parts.script.take(model)
    const answer = embeddingAnswer(question, behaviour.answer ?? {})
    const good = answerReply(wholeWithFault(answer, behaviour.fault), undefined, behaviour)
    return { reply: faultReply(behaviour.fault, this.#parts.elsewhere(), style) ?? good, behaviour, line }
  }

  /** Lists are asked for at any time, by discovery too: they take no behaviour from the queue, only a sickness. */
  #list(request: ReceivedRequest): Serving {
    const text = modelListJson(this.#parts.models, listShapeOf(request))
    const behaviour = this.#parts.script.forOthers()
    if (behaviour.fault === undefined) return unbilled(jsonReply(200, text))
    const style = { errors: chatDialect.errors, requestId: this.#id('req_') }
    const fault = faultReply(behaviour.fault, this.#parts.elsewhere(), style)
    const steps = wholeWithFault({ kind: 'event', text, tokens: 0 }, behaviour.fault)
    return { ...unbilled(fault ?? answerReply(steps, undefined, behaviour)), behaviour }
  }

  #model(name: string): Serving {
    const id = decodeURIComponent(name)
    const found = modelJson(this.#parts.models, id)
    return unbilled(found === undefined ? unknownModel(id) : jsonReply(200, found))
  }

  #open(request: ReceivedRequest, opening: Opening): BillLine {
    return this.#parts.bill.open({
      attemptId: headerOf(request, 'x-client-request-id') ?? `unnamed-${this.#requests}`,
      ...opening,
      receivedAtMs: request.receivedAtMs,
    })
  }

  #accepts(key: string): boolean {
    return this.#parts.keys === 'any' || this.#parts.keys.includes(key)
  }

  #id(prefix: string): string {
    return `${prefix}${this.#requests.toString(16).padStart(12, '0')}`
  }
}

function unbilled(reply: Reply): Serving {
  return { reply, behaviour: {}, line: undefined }
}

function keyOf(request: ReceivedRequest): string {
  return bearerOf(request) ?? ''
}

const wrongKeyByDefault = { status: 401, refused: { message: 'Incorrect API key provided.' } }

function wrongKey(): Reply {
  return errorReply(wrongKeyByDefault.status, wrongKeyByDefault.refused)
}

function unknownModelFacts(model: string): ErrorFacts {
  const message = `The model \`${model}\` does not exist or you do not have access to it.`
  return { message, param: 'model' }
}

function unknownModel(model: string): Reply {
  return errorReply(404, unknownModelFacts(model))
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

function isCount(path: string): boolean {
  return path.endsWith('/count_tokens') || path.endsWith(':countTokens')
}

function parsedJson(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes))
  } catch {
    return undefined
  }
}
