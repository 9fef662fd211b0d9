// The passage of an answer that goes on with another's: what its deployment says is joined to what the client has, and
// written as the rest of the same stream, with the same ids and numbers. It never ends well unless the two join.
import type { AnswerEvent, FullUsage } from '../../core/answer-event.ts'
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
    const { soFar, askedBy, provider, facts, by } = this.#parts
    return new TranslatingTap({
      provider,
      reader: new JoiningReader(this.#translation.openReader(), new TextJoin(soFar.text, askedBy)),
      writer: new SeamWriter(soFar.openWriter(facts), { soFar, by }),
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
  readonly #tokens: number
  readonly #usage: FullUsage | undefined
  #mark: string

  constructor(writer: StreamWriter, { soFar, by }: { readonly soFar: AnswerSoFar; readonly by: string }) {
    this.#writer = writer
    this.#tokens = soFar.tokens
    this.#usage = soFar.usage
    this.#mark = `: sallyport continued by ${by.replace(/[\r\n]/g, ' ')}\n\n`
  }

  write(event: AnswerEvent): string {
    if (event.kind === 'start') return ''
    if (event.kind !== 'usage') return this.#marked(this.#writer.write(event))
    return this.#marked(this.#writer.write({ ...event, usage: this.#sum(event.usage) }))
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

  #sum(rest: FullUsage): FullUsage {
    return joinedUsage({ tokens: this.#tokens, usage: this.#usage }, rest)
  }
}

/** The counts of an answer that two deployments gave: its input once, its output together. */
export function joinedUsage(
  first: { readonly tokens: number; readonly usage: FullUsage | undefined },
  rest: FullUsage,
): FullUsage {
  const { usage, tokens } = first
  const said = Math.max(usage?.outputTokens ?? 0, tokens)
  const hasInput = usage !== undefined && usage.inputTokens > 0
  // The second one was sent what the first one had said.
  const input = hasInput
    ? usage
    : { ...rest, inputTokens: Math.max(rest.inputTokens - tokens, rest.cachedInputTokens) }
  return {
    ...input,
    outputTokens: said + rest.outputTokens,
    reasoningTokens: rest.reasoningTokens + (usage?.reasoningTokens ?? 0),
  }
}
