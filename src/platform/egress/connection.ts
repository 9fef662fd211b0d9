// One connection to a provider, used for one exchange after the other. It writes the request as fast as the socket
// takes it, hands what comes to the parser, and tells its owner when it is free or gone.
import type { EgressFailure } from '../../core/egress.ts'
import { ResponseParser } from './response-parser.ts'
import type { ResponseEvents } from './response-parser.ts'

/** The part of the runtime's socket that is needed. */
export interface Wire {
  write(bytes: Uint8Array): number
  pause(): void
  resume(): void
  terminate(): void
}

/** Who uses the connection just now. */
export interface ConnectionUser extends ResponseEvents {
  /** The answer is whole, and the connection is no longer its own. */
  end(): void
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
  /** What of the request the socket has not taken yet. */
  #pending: Uint8Array[] = []
  #isPaused = false
  #answersBefore = 0
  isOpen = true
  /** Monotonic; when it was last free. */
  freeSinceMs = 0

  constructor(wire: Wire, owner: ConnectionOwner) {
    this.#wire = wire
    this.#owner = owner
  }

  /** Begins an exchange: the request's bytes go out, the answer goes to the user. */
  start(request: Uint8Array[], user: ConnectionUser): void {
    this.#user = user
    this.#parser.begin()
    this.#pending = request
    this.drain()
    if (this.#pending.length > 0) this.#user?.slow()
  }

  /** The socket takes bytes again. */
  drain(): void {
    if (this.#pending.length === 0) return
    for (;;) {
      const [piece] = this.#pending
      if (piece === undefined) break
      const written = Math.max(0, this.#wire.write(piece))
      if (written < piece.length) {
        this.#pending[0] = piece.subarray(written)
        return
      }
      this.#pending.shift()
    }
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
      this.#fail(
        fault,
        fault === 'malformed' ? 'its answer breaks HTTP' : 'the head of its answer is too large',
      )
    } else if (this.#parser.isDone) this.#whole(user, used === bytes.length)
  }

  /** The peer will send no more, and has said so in order. */
  ended(): void {
    const user = this.#user
    if (user === undefined || !this.#parser.close()) return this.closed()
    this.discard()
    user.end()
  }

  /** The connection is gone. Without `ended` before it, an answer is cut off even where only the close can end it. */
  closed(): void {
    if (this.#user === undefined) return this.#gone()
    this.#fail('closed', 'it closed the connection before the answer was whole')
  }

  pause(): void {
    this.#isPaused = true
    this.#wire.pause()
  }

  resume(): void {
    this.#isPaused = false
    this.#wire.resume()
  }

  /** Closes the connection; its user hears nothing more. */
  discard(): void {
    this.#user = undefined
    this.#pending = []
    this.#parser.stop()
    if (!this.isOpen) return
    this.#gone()
    this.#wire.terminate()
  }

  #gone(): void {
    if (!this.isOpen) return
    this.isOpen = false
    this.#owner.gone(this)
  }

  /** Free before its user hears of the end, so that a request made in that moment finds it. */
  #whole(user: ConnectionUser, wasExact: boolean): void {
    this.#user = undefined
    this.#answersBefore += 1
    // An answer before the whole request was taken leaves the peer in the middle of it.
    if (wasExact && this.#parser.mayKeep && this.#pending.length === 0 && this.isOpen) {
      if (this.#isPaused) this.resume()
      this.#owner.free(this)
    } else this.discard()
    user.end()
  }

  #fail(code: string, message: string): void {
    const user = this.#user
    const { hasBegun, isInHead } = this.#parser
    const stale = code === 'closed' && this.#answersBefore > 0 && !hasBegun
    this.discard()
    user?.broken({ phase: isInHead ? 'head' : 'body', code, message, stale })
  }
}
