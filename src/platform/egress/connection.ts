// One connection to a provider, used for one exchange after the other. It writes the request as fast as the socket
// takes it, hands what comes to the parser, and tells its owner when it is free or gone.
import type { EgressFailure } from '../../core/egress.ts'
import type { RequestBytes } from './request-bytes.ts'
import { ResponseParser } from './response-parser.ts'
import type { ResponseEvents } from './response-parser.ts'
import type { SocketUser } from './socket-user.ts'

/** The part of the runtime's socket that is needed. */
export interface Wire {
  /** Takes as much of `[from, from + length)` as it can; gives how much, negative when it is closed. */
  write(bytes: Uint8Array, from: number, length: number): number
  pause(): void
  resume(): void
  terminate(): void
}

/** Who uses the connection just now. */
export interface ConnectionUser extends ResponseEvents {
  /** All that came was handed on, and the answer is not whole yet. */
  more(): void
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

export class Connection implements SocketUser {
  readonly #wire: Wire
  readonly #owner: ConnectionOwner
  /** With which other connections it is kept. */
  readonly pool: string
  readonly #parser = new ResponseParser()
  #user: ConnectionUser | undefined
  /** What of the request the socket has not taken yet. */
  #pending: Uint8Array | undefined
  #isPaused = false
  #answersBefore = 0
  isOpen = true
  /** Monotonic; when it was last free. */
  freeSinceMs = 0

  constructor(wire: Wire, owner: ConnectionOwner, pool: string) {
    this.#wire = wire
    this.#owner = owner
    this.pool = pool
  }

  /** Begins an exchange: the request's bytes go out, the answer goes to the user. */
  start({ memory, length }: RequestBytes, user: ConnectionUser): void {
    this.#user = user
    this.#parser.begin()
    const written = Math.max(0, this.#wire.write(memory, 0, length))
    // The socket may have failed in the same breath.
    if (written === length || this.#user !== user) return
    this.#pending = Buffer.from(memory.subarray(written, length))
    user.slow()
  }

  /** The socket takes bytes again. */
  drain(): void {
    const pending = this.#pending
    if (pending === undefined) return
    const written = Math.max(0, this.#wire.write(pending, 0, pending.length))
    if (this.#pending !== pending) return
    this.#pending = written < pending.length ? pending.subarray(written) : undefined
    if (this.#pending === undefined) this.#user?.written()
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
    else user.more()
  }

  /** The peer will send no more, and has said so in order. */
  ended(): void {
    const user = this.#user
    if (user === undefined || !this.#parser.close()) return this.closed()
    this.discard()
    user.end()
  }

  failed(): void {
    this.closed()
  }

  /** Both were before its time. */
  opened(): void {}
  shaken(): void {}

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
    this.#pending = undefined
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
    if (wasExact && this.#parser.mayKeep && this.#pending === undefined && this.isOpen) {
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
