// The last piece of a streamed thought waits for what comes next, because the signature that closes a thought must stand
// on a piece with text: the Vercel AI SDK leaves out pieces without, and their signatures with them.
import type { AnswerEvent } from '../../core/answer-event.ts'
import type { WireObject, WrittenPart } from './writing.ts'

/** The thought of one choice. */
export class HeldThought {
  #waiting: WireObject | undefined

  /** Takes the parts of an event in; returns those that can be sent. */
  after(event: Pick<AnswerEvent, 'kind'>, written: readonly WrittenPart[]): readonly WireObject[] {
    const ready = goesOn.has(event.kind) ? [] : [...this.close()]
    for (const { part, alone } of written) {
      if (this.#waiting !== undefined && alone !== true && isSeal(part)) {
        ready.push({ ...this.#waiting, thoughtSignature: part['thoughtSignature'] })
        this.#waiting = undefined
        continue
      }
      ready.push(...this.close())
      if (isPiece(part)) this.#waiting = part
      else ready.push(part)
    }
    return ready
  }

  /** What still waits, when nothing can come that it waits for. */
  close(): readonly WireObject[] {
    const waiting = this.#waiting
    this.#waiting = undefined
    return waiting === undefined ? [] : [waiting]
  }
}

/** OpenAI's Responses end a part before they show its seal. */
const goesOn: ReadonlySet<AnswerEvent['kind']> = new Set(['reasoning-delta', 'reasoning-seal', 'part-end'])

function isPiece({ thought, text }: WireObject): boolean {
  return thought === true && text !== ''
}

function isSeal({ thought, text, thoughtSignature }: WireObject): boolean {
  return thought === true && text === '' && thoughtSignature !== undefined
}
