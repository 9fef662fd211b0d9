// Standard output as a place for log lines: written in the background, one write at a time. When nobody reads, lines
// are dropped and counted rather than kept or waited for.
import { write, writeSync } from 'node:fs'

const pendingCharsMax = 1024 * 1024

export class Output {
  readonly #descriptor: number
  #pending = ''
  #writing = false
  /** Lines that were lost because nobody read. */
  dropped = 0

  /** 1 is standard output, 2 standard error. */
  constructor(descriptor: 1 | 2) {
    this.#descriptor = descriptor
  }

  write(text: string): void {
    if (this.#pending.length + text.length > pendingCharsMax) {
      this.dropped += text.split('\n').length - 1
      return
    }
    this.#pending += text
    if (!this.#writing) this.#next()
  }

  /** Writes what is left before the process ends. */
  close(): void {
    try {
      writeSync(this.#descriptor, this.#pending)
    } catch {
      // Nobody reads any more; there is nowhere left to say so.
    }
    this.#pending = ''
  }

  #next(): void {
    const bytes = Buffer.from(this.#pending)
    this.#pending = ''
    this.#writing = true
    this.#send(bytes)
  }

  #send(bytes: Buffer): void {
    write(this.#descriptor, bytes, (failure, written) => {
      if (failure === null && written < bytes.byteLength) return this.#send(bytes.subarray(written))
      this.#writing = false
      if (this.#pending !== '') this.#next()
    })
  }
}
