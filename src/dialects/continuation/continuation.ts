// The passage of an answer that goes on with another's: what its deployment says is joined to what the client has, and
// written as the rest of the same stream, with the same ids and numbers. It never ends well unless the two join.
import type { AnswerEvent } from '../../core/answer-event.ts'
import type { Usage } from '../../core/usage.ts'
import type { ModelRequest } from '../../core/model-request.ts'
import { Unjoinable } from '../dialect.ts'
import type {
  AnswerFacts,
  ClientCodec,
  ProviderCodec,
  StreamReader,
  StreamWriter,
  WireEvent,
  WrittenRequest,
} from '../dialect.ts'
import type { Passage, ProviderErrorText, WholeAnswer } from '../passage.ts'
import type { StreamTap } from '../stream-tap.ts'
import { Translation } from '../translation.ts'
import { TranslatingTap } from '../translating-tap.ts'
import type { AnswerSoFar } from './answer-so-far.ts'
import { TextJoin } from './join-texts.ts'
import type { AskedBy } from './join-texts.ts'

/** Who goes on with what, and how it was asked. */
export interface ContinuationParts {
  readonly soFar: AnswerSoFar
  readonly askedBy: AskedBy
  readonly client: ClientCodec
  readonly provider: ProviderCodec
  /** What `askToGoOn` gave, as far as the deployment can be asked. */
  readonly request: ModelRequest
  readonly written: WrittenRequest
  readonly facts: AnswerFacts
  /** The deployment's name, for the mark at the seam. */
  readonly by: string
}

export class Continuation implements Passage {
  readonly #parts: ContinuationParts
  readonly #translation: Translation

  constructor(parts: ContinuationParts) {
    this.#parts = parts
    this.#translation = new Translation(parts)
  }

  openTap(): StreamTap {
    const { soFar, askedBy, client, provider, facts, by } = this.#parts
    const mark =
      client.failsAtComments === true ? '' : `: sallyport continued by ${by.replace(/[\r\n]/g, ' ')}\n\n`
    return new TranslatingTap({
      provider,
      reader: new JoiningReader(this.#translation.openReader(), new TextJoin(soFar.text, askedBy)),
      writer: new SeamWriter(soFar.openWriter(facts), { soFar, mark }),
      choices: 1,
    })
  }

  /** The rest of a stream is a stream. */
  readWhole(): WholeAnswer {
    return { kind: 'malformed', problem: 'it did not stream' }
  }

  estimateOutput(bytes: Uint8Array): number {
    return this.#translation.estimateOutput(bytes)
  }

  readError(text: string): ProviderErrorText {
    return this.#translation.readError(text)
  }
}

/** Lets pass what can stand behind a text, and of the text what is new. */
class JoiningReader implements StreamReader {
  readonly #reader: StreamReader
  readonly #join: TextJoin

  constructor(reader: StreamReader, join: TextJoin) {
    this.#reader = reader
    this.#join = join
  }

  read(event: WireEvent): readonly AnswerEvent[] {
    return this.#reader.read(event).flatMap((step) => this.#joined(step))
  }

  #joined(step: AnswerEvent): readonly AnswerEvent[] {
    switch (step.kind) {
      case 'start':
      case 'usage':
      case 'error':
        return [step]
      case 'text-delta':
        return textDelta(this.#join.push(step.text))
      case 'tool-call':
      case 'tool-call-delta':
      case 'finish':
      case 'end':
        return [...textDelta(this.#join.end()), step]
      case 'refusal-delta':
      case 'media-delta':
        throw new Unjoinable('Its continuation is no text.')
      default:
        // Thoughts come before a text, and places of sources are counted from its start.
        return []
    }
  }
}

function textDelta(text: string): readonly AnswerEvent[] {
  return text === '' ? [] : [{ kind: 'text-delta', choice: 0, text }]
}

/** Writes the rest, with a mark before it for those who look at the bytes. */
class SeamWriter implements StreamWriter {
  readonly #writer: StreamWriter
  /** Counted when the seam was made: what comes now is counted by its provider. */
  readonly #first: FirstCounts
  #mark: string

  constructor(writer: StreamWriter, { soFar, mark }: { readonly soFar: AnswerSoFar; readonly mark: string }) {
    this.#writer = writer
    this.#first = { tokens: soFar.tokens, usage: soFar.usage }
    this.#mark = mark
  }

  write(event: AnswerEvent): string {
    if (event.kind === 'start') return ''
    if (event.kind !== 'usage') return this.#marked(this.#writer.write(event))
    return this.#marked(this.#writer.write({ ...event, usage: joinedUsage(this.#first, event.usage) }))
  }

  fail(...failure: Parameters<StreamWriter['fail']>): string {
    return this.#writer.fail(...failure)
  }

  #marked(text: string): string {
    if (text === '') return ''
    const mark = this.#mark
    this.#mark = ''
    return mark + text
  }
}

/** What is known of the tokens of the first part of an answer. */
export interface FirstCounts {
  /** Estimated from its text. */
  readonly tokens: number
  /** As far as its provider counted. */
  readonly usage: Usage | undefined
}

/** The counts of an answer that two deployments gave: its input once, its output together. */
export function joinedUsage({ tokens, usage }: FirstCounts, rest: Usage): Usage {
  const hasInput = usage !== undefined && usage.inputTokens > 0
  // The second one was sent what the first one had said.
  const input = hasInput
    ? usage
    : { ...rest, inputTokens: Math.max(rest.inputTokens - tokens, rest.cachedInputTokens) }
  return {
    ...input,
    outputTokens: Math.max(usage?.outputTokens ?? 0, tokens) + rest.outputTokens,
    reasoningTokens: (usage?.reasoningTokens ?? 0) + rest.reasoningTokens,
  }
}
