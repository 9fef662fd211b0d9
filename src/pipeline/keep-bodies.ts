// A reader in front of the client that gathers what a call says, where the config wants that kept. It stands there only for
// calls that are: all others pay one comparison. It sees texts through the lens of the client's format, so that media are
// never in it, and a text that comes in pieces is one text again before it is masked.
import type { AbandonReason, AnswerHead, AnswerReader, AnswerSource, LastWords } from '../core/answer.ts'
import { tenantOf } from '../core/caller.ts'
import type { Caller } from '../core/caller.ts'
import type { GatewayError } from '../core/errors.ts'
import { GatheredTexts } from '../bodies/gathered-texts.ts'
import type { Bodies } from '../bodies/bodies.ts'
import type { BodiesSettings } from '../bodies/settings.ts'
import type { Door } from '../dialects/doors.ts'
import { parsedObject } from '../dialects/json-object.ts'
import { readJsonBody } from '../dialects/json-body.ts'
import { latin1Of, utf8Of } from '../dialects/text-of-bytes.ts'
import { WireEvents } from '../dialects/wire-events.ts'
import type { CallRecord } from './settle.ts'
import { userOf } from './sticky-to.ts'

/** Where bodies are kept, by the settings of one config. */
export interface BodyParts {
  readonly bodies: Bodies
  readonly settings: BodiesSettings
}

export interface HeardCall {
  readonly record: CallRecord
  readonly door: Door
  readonly caller: Caller
  readonly body: Uint8Array
}

/** A reader that keeps what goes by; the client's own where this call is not to be kept. */
export function keepBodies(reader: AnswerReader, heard: HeardCall, parts: BodyParts): AnswerReader {
  const isKept = heard.caller.keepBodies !== false && parts.bodies.draws(parts.settings)
  return isKept ? new HearingReader(reader, heard, parts) : reader
}

class HearingReader implements AnswerReader {
  readonly #reader: AnswerReader
  readonly #record: CallRecord
  readonly #door: Door
  readonly #caller: Caller
  readonly #parts: BodyParts
  readonly #user: string
  readonly #prompt: GatheredTexts
  readonly #answer: GatheredTexts
  readonly #events = new WireEvents('events')
  #isOver = false

  constructor(reader: AnswerReader, { record, door, caller, body }: HeardCall, parts: BodyParts) {
    this.#reader = reader
    this.#record = record
    this.#door = door
    this.#caller = caller
    this.#parts = parts
    this.#prompt = new GatheredTexts(parts.settings.max)
    this.#answer = new GatheredTexts(parts.settings.max)
    // Read now: the prompt itself must not lie in memory for as long as its answer streams.
    this.#user = userOf(parsedObject(utf8Of(body)) ?? {})
    for (const [index, said] of door.lens.texts(readJsonBody(body)).entries()) {
      this.#prompt.add(String(index), said)
    }
  }

  follow(source: AnswerSource): void {
    this.#reader.follow(new WatchedSource(source, () => this.#over('')))
  }

  refuse(failure: unknown): void {
    this.#over(codeOf(failure))
    this.#reader.refuse(failure)
  }

  head(head: AnswerHead): void {
    this.#reader.head(head)
  }

  append(bytes: Uint8Array): boolean {
    if (!this.#answer.isFull) this.#hear(bytes)
    return this.#reader.append(bytes)
  }

  end(): void {
    this.#over('')
    this.#reader.end()
  }

  fail(error: GatewayError, lastWords?: LastWords): void {
    this.#over(error.code)
    this.#reader.fail(error, lastWords)
  }

  #hear(bytes: Uint8Array): void {
    if (!this.#record.stream) return this.#hearEvent(latin1Of(bytes), '')
    for (const { name, data: text } of this.#events.feed(bytes)) {
      this.#hearEvent(Buffer.from(text).toString('latin1'), name)
    }
  }

  #hearEvent(latin1: string, name: string): void {
    for (const said of this.#door.lens.event(latin1, name)?.texts ?? []) {
      const lane = `${said.kind} ${said.lane}`
      if (said.whole) this.#answer.put(lane, said)
      else this.#answer.add(lane, said)
    }
  }

  #over(code: string): void {
    if (this.#isOver) return
    this.#isOver = true
    const { callId, keyId, endpoint, model, provider, providerModel, region } = this.#record
    const { bodies, settings } = this.#parts
    bodies.keep(
      {
        callId,
        tenant: tenantOf(this.#caller),
        keyId,
        keyUser: this.#caller.user ?? '',
        requestUser: this.#user,
        endpoint,
        model,
        deployment: provider === '' ? '' : `${provider}/${providerModel}`,
        region,
        code,
      },
      { prompt: this.#prompt, answer: this.#answer },
      settings,
    )
  }
}

function codeOf(failure: unknown): string {
  return failure instanceof Error && 'code' in failure ? String(failure.code) : 'internal'
}

/** A client that leaves ends its call, too; what it has heard until then is kept. */
class WatchedSource implements AnswerSource {
  readonly #source: AnswerSource
  readonly #left: () => void

  constructor(source: AnswerSource, left: () => void) {
    this.#source = source
    this.#left = left
  }

  get lastWords(): LastWords | undefined {
    return this.#source.lastWords
  }

  pause(): void {
    this.#source.pause()
  }

  resume(): void {
    this.#source.resume()
  }

  abandon(why: AbandonReason): void {
    this.#left()
    this.#source.abandon(why)
  }
}
