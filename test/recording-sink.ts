// A sink that remembers what it heard and counts what it must hear once: an exchange that ends twice, or speaks after
// its end, is caught wherever this sink is used.
import type { EgressFailure, EgressHead, EgressSink } from '../src/core/egress.ts'

export interface SinkHooks {
  readonly connected?: () => void
  readonly head?: () => void
  readonly data?: (chunk: Uint8Array) => void
  readonly end?: () => void
}

export class RecordingSink implements EgressSink {
  readonly #hooks: SinkHooks
  readonly #chunks: Uint8Array[] = []
  readonly #settled = Promise.withResolvers<undefined>()
  readonly #hasHead = Promise.withResolvers<undefined>()
  readonly #isConnected = Promise.withResolvers<undefined>()
  reused: boolean | undefined
  answer: EgressHead | undefined
  failure: EgressFailure | undefined
  bodyBytes = 0
  ends = 0
  fails = 0
  /** What came after the end. */
  late = 0

  constructor(hooks: SinkHooks = {}) {
    this.#hooks = hooks
  }

  /** Fulfilled at `end` or `fail`. */
  get settled(): Promise<undefined> {
    return this.#settled.promise
  }

  get hasHead(): Promise<undefined> {
    return this.#hasHead.promise
  }

  get isConnected(): Promise<undefined> {
    return this.#isConnected.promise
  }

  get text(): string {
    return Buffer.concat(this.#chunks).toString('latin1')
  }

  /** `end`, or the code of the failure; anything else shows that the promise of a single end was broken. */
  get outcome(): string {
    if (this.late > 0) return `${this.late} more after the end`
    if (this.ends + this.fails > 1) return `${this.ends} ends and ${this.fails} failures`
    return this.ends === 1 ? 'end' : (this.failure?.code ?? 'open')
  }

  connected(reused: boolean): void {
    this.#notice()
    this.reused = reused
    this.#isConnected.resolve(undefined)
    this.#hooks.connected?.()
  }

  head(head: EgressHead): void {
    this.#notice()
    this.answer = head
    this.#hasHead.resolve(undefined)
    this.#hooks.head?.()
  }

  data(chunk: Uint8Array): void {
    this.#notice()
    this.bodyBytes += chunk.byteLength
    // Only as much as a test may look at: large bodies are counted.
    if (this.bodyBytes < 1_000_000) this.#chunks.push(chunk)
    this.#hooks.data?.(chunk)
  }

  end(): void {
    this.#notice()
    this.ends += 1
    this.#hooks.end?.()
    this.#settled.resolve(undefined)
  }

  fail(failure: EgressFailure): void {
    this.#notice()
    this.fails += 1
    this.failure = failure
    this.#settled.resolve(undefined)
  }

  #notice(): void {
    if (this.ends + this.fails > 0) this.late += 1
  }
}
