// What a client has of an answer, read from the bytes that went to it, so that another deployment can go on with it
// where it breaks off. It costs what a translation costs, so only calls pay for it whose model is to be gone on with.
import type { AnswerEvent } from '../../core/answer-event.ts'
import type { Usage } from '../../core/usage.ts'
import type { ModelRequest } from '../../core/model-request.ts'
import type { AnswerFacts, ClientCodec, StreamReader, StreamWriter } from '../dialect.ts'
import { providerCodecs } from '../doors.ts'
import { WireEvents } from '../wire-events.ts'
import { openFrame } from './seen-frames.ts'
import type { SeenFrame } from './seen-frames.ts'

const tokensMax = 8_000
const bytesPerToken = 4

/** The answer of one call, in its client's dialect. */
export class AnswerSoFar {
  readonly #client: ClientCodec
  readonly #events = new WireEvents('events')
  readonly #reader: StreamReader
  readonly #frame: SeenFrame
  #start: AnswerEvent = { kind: 'start', id: undefined, model: undefined }
  #usage: Usage | undefined
  #text = ''
  #bytes = 0
  #hindrance: string | undefined

  constructor(client: ClientCodec) {
    this.#client = client
    this.#reader = providerCodecs[client.name].openReader()
    this.#frame = openFrame(client.name)
  }

  /** Whole events that are handed to the client, also those of a continuation. Never throws. */
  push(bytes: Uint8Array): void {
    if (this.#hindrance !== undefined) return
    try {
      for (const event of this.#events.feed(bytes)) {
        this.#hindrance ??= this.#frame.see(event)
        for (const step of this.#reader.read(event)) this.#take(step)
      }
    } catch {
      // A relay passes more than our own reading takes.
      this.#hindrance = 'it cannot be read'
    }
  }

  /** What the client has of the text. */
  get text(): string {
    return this.#text
  }

  /** Estimated from the text. */
  get tokens(): number {
    return Math.ceil(this.#bytes / bytesPerToken)
  }

  /** As far as it was counted. */
  get usage(): Usage | undefined {
    return this.#usage
  }

  /** Why nobody can go on with it, as a part of a sentence; undefined when somebody can. */
  get hindrance(): string | undefined {
    if (this.#hindrance !== undefined) return this.#hindrance
    if (this.#text.trim() === '') return 'it has said nothing yet'
    if (this.tokens > tokensMax) return `it is longer than ${tokensMax} tokens`
    return endsWithinCharacter.test(this.#text) ? 'it broke within a character' : undefined
  }

  /** Opens the writer of the rest: it goes on as if it had written what the client has. */
  openWriter(facts: AnswerFacts): StreamWriter {
    const writer = this.#client.openWriter(facts)
    let written = writer.write(this.#start)
    // Counts that are known at the start are a part of it.
    if (this.#usage !== undefined) written += writer.write({ kind: 'usage', usage: this.#usage })
    written += writer.write({ kind: 'text-delta', choice: 0, text: this.#text })
    const put = this.#frame.after(written)
    return {
      write: (event) => put(writer.write(event)),
      fail: (error, status, requestId) => put(writer.fail(error, status, requestId)),
    }
  }

  #take(step: AnswerEvent): void {
    if (step.kind === 'start') this.#start = step
    else if (step.kind === 'usage') this.#usage = step.usage
    else if (step.kind === 'text-delta' && step.choice === 0) this.#say(step.text)
    else this.#hindrance ??= hindranceOf(step)
  }

  #say(text: string): void {
    this.#text += text
    this.#bytes += Buffer.byteLength(text)
  }
}

/** Half of a surrogate pair. */
const endsWithinCharacter = /[\uD800-\uDBFF]$/

const wordsFor: Readonly<Partial<Record<AnswerEvent['kind'], string>>> = {
  'text-delta': 'several answers were asked for',
  'refusal-delta': 'it refused',
  'reasoning-delta': 'it showed thoughts',
  'reasoning-seal': 'it showed thoughts',
  'tool-call': 'a tool call had begun',
  'tool-call-delta': 'a tool call had begun',
  citation: 'it cites sources',
  logprobs: 'it shows the probabilities of its tokens',
  'media-delta': 'it holds sound or pictures',
  'part-end': 'its text was closed already',
  finish: 'it was finished already',
  end: 'it was finished already',
  error: 'it ended with an error',
}

function hindranceOf(step: AnswerEvent): string | undefined {
  // Members of a message that stand beside its text.
  if (step.kind === 'foreign')
    return isBeside(step.value) ? undefined : 'it holds what only its dialect knows'
  return wordsFor[step.kind]
}

function isBeside(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false
  return Object.keys(value).every((name) => name === 'message' || name === 'usage')
}

/** Why the answer to this request cannot be gone on with by another deployment; undefined when it can. */
export function hindranceIn(asked: ModelRequest): string | undefined {
  const { choices = 1, logprobs, format, modalities, toolChoice } = asked
  if (choices > 1) return 'several answers were asked for'
  if (logprobs === true) return 'the probabilities of tokens were asked for'
  if (format !== undefined && format.kind !== 'text') return 'a format was asked for'
  if (modalities?.some((each) => each !== 'text') === true) return 'more than text was asked for'
  return toolChoice?.kind === 'any' || toolChoice?.kind === 'tool' ? 'a tool call was asked for' : undefined
}
