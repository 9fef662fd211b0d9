// One attempt's passage between two dialects: the request is written for the provider, its answer for the client.
import { isUtf8 } from 'node:buffer'
import type { AnswerEvent, ProviderError } from '../core/answer-event.ts'
import type { RequestBody } from '../core/egress.ts'
import type { ModelRequest } from '../core/model-request.ts'
import { billedAs } from '../core/usage.ts'
import type { Usage } from '../core/usage.ts'
import { eventsWithCustomCalls, withCustomCalls } from './custom-tools.ts'
import type { AnswerFacts, ClientCodec, ProviderCodec, StreamReader, WrittenRequest } from './dialect.ts'
import { eventsWithoutFormatTool, withoutFormatTool } from './format-tool.ts'
import { parsedErrorBody } from './error-text.ts'
import { isObject } from './json-object.ts'
import { parseEvent } from './parse-event.ts'
import type { Passage, ProviderErrorText, WholeAnswer } from './passage.ts'
import type { AnswerNeeds, StreamTap } from './stream-tap.ts'
import { utf8Of } from './text-of-bytes.ts'
import { problemOf, TranslatingTap } from './translating-tap.ts'

/** Who speaks what, and the request that was written. */
export interface TranslationParts {
  readonly client: ClientCodec
  readonly provider: ProviderCodec
  readonly request: ModelRequest
  readonly written: WrittenRequest
  readonly facts: AnswerFacts
}

const bytesPerToken = 4
const handedOnCharsMax = 16_384

export class Translation implements Passage {
  readonly #parts: TranslationParts

  constructor(parts: TranslationParts) {
    this.#parts = parts
  }

  openTap({ wantsUsage }: AnswerNeeds): StreamTap {
    const { client, provider, facts } = this.#parts
    return new TranslatingTap({
      provider,
      reader: this.openReader(),
      writer: client.openWriter({ ...facts, wantsUsage }),
      choices: this.#choices(),
    })
  }

  readWhole(bytes: Uint8Array): WholeAnswer {
    const { client, facts } = this.#parts
    if (!isUtf8(bytes)) return { kind: 'malformed', problem: 'its answer is not UTF-8' }
    try {
      const events = this.#events(bytes)
      const seen = summaryOf(events)
      if (seen.isError) return { kind: 'error' }
      const answer = JSON.stringify(client.writeAnswer(events, facts))
      return { kind: 'answer', usage: seen.usage, model: seen.model, bytes: Buffer.from(answer) }
    } catch (failure) {
      return { kind: 'malformed', problem: problemOf(failure) }
    }
  }

  estimateOutput(bytes: Uint8Array): number {
    let saidBytes = 0
    for (const event of this.#events(bytes)) {
      if ('text' in event) saidBytes += Buffer.byteLength(event.text)
    }
    return Math.ceil(saidBytes / bytesPerToken)
  }

  readError(text: string): ProviderErrorText {
    const body = parsedErrorBody(text)
    const error = this.#parts.provider.readError(body) ?? ownWords(body)
    return error === undefined ? { code: '', type: '', json: null } : errorText(error)
  }

  #events(bytes: Uint8Array): readonly AnswerEvent[] {
    const { provider, written } = this.#parts
    const { customTools, formatTool } = written
    const said = provider.readAnswer(parseEvent(utf8Of(bytes), 'Its answer'))
    const events = customTools === undefined ? said : eventsWithCustomCalls(said, customTools)
    return formatTool === undefined ? events : eventsWithoutFormatTool(events, formatTool)
  }

  /** What stands in for something in the request is taken out of the answer again. */
  openReader(): StreamReader {
    const { customTools, formatTool } = this.#parts.written
    const plain = this.#parts.provider.openReader()
    const reader = customTools === undefined ? plain : withCustomCalls(plain, customTools)
    return formatTool === undefined ? reader : withoutFormatTool(reader, formatTool)
  }

  /** Where the deployment knows no more than one answer, one is all there will be. */
  #choices(): number {
    const { request, written } = this.#parts
    const isDropped = written.dropped.some((lost) => 'setting' in lost && lost.setting === 'choices')
    return isDropped ? 1 : (request.choices ?? 1)
  }
}

/** A request as it was written, as bytes. */
export class WrittenBody implements RequestBody {
  readonly byteLength: number
  readonly #bytes: Buffer

  constructor(body: Readonly<Record<string, unknown>>) {
    this.#bytes = Buffer.from(JSON.stringify(body))
    this.byteLength = this.#bytes.byteLength
  }

  writeInto(target: Buffer, at: number): void {
    this.#bytes.copy(target, at)
  }
}

interface Summary {
  readonly usage: Usage | undefined
  readonly model: string
  readonly isError: boolean
}

function summaryOf(events: readonly AnswerEvent[]): Summary {
  let usage: Usage | undefined
  let model = ''
  let tier: string | undefined
  let isError = false
  for (const event of events) {
    if (event.kind === 'usage') usage = billedAs(event.usage, event.serviceTier ?? tier)
    else if (event.kind === 'start') {
      model = event.model ?? ''
      tier = event.serviceTier
    } else if (event.kind === 'error') isError = true
  }
  return { usage, model, isError }
}

/** A provider's error with the members that the SDKs of all dialects look for. */
function errorText({ message, type, code, details }: ProviderError): ProviderErrorText {
  const json = JSON.stringify({
    message,
    type,
    param: null,
    code: code ?? null,
    ...(details !== undefined && { details }),
  })
  return {
    code: (code ?? '').toLowerCase(),
    type: type.toLowerCase(),
    json: json.length <= handedOnCharsMax ? json : null,
  }
}

/** An error that was read in a stream is in our words already. */
function ownWords(body: unknown): ProviderError | undefined {
  if (!isObject(body)) return undefined
  const { message, type, code, details } = body
  if (typeof message !== 'string' || typeof type !== 'string') return undefined
  return {
    message,
    type,
    ...(typeof code === 'string' && { code }),
    ...(details !== undefined && { details }),
  }
}
