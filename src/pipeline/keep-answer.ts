// A reader in front of the client that keeps what later requests may refer to: the response that goes by, and the ids that
// its deployment has shown to know. It is told of an answer in the client's dialect, whoever made it, and before the client
// is, so that what the client goes on with can be found.
import type { AnswerHead, AnswerReader, AnswerSource, LastWords } from '../core/answer.ts'
import type { Caller } from '../core/caller.ts'
import { tenantOf } from '../core/caller.ts'
import type { GatewayError } from '../core/errors.ts'
import { isObject, parsedObject } from '../dialects/json-object.ts'
import type { JsonObject } from '../dialects/json-object.ts'
import { inputItemsOf } from '../dialects/openai-responses/stored-items.ts'
import { utf8Of } from '../dialects/text-of-bytes.ts'
import { WireEvents } from '../dialects/wire-events.ts'
import type { Deployment } from '../providers/deployment.ts'
import type { OwnItems } from '../responses/continuation.ts'
import type { Maker } from '../responses/ports.ts'
import type { Responses } from '../responses/responses.ts'
import type { Stickiness } from '../responses/stickiness.ts'
import type { CallRecord } from './settle.ts'

export interface KeepParts {
  readonly responses: Responses
  readonly stickiness: Stickiness
}

/** What is to be kept of one call. */
export interface Keeping {
  readonly record: CallRecord
  readonly caller: Caller
  /** The client's own request: it holds the items that the response was made from. */
  readonly body: Uint8Array
  /** The response itself, unless its client does not want it kept. */
  readonly response: boolean
  /** Ids that the deployment knows if it answers. */
  readonly heldIds: readonly string[]
  /** The request's own items with what they refer to, as the one who answers was told them; none where it refers to none. */
  readonly ownItems: OwnItems | undefined
  /** The answer's own id can be gone on with at the same deployment. */
  readonly thread: boolean
  /** The answer may name a container, which later requests can ask for. */
  readonly container: boolean
}

/** A reader that keeps what it is told to and passes everything on. */
export function keepingReader(reader: AnswerReader, keeping: Keeping, parts: KeepParts): AnswerReader {
  return new KeepingReader(reader, keeping, parts)
}

const lastEvents = [Buffer.from('"response.completed"'), Buffer.from('"response.incomplete"')]
const messageStart = Buffer.from('"message_start"')
const containerName = Buffer.from('"container"')

class KeepingReader implements AnswerReader {
  readonly #reader: AnswerReader
  readonly #keeping: Keeping
  readonly #parts: KeepParts
  #isNoted = false

  constructor(reader: AnswerReader, keeping: Keeping, parts: KeepParts) {
    this.#reader = reader
    this.#keeping = keeping
    this.#parts = parts
  }

  follow(source: AnswerSource): void {
    this.#reader.follow(source)
  }

  refuse(failure: unknown): void {
    this.#reader.refuse(failure)
  }

  head(head: AnswerHead): void {
    this.#reader.head(head)
  }

  append(bytes: Uint8Array): boolean {
    const { deployment } = this.#keeping.record
    if (deployment !== undefined) this.#look(bytes, deployment)
    return this.#reader.append(bytes)
  }

  end(): void {
    this.#reader.end()
  }

  fail(error: GatewayError, lastWords?: LastWords): void {
    this.#reader.fail(error, lastWords)
  }

  #look(bytes: Uint8Array, deployment: Deployment): void {
    const { heldIds, thread, container, response } = this.#keeping
    if (!this.#isNoted) this.#remember(heldIds, deployment)
    this.#isNoted = true
    if (thread || container) this.#lookForMessage(bytes, deployment)
    if (response) this.#lookForResponse(bytes, deployment)
  }

  #lookForMessage(bytes: Uint8Array, deployment: Deployment): void {
    const { record, thread } = this.#keeping
    if (!record.stream) {
      this.#rememberMessage(parsedObject(utf8Of(bytes)), deployment)
    } else if ((thread && includes(bytes, messageStart)) || includes(bytes, containerName)) {
      for (const { type, message, delta } of eventsIn(bytes)) {
        if (type === 'message_start') this.#rememberMessage(message, deployment)
        else if (type === 'message_delta') this.#rememberMessage(delta, deployment)
      }
    }
  }

  /** Its own id and its container's, or what an event says of them. */
  #rememberMessage(message: unknown, deployment: Deployment): void {
    if (!isObject(message)) return
    if (this.#keeping.thread) this.#remember(idOf(message), deployment)
    this.#remember(idOf(message['container']), deployment)
  }

  #lookForResponse(bytes: Uint8Array, deployment: Deployment): void {
    if (!this.#keeping.record.stream) {
      const bodyJson = utf8Of(bytes)
      const response = parsedObject(bodyJson)
      if (response !== undefined && isOver(response)) this.#keep(response, bodyJson, deployment)
    } else if (lastEvents.some((mark) => includes(bytes, mark))) {
      for (const { type, response } of eventsIn(bytes)) {
        const isLast = type === 'response.completed' || type === 'response.incomplete'
        if (isLast && isObject(response)) this.#keep(response, JSON.stringify(response), deployment)
      }
    }
  }

  #keep({ id }: JsonObject, bodyJson: string, deployment: Deployment): void {
    const { record, caller, body, ownItems } = this.#keeping
    const request = parsedObject(utf8Of(body))
    if (typeof id !== 'string' || request === undefined) return
    const previousId = request['previous_response_id']
    const maker = makerOf(deployment)
    const input = ownItems?.(maker) ?? request['input']
    const isRelayed = record.translatedTo === ''
    this.#parts.responses.keep({
      tenant: tenantOf(caller),
      id,
      previousId: typeof previousId === 'string' ? previousId : null,
      keyId: caller.keyId,
      model: record.model,
      maker,
      providerId: isRelayed && deployment.keepsResponses ? id : null,
      inputJson: JSON.stringify(inputItemsOf({ input }, id)),
      inputIds: Array.isArray(input) ? input.flatMap(idOf) : [],
      bodyJson,
    })
  }

  #remember(ids: readonly string[], deployment: Deployment): void {
    const tenant = tenantOf(this.#keeping.caller)
    for (const id of ids) this.#parts.stickiness.remember(tenant, id, makerOf(deployment))
  }
}

function makerOf({ provider, name, credential }: Deployment): Maker {
  return { provider, deployment: name, credential }
}

/** None where there is none. */
function idOf(value: unknown): readonly string[] {
  const id = isObject(value) ? value['id'] : undefined
  return typeof id === 'string' ? [id] : []
}

/** One that still waits to be made would be kept as that for ever. Lax servers leave the status out. */
function isOver({ status }: JsonObject): boolean {
  return status === undefined || status === null || status === 'completed' || status === 'incomplete'
}

function includes(bytes: Uint8Array, mark: Buffer): boolean {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).includes(mark)
}

/** Readers are given whole events. */
function eventsIn(bytes: Uint8Array): readonly JsonObject[] {
  return new WireEvents('events')
    .feed(bytes)
    .map(({ data: text }) => parsedObject(text))
    .filter((event) => event !== undefined)
}
