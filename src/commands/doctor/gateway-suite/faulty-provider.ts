// A small provider on this machine that breaks its answers as it is told to, so that a gateway in front of it can be
// watched. What it shall do stands in the question itself, because that alone passes every gateway unchanged. It writes
// its HTTP itself: a broken answer is one that a proper server would not send.
import type { Clock } from '../../../core/clock.ts'
import { failureText } from '../../../core/failure-text.ts'
import { startBareServer } from '../../../platform/bare-server.ts'
import type { BareConnection, BareListener, BareServer } from '../../../platform/bare-server.ts'
import { wait } from '../../../platform/system-clock.ts'
import { RequestGatherer } from './gather-request.ts'
import type { GatheredRequest } from './gather-request.ts'

export const faults = ['good', 'cut', 'end', 'corrupt', 'error', 'stall', 'slow'] as const
export type Fault = (typeof faults)[number]

/** One request that reached it. */
export interface Visit {
  readonly streamed: boolean
  readonly asksForUsage: boolean
  /** Monotonic; when whoever asked closed the connection before the answer was over. */
  leftMs: number | undefined
}

/** What it says, a piece for each event. */
export const words = 'alpha bravo charlie delta echo foxtrot golf hotel india juliett kilo lima'.split(' ')
export const wholeText = words.join(' ')
/** The role comes first, and the finish reason behind the last word. */
export const finishAt = words.length + 1
export const toldUsage = {
  prompt_tokens: 123,
  completion_tokens: words.length,
  total_tokens: 123 + words.length,
}

const betweenEventsMs = 3
const slowEventMs = 50
const slowEventsMax = 1_200
/** What was written reaches the other side before the connection breaks. */
const lastBytesMs = 30
const markForm = /sallyport-doctor:([a-z]+):(\d+):([a-z0-9]+)/

/** The question that brings about a fault before event `at`; `id` is what its visits are found by. */
export function questionFor(fault: Fault, at: number, id: string): string {
  return `This is a test of a gateway. sallyport-doctor:${fault}:${at}:${id}`
}

export class FaultyProvider {
  readonly #clock: Clock
  readonly #visits = new Map<string, Visit[]>()
  #server: BareServer | undefined

  constructor(clock: Clock) {
    this.#clock = clock
  }

  /** Listens on the loopback address; 0 takes a free port. Resolves with its base URL. */
  async listen(port: number): Promise<string> {
    try {
      this.#server = await startBareServer(port, (connection) => this.#accept(connection))
      return `http://127.0.0.1:${this.#server.port}/v1`
    } catch (failure) {
      const why = failureText(failure)
      throw new Error(`The faulty provider cannot listen on port ${port}: ${why}. See --provider-port.`, {
        cause: failure,
      })
    }
  }

  visits(id: string): readonly Visit[] {
    return this.#visits.get(id) ?? []
  }

  close(): void {
    this.#server?.close()
  }

  /** One question on each connection; it is closed behind the answer. */
  #accept(connection: BareConnection): BareListener {
    const gatherer = new RequestGatherer()
    let visit: Visit | undefined
    let isOver = false
    return {
      left: () => {
        if (visit !== undefined && !isOver) visit.leftMs ??= this.#clock.nowMs()
      },
      bytes: (piece) => {
        const request = visit === undefined ? gatherer.push(piece) : undefined
        if (request === undefined) return
        const asked = read(request)
        visit = { streamed: asked.streamed, asksForUsage: asked.asksForUsage, leftMs: undefined }
        this.#visits.set(asked.id, [...this.visits(asked.id), visit])
        void this.#answer(connection, asked).then(() => {
          isOver = true
          connection.end()
        })
      },
    }
  }

  async #answer(connection: BareConnection, asked: Asked): Promise<void> {
    const { path, streamed } = asked
    if (path.endsWith('/models')) return connection.write(jsonAnswer({ object: 'list', data: [listed] }))
    if (!path.endsWith('/chat/completions')) return connection.write(jsonAnswer(noSuchPlace, '404 Not Found'))
    if (!streamed) return await this.#answerWhole(connection, asked)
    connection.write(streamHead)
    const pieces = eventsOf(asked)
    for (const [at, piece] of pieces.entries()) {
      if (connection.gone) return
      if (at === asked.at && breaksHere[asked.fault]) return await this.#breakOff(connection, asked.fault)
      const isCorrupt = asked.fault === 'corrupt' && at === asked.at
      connection.write(chunk(isCorrupt ? 'data: {"broken\n\n' : piece))
      await wait(this.#clock, asked.fault === 'slow' ? slowEventMs : betweenEventsMs)
    }
    connection.write('0\r\n\r\n')
  }

  async #breakOff(connection: BareConnection, fault: Fault): Promise<void> {
    if (fault === 'stall') {
      while (!connection.gone) await wait(this.#clock, slowEventMs)
      return
    }
    if (fault === 'error') connection.write(chunk(`data: ${JSON.stringify(brokenError)}\n\n`))
    if (fault !== 'cut') connection.write('0\r\n\r\n')
    await wait(this.#clock, lastBytesMs)
  }

  async #answerWhole(connection: BareConnection, { fault, model }: Asked): Promise<void> {
    const message = { role: 'assistant', content: wholeText }
    const choices = [{ index: 0, message, finish_reason: 'stop' }]
    const body = {
      id: 'chatcmpl-doctor',
      object: 'chat.completion',
      created: 0,
      model,
      choices,
      usage: toldUsage,
    }
    const answer = jsonAnswer(body)
    connection.write(fault === 'cut' ? answer.slice(0, -Math.floor(wholeText.length)) : answer)
    await wait(this.#clock, lastBytesMs)
  }
}

