// Calls that are being made. Google sends each call whole, so arguments are collected until the calls are
// over; those that were made side by side go out in the order in which they began.
import { given } from '../json-object.ts'
import type { AnswerEvent } from '../../core/answer-event.ts'
import { parseArguments } from '../call-arguments.ts'
import type { WireObject } from './writing.ts'

type CallEvent = AnswerEvent & { readonly kind: 'tool-call' }

interface OpenCall {
  readonly event: CallEvent
  text: string
}

/** The calls of one choice. */
export class OpenCalls {
  #calls = new Map<number, OpenCall>()

  begin(event: CallEvent): void {
    this.#calls.set(event.call, { event, text: '' })
  }

  add(call: number, text: string): void {
    const open = this.#calls.get(call)
    if (open !== undefined) open.text += text
  }

  /** The parts of the calls so far, which are over now. */
  close(): readonly WireObject[] {
    if (this.#calls.size === 0) return []
    const parts = [...this.#calls.values()].map(partOf)
    this.#calls = new Map()
    return parts
  }
}

function partOf({ event, text }: OpenCall): WireObject {
  const { id, name, seal, custom } = event
  const args = custom === true ? { input: text } : argumentsOf(text)
  return given<WireObject>({ functionCall: { id, name, args }, thoughtSignature: seal })
}

/** Arguments that are no object, or were cut off, are kept as the text that came. */
function argumentsOf(text: string): WireObject {
  return parseArguments(text) ?? { arguments: text }
}
