// Asks one deployment as the gateway does (its sender, the codec of its dialect) and notes when each thing came. What is
// asked is never cut to what the deployment is said to be able to do: that is to be found out.
import type { AnswerEvent } from '../../core/answer-event.ts'
import type { Clock } from '../../core/clock.ts'
import type { EgressExchange, EgressHead } from '../../core/egress.ts'
import type { ModelRequest } from '../../core/model-request.ts'
import type { MadeDeployment } from '../../compose/provider-set.ts'
import { droppedNames } from '../../dialects/dropped-names.ts'
import type { StreamReader, WireEvent } from '../../dialects/dialect.ts'
import { MalformedAnswer } from '../../dialects/dialect.ts'
import { openaiChat } from '../../dialects/openai-chat/codec.ts'
import { providerCodecs } from '../../dialects/doors.ts'
import { parseEvent } from '../../dialects/parse-event.ts'
import { withoutMembers } from '../../dialects/without-members.ts'
import { WireEvents } from '../../dialects/wire-events.ts'
import { WrittenBody } from '../../dialects/translation.ts'
import { newId } from '../../platform/ids.ts'
import { wait } from '../../platform/system-clock.ts'

export interface Timed<Thing> {
  /** Since it was asked. */
  readonly atMs: number
  readonly is: Thing
}

export interface Heard {
  /** 0 when no head of an answer came. */
  readonly status: number
  header(name: string): string | undefined
  /** The answer came as a stream. */
  readonly streamed: boolean
  /** The events as they stood on the wire, whatever they hold. Empty for a whole answer. */
  readonly wire: readonly Timed<WireEvent>[]
  readonly events: readonly Timed<AnswerEvent>[]
  /** What broke the format of its dialect, if anything did. */
  readonly malformed: string | undefined
  /** How the exchange went: `cut` is broken HTTP, `late` our patience, `left` our own wish. */
  readonly ended: 'whole' | 'cut' | 'late' | 'left'
  /** Half a sentence for a `cut`. */
  readonly problem: string
  /** The body of a whole answer or an error, at most 1 MiB of it. */
  readonly body: string
  readonly tookMs: number
  /** Settings that its wire format cannot say. */
  readonly unsaid: readonly string[]
}

export interface AskerParts {
  readonly clock: Clock
  readonly timeoutMs: number
}

/** Leaves when this holds for an event that has come. */
export type LeaveWhen = (event: AnswerEvent) => boolean

const bodyCharsMax = 1024 * 1024
const retryAfterMaxSeconds = 20

/** Asks, and asks once more when the deployment says that it has been asked too much. Never rejects. */
export async function ask(
  deployment: MadeDeployment,
  request: ModelRequest,
  parts: AskerParts & { readonly leaveWhen?: LeaveWhen },
): Promise<Heard> {
  const heard = await new Hearing(deployment, request, parts).done
  if (heard.status !== 429) return heard
  const seconds = Number(heard.header('retry-after') ?? 1)
  if (!(seconds >= 0 && seconds <= retryAfterMaxSeconds)) return heard
  await wait(parts.clock, seconds * 1000)
  return await new Hearing(deployment, request, parts).done
}

class Hearing {
  readonly done: Promise<Heard>
  readonly #deployment: MadeDeployment
  readonly #request: ModelRequest
  readonly #parts: AskerParts & { readonly leaveWhen?: LeaveWhen }
  readonly #startedMs: number
  readonly #reader: StreamReader
  readonly #cutter: WireEvents
  readonly #wire: Timed<WireEvent>[] = []
  readonly #events: Timed<AnswerEvent>[] = []
  readonly #unsaid: readonly string[]
  readonly #exchange: EgressExchange
  readonly #deadline: { cancel(): void }
  #head: EgressHead | undefined
  #streamed = false
  #pieces: Uint8Array[] = []
  #piecesBytes = 0
  #malformed: string | undefined
  #over = false
  #resolve: (heard: Heard) => void = () => {}

