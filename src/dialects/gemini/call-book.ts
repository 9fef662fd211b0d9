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

/** Calls are found by id and by name without a search, since a history may hold thousands. */
export class CallBook {
  readonly #byId = new Map<string, Set<KnownCall>>()
  readonly #byName = new Map<string, Set<KnownCall>>()

  add(call: KnownCall): void {
    enter(this.#byId, call.id, call)
    enter(this.#byName, call.name, call)
  }

  /** The call that a result answers; it is answered now. Throws InvalidValue when there is none. */
  answer({ id, name, path }: CallReference): KnownCall {
    const call = (id === undefined ? undefined : first(this.#byId.get(id))) ?? first(this.#byName.get(name))
    if (call === undefined) {
      throw new InvalidValue(path, 'no function call of this name or id stands before it unanswered')
    }
    this.#byId.get(call.id)?.delete(call)
    this.#byName.get(call.name)?.delete(call)
    return call
  }
}

function enter(book: Map<string, Set<KnownCall>>, key: string, call: KnownCall): void {
  const calls = book.get(key)
  if (calls === undefined) book.set(key, new Set([call]))
  else calls.add(call)
}

function first(calls: ReadonlySet<KnownCall> | undefined): KnownCall | undefined {
  return calls?.values().next().value
}