interface Asked extends Omit<Visit, 'leftMs'> {
  readonly path: string
  readonly model: string
  readonly fault: Fault
  readonly at: number
  readonly id: string
}

function read({ path, body }: GatheredRequest): Asked {
  const [, named = 'good', at = '0', id = ''] = markForm.exec(body) ?? []
  const members: { stream?: unknown; model?: unknown; stream_options?: { include_usage?: unknown } } =
    parsed(body)
  return {
    path: path.split('?')[0] ?? '',
    model: typeof members.model === 'string' ? members.model : 'doctor',
    streamed: members.stream === true,
    asksForUsage: members.stream_options?.include_usage === true,
    fault: faults.find((fault) => fault === named) ?? 'good',
    at: Number(at),
    id,
  }
}

function parsed(body: string): object {
  try {
    const value: unknown = JSON.parse(body)
    return typeof value === 'object' && value !== null ? value : {}
  } catch {
    // A gateway may ask for the list of models, which has no body.
    return {}
  }
}

const breaksHere: Readonly<Record<Fault, boolean>> = {
  good: false,
  cut: true,
  end: true,
  corrupt: false,
  error: true,
  stall: true,
  slow: false,
}
const listed = { id: 'doctor', object: 'model', created: 0, owned_by: 'sallyport-doctor' }
const noSuchPlace = { error: { message: 'There is nothing here.', type: 'invalid_request_error' } }
const brokenError = {
  error: { message: 'The server failed in the middle of its answer.', type: 'server_error' },
}
const streamHead =
  'HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\ntransfer-encoding: chunked\r\nconnection: close\r\n\r\n'

function eventsOf({ model, fault, asksForUsage }: Asked): readonly string[] {
  const facts = { id: 'chatcmpl-doctor', object: 'chat.completion.chunk', created: 0, model }
  const event = (delta: object, reason: string | null): string =>
    `data: ${JSON.stringify({ ...facts, choices: [{ index: 0, delta, finish_reason: reason }] })}\n\n`
  const said = fault === 'slow' ? Array.from({ length: slowEventsMax }, (_, at) => `word${at}`) : words
  const texts = said.map((word, at) => event({ content: at === 0 ? word : ` ${word}` }, null))
  const usage = asksForUsage
    ? [`data: ${JSON.stringify({ ...facts, choices: [], usage: toldUsage })}\n\n`]
    : []
  return [
    event({ role: 'assistant', content: '' }, null),
    ...texts,
    event({}, 'stop'),
    ...usage,
    'data: [DONE]\n\n',
  ]
}

function chunk(text: string): string {
  return `${Buffer.byteLength(text).toString(16)}\r\n${text}\r\n`
}

function jsonAnswer(value: unknown, status = '200 OK'): string {
  const body = JSON.stringify(value)
  const headers = `content-type: application/json\r\ncontent-length: ${Buffer.byteLength(body)}\r\nconnection: close`
  return `HTTP/1.1 ${status}\r\n${headers}\r\n\r\n${body}`
}
