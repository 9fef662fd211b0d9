// One connection's way out: every byte goes through here, in the slices that were asked for, and never faster
// than the client reads. A write that the kernel took at once costs no promise.
import type { Wire } from './behaviour.ts'
import { slicer } from './slicer.ts'

type Slices = (bytes: Uint8Array) => Iterable<Uint8Array>

/** What is needed of a socket. `write` returns how many bytes the kernel took. */
export interface RawSocket {
  write(bytes: Uint8Array): number
  end(): void
  terminate(): void
}

export class Outbox {
  readonly #socket: RawSocket
  #slices: Slices | undefined
  #sliceGapMs = 0
  /** End the one wait at hand. A stray sign of room must not shorten a pause, so the two are apart. */
  #onRoom: (() => void) | undefined
  #onClose: (() => void) | undefined
  #isClosed = false

  constructor(socket: RawSocket) {
    this.#socket = socket
  }

  /** The client has gone, or we have closed: nothing can be written any more. */
  get isClosed(): boolean {
    return this.#isClosed
  }

  /** Sets the slicing for the answer that comes next. */
  cutInto(wire: Wire): void {
    this.#slices = slicer(wire.sliceBytes)
    this.#sliceGapMs = wire.sliceGapMs ?? 0
  }

  /**
   * A promise only when the bytes did not go out at once. Resolves without having written when the client
   * leaves.
   */
  write(bytes: Uint8Array): Promise<void> | undefined {
    if (this.#slices !== undefined) return this.#writeSlices(this.#slices(bytes))
    return this.#writeNow(bytes)
  }

  /** Waits, but no longer than the client stays. */
  pause(delayMs: number): Promise<void> {
    if (this.#isClosed) return Promise.resolve()
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, delayMs)
      this.#onClose = () => {
        clearTimeout(timer)
        resolve()
      }
    })
  }

  /** Waits until the client leaves. */
  untilClosed(): Promise<void> {
    if (this.#isClosed) return Promise.resolve()
    return new Promise((resolve) => {
      this.#onClose = resolve
    })
  }

  /** Proper close: FIN after the last byte. */
  end(): void {
    if (this.#isClosed) return
    this.closed()
    this.#socket.end()
  }

  /** RST: the client sees `ECONNRESET`, and loses what it has not read yet. */
  reset(): void {
    if (this.#isClosed) return
    this.closed()
    this.#socket.terminate()
  }

  /** To be called when the socket has room again. */
  drained(): void {
    this.#onRoom?.()
  }

  /** To be called when the socket has closed. */
  closed(): void {
    this.#isClosed = true
    this.#onClose?.()
  }

  #writeNow(bytes: Uint8Array): Promise<void> | undefined {
    if (this.#isClosed) return undefined
    const taken = Math.max(0, this.#socket.write(bytes))
    return taken >= bytes.byteLength ? undefined : this.#writeRest(bytes.subarray(taken))
  }

  async #writeRest(bytes: Uint8Array): Promise<void> {
    let rest = bytes
    while (rest.byteLength > 0 && !this.#isClosed) {
      await this.#room()
      if (this.#isClosed) return
      rest = rest.subarray(Math.max(0, this.#socket.write(rest)))
    }
  }

  async #writeSlices(slices: Iterable<Uint8Array>): Promise<void> {
    for (const slice of slices) {
      await this.#writeNow(slice)
      if (this.#isClosed) return
      if (this.#sliceGapMs > 0) await this.pause(this.#sliceGapMs)
      else await new Promise<void>((resolve) => setImmediate(resolve))
    }
  }

  #room(): Promise<void> {
    return new Promise((resolve) => {
      this.#onRoom = resolve
      this.#onClose = resolve
    })
  }
}
