// A call that a feature makes for its parent call: a judge, later an embedding or a repair. It goes the same way as any
// other from the routing on, has its own record, and makes no inner calls itself.
import type { AnswerHead, AnswerReader } from '../core/answer.ts'
import type { InnerPurpose } from '../core/call-owner.ts'
import type { Priority } from '../core/priority.ts'
import type { Demand } from '../core/residency.ts'
import { tenantOf } from '../core/caller.ts'
import type { Caller } from '../core/caller.ts'
import { GatewayError, ModelNotFound } from '../core/errors.ts'
import { doors } from '../dialects/doors.ts'
import { isObject, parsedObject } from '../dialects/json-object.ts'
import { saidInBody } from '../dialects/relay.ts'
import { utf8Of } from '../dialects/text-of-bytes.ts'
import { admitInner } from './admit.ts'
import { attempt } from './attempt.ts'
import { noWishes } from './client-wishes.ts'
import { hold } from './hold.ts'
import type { HoldParts } from './hold.ts'
import type { AttemptParts, Production } from './production.ts'
import { route } from './route.ts'
import type { ModelDirectory } from './route.ts'
import { CallRecord, settle } from './settle.ts'

export interface InnerCall {
  readonly purpose: InnerPurpose
  /** The call that it is made for. */
  readonly parent: CallRecord
  /** Its parent's: its tokens and what it costs are theirs. */
  readonly caller: Caller
  readonly tags: readonly string[]
  readonly address: string | undefined
  /** Its parent's: whoever may wait waits with all of it. */
  readonly priority: Priority
  /** Its parent's: what a call says must not leave by way of another one. */
  readonly demands: readonly Demand[]
  readonly model: string
  readonly system: string
  readonly text: string
  readonly outputTokensMax: number
  readonly timeoutMs: number
}

export interface InnerParts extends AttemptParts, HoldParts {
  readonly directory: ModelDirectory
  newCallId(): string
}

/** Asks a model, and resolves with the text of its answer. Rejects with the GatewayError that a client would get. */
export function askModel(inner: InnerCall, parts: InnerParts): Promise<string> {
  const { clock, generation } = parts
  const door = doors.chat
  const record = new CallRecord(parts.newCallId(), door.endpoint, { generation, nowMs: clock.nowMs() })
  record.inner = { purpose: inner.purpose, parentId: inner.parent.callId }
  record.keyId = inner.parent.keyId
  record.owner = inner.parent.owner
  record.model = inner.model
  return new Promise<string>((resolve, reject) => {
    const ended = (status: number): void => settle(record, status, parts)
    const reader = new GatheringReader(
      (text) => {
        ended(200)
        resolve(text)
      },
      (failure) => {
        ended(502)
        reject(failure)
      },
    )
    const refuse = (failure: unknown): void => {
      if (failure instanceof GatewayError) record.error = failure
      ended(502)
      reject(failure)
    }
    try {
      const production = productionOf(inner, record, parts)
      const holding = hold({ ...production, ...inner, isInner: true }, production, parts)
      if (holding === undefined) attempt(production, reader, parts)
      else holding.then(() => void attempt(production, reader, parts)).catch(refuse)
    } catch (failure) {
      refuse(failure)
    }
  })
}

function productionOf(inner: InnerCall, record: CallRecord, { clock, directory }: InnerParts): Production {
  const { model, system, text, outputTokensMax, timeoutMs, caller, priority, demands } = inner
  const messages = [
    { role: 'system', content: system },
    { role: 'user', content: text },
  ]
  const body = Buffer.from(JSON.stringify({ model, messages, max_tokens: outputTokensMax }))
  const door = doors.chat
  const request = admitInner(door.relay, { body, place: saidInBody })
  const found = route({ request, door, demands }, directory)
  if (found === undefined) throw new ModelNotFound(`There is no model "${model}" to ask for an inner call.`)
  record.routedMs = clock.nowMs()
  const wishes = { ...noWishes, timeoutMs }
  return {
    record,
    request,
    door,
    headerLines: '',
    wishes,
    priority,
    tenant: tenantOf(caller),
    ...found,
    stickyTo: '',
  }
}

class GatheringReader implements AnswerReader {
  readonly #pieces: Uint8Array[] = []
  readonly #done: (text: string) => void
  readonly #failed: (failure: unknown) => void

  constructor(done: (text: string) => void, failed: (failure: unknown) => void) {
    this.#done = done
    this.#failed = failed
  }

  follow(): void {}

  refuse(failure: unknown): void {
    this.#failed(failure)
  }

  head(_head: AnswerHead): void {}

  append(bytes: Uint8Array): boolean {
    this.#pieces.push(bytes)
    return false
  }

  end(): void {
    this.#done(saidIn(parsedObject(utf8Of(Buffer.concat(this.#pieces)))))
  }

  fail(failure: unknown): void {
    this.#failed(failure)
  }
}

/** The text of a whole chat answer; empty where it has none. */
function saidIn(answer: Readonly<Record<string, unknown>> | undefined): string {
  const [choice] = Array.isArray(answer?.['choices']) ? answer['choices'] : []
  const message: unknown = isObject(choice) ? choice['message'] : undefined
  const content = isObject(message) ? message['content'] : undefined
  return typeof content === 'string' ? content : ''
}
