// The demo provider: no model at all, marked as such everywhere. It repeats what it was asked and says how to add a
// real provider, so that the first call of a new installation works without any key.
import type { Clock, Timer } from '../core/clock.ts'
import type { EgressExchange, EgressHead, EgressSink } from '../core/egress.ts'
import { isObject } from '../dialects/json-object.ts'
import type { Outbound, Sender } from './deployment.ts'

export const demoName = 'demo'
export const demoModel = 'echo'

const wordIntervalMs = 15
const echoCharsMax = 2000

/** Answers in the OpenAI chat dialect, in this process. */
export function createDemoSender(clock: Clock): Sender {
  return {
    send: (outbound, sink) => new DemoExchange(outbound, sink, clock),
  }
}

class DemoExchange implements EgressExchange {
  readonly #outbound: Outbound
  readonly #sink: EgressSink
  readonly #clock: Clock
  readonly #words: string[]
  readonly #inputTokens: number
  #sent = 0
  #paused = false
  #timer: Timer | undefined

  constructor(outbound: Outbound, sink: EgressSink, clock: Clock) {
    this.#outbound = outbound
    this.#sink = sink
    this.#clock = clock
    const body = Buffer.alloc(outbound.body.byteLength)
    outbound.body.writeInto(body, 0)
    const asked = lastUserText(body.toString())
    this.#words = demoText(asked).split(/(?<= )/)
    this.#inputTokens = asked.split(/\s+/).length
    this.#timer = clock.after(0, () => this.#begin())
  }

  pause(): void {
    this.#paused = true
  }

  resume(): void {
    if (!this.#paused) return
    this.#paused = false
    this.#timer ??= this.#clock.after(0, () => this.#next())
  }

  abort(): void {
    this.#timer?.cancel()
    this.#paused = true
  }

  #begin(): void {
    const { stream } = this.#outbound
    this.#sink.connected(false)
    this.#sink.head(stream ? streamHead : wholeHead)
    if (stream) {
      this.#event({ choices: [{ index: 0, delta: { role: 'assistant', content: '' }, finish_reason: null }] })
      this.#next()
    } else {
      this.#whole()
    }
  }

  #next(): void {
    this.#timer = undefined
    if (this.#paused) return
    const word = this.#words[this.#sent]
    if (word === undefined) return this.#finish()
    this.#sent += 1
    this.#event({ choices: [{ index: 0, delta: { content: word }, finish_reason: null }] })
    this.#timer = this.#clock.after(wordIntervalMs, () => this.#next())
  }

  #finish(): void {
    this.#event({ choices: [{ index: 0, delta: {}, finish_reason: 'stop' }] })
    this.#event({ choices: [], usage: this.#usage() })
    this.#sink.data(Buffer.from('data: [DONE]\n\n'))
    this.#sink.end()
  }

  #whole(): void {
    const message = { role: 'assistant', content: this.#words.join(''), refusal: null }
    const answer = {
      ...this.#envelope('chat.completion'),
      choices: [{ index: 0, message, finish_reason: 'stop', logprobs: null }],
      usage: this.#usage(),
    }
    this.#sink.data(Buffer.from(JSON.stringify(answer)))
    this.#sink.end()
  }

  #event(members: Record<string, unknown>): void {
    const chunk = { ...this.#envelope('chat.completion.chunk'), ...members }
    this.#sink.data(Buffer.from(`data: ${JSON.stringify(chunk)}\n\n`))
  }

  #envelope(object: string): Record<string, unknown> {
    const created = Math.floor(this.#clock.wallMs() / 1000)
    return { id: `chatcmpl-demo-${this.#outbound.attemptId}`, object, created, model: 'demo/echo' }
  }

  #usage(): Record<string, number> {
    const completion = this.#words.length
    return {
      prompt_tokens: this.#inputTokens,
      completion_tokens: completion,
      total_tokens: this.#inputTokens + completion,
    }
  }
}

function head(contentType: string): EgressHead {
  return { status: 200, header: (name) => (name === 'content-type' ? contentType : undefined) }
}
const streamHead = head('text/event-stream')
const wholeHead = head('application/json')

function demoText(asked: string): string {
  const shown = asked.length > echoCharsMax ? `${asked.slice(0, echoCharsMax)}…` : asked
  return (
    `You said: ${shown === '' ? '(nothing)' : shown}\n\n` +
    'This is the demo provider of Sallyport: no model read your words. For real answers give Sallyport a provider: ' +
    'start it with a key such as OPENAI_API_KEY in the environment, run a local model server such as Ollama, ' +
    'or name one in sallyport.yaml.'
  )
}

/** The text of the last user message, as far as there is one. */
function lastUserText(body: string): string {
  const request: unknown = JSON.parse(body)
  const messages: unknown[] =
    isObject(request) && Array.isArray(request['messages']) ? request['messages'] : []
  const last = messages.findLast((message) => isObject(message) && message['role'] === 'user')
  const content = isObject(last) ? last['content'] : undefined
  if (typeof content === 'string') return content
  if (!Array.isArray(content)) return ''
  const parts: unknown[] = content
  return parts
    .map((part) => (isObject(part) && typeof part['text'] === 'string' ? part['text'] : ''))
    .join(' ')
}
