// A connection that comes to be when its socket is ready. Until then bytes are for whoever prepares it: a proxy
// answers before there is anybody to speak to behind it.
import { Connection } from './connection.ts'
import type { ConnectionOwner, Wire } from './connection.ts'

const none = Buffer.alloc(0)

export class LateConnection {
  readonly #owner: ConnectionOwner
  #connection: Connection | undefined
  #first: ((bytes: Buffer) => void) | undefined
  #early = none

  constructor(owner: ConnectionOwner) {
    this.#owner = owner
  }

  attach(wire: Wire): Connection {
    this.#connection = new Connection(wire, this.#owner)
    return this.#connection
  }

  /** Until `readNoMore`, `read` is given all that has come so far each time more comes. */
  readFirst(read: (bytes: Buffer) => void): void {
    this.#first = read
  }

  readNoMore(): void {
    this.#first = undefined
    this.#early = none
  }

  received(bytes: Buffer): void {
    if (this.#connection !== undefined) return this.#connection.received(bytes)
    if (this.#first === undefined) return
    this.#early = Buffer.concat([this.#early, bytes])
    this.#first(this.#early)
  }

  drain(): void {
    this.#connection?.drain()
  }

  ended(): void {
    this.#connection?.ended()
  }

  closed(): void {
    this.#connection?.closed()
  }
}