  constructor(
    deployment: MadeDeployment,
    request: ModelRequest,
    parts: AskerParts & { readonly leaveWhen?: LeaveWhen },
  ) {
    const codec = providerCodecs[deployment.dialect]
    const { providerModel: model } = deployment
    const wishes = { ...deployment.wishes, model, jsonSchema: true }
    const { body, dropped } = withoutMembers(
      codec.writeRequest(request, wishes),
      deployment.drops,
      (setting) => codec.spell(setting),
    )
    this.#deployment = deployment
    this.#request = request
    this.#parts = parts
    this.#startedMs = parts.clock.nowMs()
    this.#reader = codec.openReader()
    this.#cutter = new WireEvents(codec.framing ?? 'events')
    this.#unsaid = droppedNames(dropped, [], openaiChat)
    this.done = new Promise((resolve) => {
      this.#resolve = resolve
    })
    this.#deadline = parts.clock.after(parts.timeoutMs, () => this.#leave('late'))
    this.#exchange = deployment.sender.send(
      {
        to: deployment.dialect,
        providerModel: model,
        attemptId: newId('att'),
        stream: request.stream,
        body: new WrittenBody(body),
        headerLines: '',
        fresh: false,
      },
      {
        connected: () => {},
        head: (head) => this.#begin(head),
        data: (chunk) => this.#take(chunk),
        end: () => this.#close('whole', ''),
        fail: (failure) => this.#close('cut', failure.message),
      },
    )
  }

  #begin(head: EgressHead): void {
    this.#head = head
    const isJson = head.header('content-type')?.startsWith('application/json') === true
    this.#streamed = this.#request.stream && head.status === 200 && !isJson
  }

  #take(chunk: Uint8Array): void {
    if (this.#over) return
    if (this.#streamed) this.#read(this.#cutter.feed(chunk))
    else if (this.#piecesBytes < bodyCharsMax) {
      this.#pieces.push(chunk)
      this.#piecesBytes += chunk.byteLength
    }
  }

  /** What breaks the format is noted, and what is on the wire is noted on. */
  #read(found: readonly WireEvent[]): void {
    const atMs = this.#elapsedMs()
    for (const event of found) {
      this.#wire.push({ atMs, is: event })
      if (this.#malformed !== undefined) continue
      try {
        for (const is of this.#reader.read(event)) this.#events.push({ atMs, is })
      } catch (failure) {
        this.#malformed = sentenceOf(failure)
      }
    }
    const { leaveWhen } = this.#parts
    if (leaveWhen !== undefined && this.#events.some(({ is }) => leaveWhen(is))) this.#leave('left')
  }

  #leave(how: 'late' | 'left'): void {
    if (this.#over) return
    this.#exchange.abort()
    this.#close(how, '')
  }

  #close(ended: Heard['ended'], problem: string): void {
    if (this.#over) return
    this.#deadline.cancel()
    if (ended === 'whole' && this.#streamed) this.#read(this.#cutter.rest())
    this.#over = true
    const text = Buffer.concat(this.#pieces).toString('utf8')
    if (ended === 'whole' && !this.#request.stream && this.#head?.status === 200) this.#readWhole(text)
    const head = this.#head
    this.#resolve({
      status: head?.status ?? 0,
      header: (name) => head?.header(name),
      streamed: this.#streamed,
      wire: this.#wire,
      events: this.#events,
      malformed: this.#malformed,
      ended,
      problem,
      body: this.#deployment.redact(text),
      tookMs: this.#elapsedMs(),
      unsaid: this.#unsaid,
    })
  }

  #readWhole(text: string): void {
    const atMs = this.#elapsedMs()
    try {
      const answer = parseEvent(text, 'Its answer')
      const events = providerCodecs[this.#deployment.dialect].readAnswer(answer)
      for (const is of events) this.#events.push({ atMs, is })
    } catch (failure) {
      this.#malformed = sentenceOf(failure)
    }
  }

  #elapsedMs(): number {
    return this.#parts.clock.nowMs() - this.#startedMs
  }
}

function sentenceOf(failure: unknown): string {
  return failure instanceof MalformedAnswer ? failure.message : 'Its answer could not be read.'
}
