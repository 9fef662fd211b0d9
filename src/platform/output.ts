// Standard output as a place for log lines: written in the background, one write at a time. When nobody reads, lines
// are dropped and counted rather than kept or waited for.
import { openSync, write } from 'node:fs'

const pendingBytesMax = 1024 * 1024
const newline = 10
/** How soon a full pipe is tried again. */
const fullMs = 10

/** A file that lines are added to, until the process ends. Throws when it cannot be opened. */
export function outputToFile(path: string): Output {
  return new Output(openSync(path, 'a', 0o600))
}

export class Output {
  readonly #descriptor: number
  #pending: Buffer[] = []
  #pendingBytes = 0
  #writing = false
  #onWritten: () => void = () => undefined
  /** Lines that were lost because nobody read. */
  dropped = 0

  /** 1 is standard output, 2 standard error. */
  constructor(descriptor: number) {
    this.#descriptor = descriptor
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
    const bytes = this.#pending.shift()
    if (bytes === undefined) return this.#onWritten()
    this.#pendingBytes -= bytes.length
    this.#writing = true
    this.#send(bytes)
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
