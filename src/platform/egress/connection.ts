// One connection to a provider, used for one exchange after the other. It writes the request in as few pieces as the
// socket takes, hands what comes to the parser, and tells its owner when it is free or gone.
import type { EgressFailure } from '../../core/egress.ts'
import { ResponseParser } from './response-parser.ts'
import type { ResponseEvents } from './response-parser.ts'

/** The part of the runtime's socket that is needed. */
export interface Wire {
  write(bytes: Uint8Array, offset?: number, length?: number): number
  pause(): void
  resume(): void
  terminate(): void
}

/** Who uses the connection just now. */
export interface ConnectionUser extends ResponseEvents {
  /** The socket took only a part of the request; `written` follows when it has all of it. */
  slow(): void
  written(): void
  /** The connection is of no more use, before the answer was whole. */
  broken(failure: EgressFailure): void
}

/** Who keeps connections between exchanges. */
export interface ConnectionOwner {
  /** It can carry another exchange. */
  free(connection: Connection): void
  /** It is closed, or will be. Told once. */
  gone(connection: Connection): void
}

export class Connection {
  readonly #wire: Wire
  readonly #owner: ConnectionOwner
  readonly #parser = new ResponseParser()
  #user: ConnectionUser | undefined
  #pending: Uint8Array | undefined
  #answersBefore = 0
  isOpen = true
  /** Monotonic; when it was last free. */
  freeSinceMs = 0

  constructor(wire: Wire, owner: ConnectionOwner) {
    this.#wire = wire
    this.#owner = owner
  }

  /** It has carried an exchange before, so the peer may be about to close it. */
  get isReused(): boolean {
    return this.#answersBefore > 0
  }

  /** Begins an exchange: the request's bytes go out, the answer goes to the user. */
  start(request: Uint8Array, user: ConnectionUser): void {
    this.#user = user
    this.#parser.begin()
    this.#pending = request
    this.drain()
    if (this.#pending !== undefined) user.slow()
  }

  /** The socket takes bytes again. */
  drain(): void {
    const pending = this.#pending
    if (pending === undefined) return
    const written = Math.max(0, this.#wire.write(pending))
    if (written < pending.length) {
      this.#pending = pending.subarray(written)
      return
    }
    this.#pending = undefined
    this.#user?.written()
  }

  received(bytes: Buffer): void {
    const user = this.#user
    // Bytes that nobody asked for: whatever comes next could not be trusted.
    if (user === undefined) return this.discard()
    const used = this.#parser.feed(bytes, user)
    // The exchange may have been given up inside one of its events.
    if (this.#user !== user) return
    const { fault } = this.#parser
    if (fault !== undefined) {
      this.discard()
      this.#fail(fault, fault === 'malformed' ? 'its answer breaks HTTP' : 'the head of its answer is too large')
    } else if (this.#parser.isDone) this.#whole(used === bytes.length)
  }

  /** The peer has closed, or the connection has failed. */
  closed(): void {
    this.#gone()
    const user = this.#user
    if (user === undefined) return
    if (this.#parser.close(user)) {
      this.#user = undefined
      return
    }
    this.#fail('closed', 'it closed the connection before the answer was whole')
  }

  pause(): void {
    this.#wire.pause()
  }

  resume(): void {
    this.#wire.resume()
  }

  /** Closes the connection; its user hears nothing more. */
  discard(): void {
    this.#pending = undefined
    this.#gone()
    this.#wire.terminate()
  }

  #gone(): void {
    if (!this.isOpen) return
    this.isOpen = false
    this.#owner.gone(this)
  }

  /** The user has gone: nothing it would be told reaches it. */
  forget(): void {
    this.#user = undefined
  }

  #whole(wasExact: boolean): void {
    this.#user = undefined
    this.#answersBefore += 1
    // An answer before the whole request was taken leaves the peer in the middle of it.
    if (wasExact && this.#parser.mayKeep && this.#pending === undefined && this.isOpen) this.#owner.free(this)
    else this.discard()
  }

  #fail(code: string, message: string): void {
    const user = this.#user
    this.#user = undefined
    const hasBegun = this.#parser.hasBegun
    const stale = code === 'closed' && this.isReused && !hasBegun
    user?.broken({ phase: hasBegun && code !== 'malformed' ? 'body' : 'head', code, message, stale })
  }
}
