// Standard output as a place for log lines: written in the background, one write at a time. When nobody reads, lines
// are dropped and counted rather than kept or waited for. Where others write to the same pipe, each write is so short that the
// system keeps it in one piece.
import { fstatSync, openSync, write } from 'node:fs'

const pendingBytesMax = 1024 * 1024
const newline = 10
/** What is written to a pipe at once is not mixed with what others write (PIPE_BUF of Linux). */
const unmixedBytes = 4_096
/** How soon a full pipe is tried again. */
const fullMs = 10

/** A file that lines are added to, until the process ends. Throws when it cannot be opened. */
export function outputToFile(path: string): Output {
  return new Output(openSync(path, 'a', 0o600))
}

export class Output {
  readonly #descriptor: number
  readonly #writeBytesMax: number
  #pending: Buffer[] = []
  #pendingBytes = 0
  #writing = false
  #onWritten: () => void = () => undefined
  /** Lines that were lost because nobody read. */
  dropped = 0

  /** 1 is standard output, 2 standard error. `isShared`: other processes write whole lines there, too. */
  constructor(descriptor: number, { isShared = false }: { readonly isShared?: boolean } = {}) {
    this.#descriptor = descriptor
    this.#writeBytesMax = isShared && !isFile(descriptor) ? unmixedBytes : Infinity
  }

  /** Takes whole lines; the bytes may be used again when it returns. */
  write(lines: Uint8Array | string): void {
    const bytes = Buffer.from(lines)
    if (this.#pendingBytes + bytes.length > pendingBytesMax) {
      this.dropped += bytes.reduce((count, byte) => (byte === newline ? count + 1 : count), 0)
      return
    }
    this.#pending.push(bytes)
    this.#pendingBytes += bytes.length
    if (!this.#writing) this.#next()
  }

  /** Resolves when everything is written, which it never is when nobody reads. */
  close(): Promise<void> {
    if (!this.#writing) return Promise.resolve()
    return new Promise((resolve) => {
      this.#onWritten = resolve
    })
  }

  #next(): void {
    const bytes = this.#nextBytes()
    if (bytes === undefined) return this.#onWritten()
    this.#pendingBytes -= bytes.length
    this.#writing = true
    this.#send(bytes)
  }

  #nextBytes(): Buffer | undefined {
    const [first] = this.#pending
    if (first === undefined || first.length <= this.#writeBytesMax) return this.#pending.shift()
    // A line that is longer than that goes in one piece, as well as it can.
    const end = first.lastIndexOf(newline, this.#writeBytesMax - 1) + 1 || first.indexOf(newline) + 1
    this.#pending[0] = first.subarray(end || first.length)
    if (this.#pending[0].length === 0) this.#pending.shift()
    return first.subarray(0, end || first.length)
  }

  #send(bytes: Buffer): void {
    write(this.#descriptor, bytes, (failure, written) => {
      if (failure === null && written < bytes.byteLength) return this.#send(bytes.subarray(written))
      // A pipe that is full just now: what has been begun is gone on with, or a line would end in the middle.
      if (failure?.code === 'EAGAIN') return void setTimeout(() => this.#send(bytes), fullMs).unref()
      this.#writing = false
      this.#next()
    })
  }
}

/** Writes to a file are kept apart by the system, however long they are. */
function isFile(descriptor: number): boolean {
  try {
    return fstatSync(descriptor).isFile()
  } catch {
    // Closed: nothing will be written.
    return false
  }
}
