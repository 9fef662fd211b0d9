// What must be remembered of one choice between the pieces of its answer.
import { MalformedAnswer } from '../dialect.ts'

/** A tool call that has begun, or whose name is still to come. */
export interface OpenCall {
  /** Its number among the calls of the choice; undefined until it has a name. */
  number: number | undefined
  id: string
  /** Arguments that came before the name. */
  early: string
}

export class ChoiceState {
  readonly index: number
  /** Reasoning of the piece at hand is read, so that the same text under another name is no news. */
  plainIsRead = false
  refused = false
  finished = false
  callCount = 0
  /** A thought is open. */
  thinks = false
  /** It comes as plain reasoning, so that the same text in `reasoning_details` is no news. */
  thinksPlainly = false
  /** Calls by their `index` on the wire. */
  readonly calls = new Map<number, OpenCall>()
  /** Where the latest call stands, for servers that give no index. */
  lastAt = -1

  readonly #answerId: string

  constructor(index: number, answerId: string) {
    this.index = index
    this.#answerId = answerId
  }

  /** An id for a call that came without one: the same whenever this answer is read. */
  callId(number: number): string {
    return ['call', this.#answerId, this.index, number].filter((part) => part !== '').join('_')
  }

  think(plainly: boolean): void {
    this.thinks = true
    this.thinksPlainly ||= plainly
  }

  endThought(): void {
    this.thinks = this.thinksPlainly = false
  }

  /** Throws MalformedAnswer when a call has never got its name. */
  closeCalls(): void {
    for (const call of this.calls.values()) {
      if (call.number === undefined) throw new MalformedAnswer('a tool call of its answer has no name')
    }
  }
}
