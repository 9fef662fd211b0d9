// Which call a result answers. Calls of this dialect may have no id, so results find theirs by id, else by
// name and order; a result that answers nothing is the client's mistake.
import { InvalidValue } from '../../core/errors.ts'

export interface KnownCall {
  readonly id: string
  readonly name: string
}

/** How a result names its call. */
export interface CallReference {
  readonly id: string | undefined
  readonly name: string
  readonly path: string
}

export class CallBook {
  readonly #open: KnownCall[] = []

  add(call: KnownCall): void {
    this.#open.push(call)
  }

  /** The call that a result answers; it is answered now. Throws InvalidValue when there is none. */
  answer({ id, name, path }: CallReference): KnownCall {
    const byId = id === undefined ? -1 : this.#open.findIndex((call) => call.id === id)
    const at = byId === -1 ? this.#open.findIndex((call) => call.name === name) : byId
    const call = this.#open[at]
    if (call === undefined) {
      throw new InvalidValue(path, 'no function call of this name or id stands before it unanswered')
    }
    this.#open.splice(at, 1)
    return call
  }
}
