// How long what is known of keys is believed while their store cannot be read: any of them may be revoked by now.
import type { Clock } from '../core/clock.ts'
import { failureText } from '../core/failure-text.ts'

/** Where it is said what an operator must know. */
export interface KeyLog {
  warn(event: string, facts?: Readonly<Record<string, string>>): void
  info(event: string): void
}

/** Why the store cannot be read. */
export interface StoreTrouble {
  readonly cause: unknown
  /** It has been so for so long that what was known is believed no more. */
  readonly isTooLong: boolean
}

/** Keys that nobody could check for so long are believed no more. */
const uncheckedMsMax = 60 * 60 * 1000
/** Where nobody could tell of the end of a key either, they are believed no longer than this. */
const unheardMsMax = 15 * 60 * 1000

export class StoreTrust {
  readonly #clock: Clock
  #log: KeyLog | undefined
  #checkedAtMs: number
  /** Whether others tell of the ends of keys; undefined where nobody does. */
  #hears: (() => boolean) | undefined
  #heardAtMs: number
  #trouble: StoreTrouble | undefined

  constructor(clock: Clock) {
    this.#clock = clock
    this.#checkedAtMs = this.#heardAtMs = clock.nowMs()
  }

  /** Undefined while the store can be read. */
  get trouble(): StoreTrouble | undefined {
    return this.#trouble
  }

  /** Wall clock: when the store was last seen to hold what is known. */
  get confirmedMs(): number {
    return this.#clock.wallMs() - (this.#clock.nowMs() - this.#checkedAtMs)
  }

  /** From now on told there, also what is so already. */
  tellIn(log: KeyLog | undefined): void {
    this.#log = log
    if (this.#trouble !== undefined) this.#tellTrouble(this.#trouble.cause)
  }

  /** From now on others tell of the ends of keys, while this is so. */
  hearWhile(hears: () => boolean): void {
    this.#hears = hears
    this.#heardAtMs = this.#clock.nowMs()
  }

  /** What is known is a copy, of which the store said so long ago that it is right. */
  backdate(ms: number): void {
    this.#checkedAtMs -= Math.max(0, ms)
  }

  /** What is known is what the store says. */
  checked(): void {
    if (this.#trouble !== undefined) this.#log?.info('keys_read_again')
    this.#trouble = undefined
    this.#checkedAtMs = this.#clock.nowMs()
  }

  /** The store could not be read. */
  failed(cause: unknown): void {
    if (this.#trouble === undefined) this.#tellTrouble(cause)
    const isTooLong = this.#isTooLong()
    if (isTooLong && this.#trouble?.isTooLong !== true) {
      this.#log?.warn('keys_not_believed', { error: failureText(cause) })
    }
    this.#trouble = { cause, isTooLong }
  }

  #isTooLong(): boolean {
    const nowMs = this.#clock.nowMs()
    if (this.#hears?.() === true) this.#heardAtMs = nowMs
    const unheardMs = this.#hears === undefined ? 0 : nowMs - Math.max(this.#checkedAtMs, this.#heardAtMs)
    return nowMs - this.#checkedAtMs >= uncheckedMsMax || unheardMs >= unheardMsMax
  }

  #tellTrouble(cause: unknown): void {
    this.#log?.warn('keys_not_read', { error: failureText(cause) })
  }
}
