// The blocks of a streamed message. One block is open at a time and indexes are dense, so calls that other providers
// let run in parallel wait until the open one is whole.
import { unsealed } from '../carried-seal.ts'
import type { JsonObject } from '../json-object.ts'
import type { Citation } from '../../core/answer-event.ts'
import { writeCitation } from './citations.ts'
import { openJsonExtent } from './json-extent.ts'
import type { JsonExtent } from './json-extent.ts'

/** What a block of text holds: what the model said, or why it would not. */
export type SpokenKind = 'text' | 'refusal' | 'reasoning'

export interface CallStart {
  readonly call: number
  readonly id: string
  readonly name: string
  /** A seal of another dialect, as the text that carries it. */
  readonly seal: string | undefined
}

type Open =
  | { readonly kind: SpokenKind }
  | { readonly kind: 'call'; readonly call: number; readonly extent: JsonExtent }

interface WaitingCall {
  readonly start: CallStart
  arguments: string
  over: boolean
}

/** One event of the stream as text. */
export function frame(event: JsonObject): string {
  return `event: ${String(event['type'])}\ndata: ${JSON.stringify(event)}\n\n`
}

const emptyBlocks: Readonly<Record<SpokenKind, JsonObject>> = {
  text: { type: 'text', text: '' },
  refusal: { type: 'text', text: '' },
  reasoning: { type: 'thinking', thinking: '', signature: '' },
}

export class BlockWriter {
  /** Whether there was a tool call. */
  hadCalls = false
  #index = -1
  #open: Open | undefined
  /** Whether the open thought has its signature. */
  #isSealed = false
  readonly #waiting = new Map<number, WaitingCall>()
  #lastCall = -1

  speak(kind: SpokenKind, text: string): string {
    if (text === '') return ''
    return this.#ensure(kind) + this.#spoken(kind, text)
  }

  /** Closes the thought before it, or is one of its own when nothing of it is shown. */
  seal(signature: string): string {
    const start = this.#ensure('reasoning')
    this.#isSealed = true
    return start + this.#delta({ type: 'signature_delta', signature }) + this.close()
  }

  cite(citation: Citation): string {
    const written = writeCitation(citation)
    if (written === undefined || this.#open?.kind !== 'text') return ''
    return this.#delta({ type: 'citations_delta', citation: written })
  }

  call(start: CallStart): string {
    this.hadCalls = true
    this.#lastCall = start.call
    if (this.#open?.kind === 'call' && !this.#open.extent.isWhole()) {
      this.#waiting.set(start.call, { start, arguments: '', over: false })
      return ''
    }
    return this.close() + this.#startCall(start)
  }

  callText(call: number, text: string): string {
    this.#lastCall = call
    const waiting = this.#waiting.get(call)
    if (waiting !== undefined) {
      waiting.arguments += text
      return ''
    }
    // Nothing can be added to a block that is closed; what comes after a whole object says nothing.
    if (text === '' || this.#open?.kind !== 'call' || this.#open.call !== call) return ''
    const { extent } = this.#open
    extent.push(text)
    const delta = this.#delta({ type: 'input_json_delta', partial_json: text })
    return extent.isWhole() && this.#waiting.size > 0 ? delta + this.#closeOpen() + this.#admit() : delta
  }

  /** A block that comes whole, or with its deltas. */
  block(block: JsonObject, deltas: readonly JsonObject[]): string {
    const before = this.close() + this.#start(block)
    return before + deltas.map((delta) => this.#delta(delta)).join('') + this.#stop()
  }

  /** The part before this is over. */
  endPart(): string {
    const waiting = this.#waiting.get(this.#lastCall)
    if (this.#open?.kind !== 'call') return this.#closeOpen()
    if (waiting !== undefined) {
      waiting.over = true
      return ''
    }
    if (this.#open.call !== this.#lastCall) return ''
    return this.#closeOpen() + this.#admit()
  }

  /** Closes the open block, and writes what waited for it. */
  close(): string {
    let text = this.#closeOpen()
    while (this.#waiting.size > 0) text += this.#admit() + this.#closeOpen()
    return text
  }

  /** Lets waiting calls in, until one of them may still go on. */
  #admit(): string {
    let text = ''
    for (const [call, waiting] of this.#waiting) {
      this.#waiting.delete(call)
      text += this.#startCall(waiting.start) + this.callText(call, waiting.arguments)
      const isOver = waiting.over || (this.#open?.kind === 'call' && this.#open.extent.isWhole())
      if (!isOver || this.#waiting.size === 0) return text
      text += this.#closeOpen()
    }
    return text
  }

  #startCall({ call, id, name, seal }: CallStart): string {
    const sealed = seal === undefined ? '' : this.block({ type: 'redacted_thinking', data: seal }, [])
    const start = this.#start({ type: 'tool_use', id, name, input: {}, caller: { type: 'direct' } })
    this.#open = { kind: 'call', call, extent: openJsonExtent() }
    return sealed + start
  }

  #ensure(kind: SpokenKind): string {
    if (this.#open?.kind === kind) return ''
    const text = this.close() + this.#start(emptyBlocks[kind])
    this.#open = { kind }
    this.#isSealed = false
    return text
  }

  /** The most frequent event, written by hand: `frame` would cost three times as much. */
  #spoken(kind: SpokenKind, text: string): string {
    const delta = kind === 'reasoning' ? '"thinking_delta","thinking"' : '"text_delta","text"'
    const head = `event: content_block_delta\ndata: {"type":"content_block_delta","index":${this.#index}`
    return `${head},"delta":{"type":${delta}:${JSON.stringify(text)}}}\n\n`
  }

  #start(block: JsonObject): string {
    this.#index += 1
    return frame({ type: 'content_block_start', index: this.#index, content_block: block })
  }

  #delta(delta: JsonObject): string {
    return frame({ type: 'content_block_delta', index: this.#index, delta })
  }

  #stop(): string {
    return frame({ type: 'content_block_stop', index: this.#index })
  }

  #closeOpen(): string {
    if (this.#open === undefined) return ''
    const lacksSeal = this.#open.kind === 'reasoning' && !this.#isSealed
    this.#open = undefined
    const seal = lacksSeal ? this.#delta({ type: 'signature_delta', signature: unsealed }) : ''
    return seal + this.#stop()
  }
}
