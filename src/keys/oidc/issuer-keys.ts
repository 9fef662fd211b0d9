// An issuer's keys: asked for when a token comes, kept while the issuer is away, and asked for again when a token names a
// key that is not among them. Nobody who makes up names of keys can make us ask oftener than once a minute.
import type { Clock } from '../../core/clock.ts'

/** Where keys are read. */
export interface KeySource<Keys> {
  /** The text of the issuer's key set; undefined when there was no answer. Never rejects. */
  fetch(): Promise<string | undefined>
  /** Undefined when the text holds none. */
  read(text: string): Keys | undefined
}

/** `away`: the issuer could not be asked; `current`: what is known is what it says. */
export type Renewal = 'current' | 'changed' | 'away'

const freshMs = 10 * 60_000
const believedMs = 24 * 60 * 60_000
const askAgainMs = 60_000
const askAwayAgainMs = 5_000

export class IssuerKeys<Keys> {
  readonly #source: KeySource<Keys>
  readonly #clock: Clock
  readonly #onRenewal: (renewal: Renewal) => void
  #keys: Keys | undefined
  #text = ''
  #readAtMs = 0
  #askedAtMs = -Infinity
  #isAway = false
  #asking: Promise<Renewal> | undefined

  constructor(source: KeySource<Keys>, clock: Clock, onRenewal: (renewal: Renewal) => void) {
    this.#source = source
    this.#clock = clock
    this.#onRenewal = onRenewal
  }

  /** The keys to go by; undefined when nobody knows them, or for too long. Asks the issuer where that is needed. */
  async keys(): Promise<Keys | undefined> {
    if (!this.isBelieved()) await this.renew()
    return this.isBelieved() ? this.#keys : undefined
  }

  /** Whether what is known may still be gone by. Has it renewed beside the call when it is no longer fresh. */
  isBelieved(): boolean {
    if (this.#keys === undefined) return false
    const ageMs = this.#clock.nowMs() - this.#readAtMs
    if (ageMs >= freshMs) void this.renew()
    return ageMs < believedMs
  }

  /** Asks the issuer, unless it was asked a moment ago. Never rejects. */
  renew(): Promise<Renewal> {
    if (this.#asking !== undefined) return this.#asking
    const sinceMs = this.#clock.nowMs() - this.#askedAtMs
    if (sinceMs < (this.#isAway ? askAwayAgainMs : askAgainMs)) {
      return Promise.resolve(this.#isAway ? 'away' : 'current')
    }
    this.#askedAtMs = this.#clock.nowMs()
    this.#asking = this.#ask().then((renewal) => {
      this.#asking = undefined
      this.#isAway = renewal === 'away'
      this.#onRenewal(renewal)
      return renewal
    })
    return this.#asking
  }

  async #ask(): Promise<Renewal> {
    const text = await this.#source.fetch()
    if (text === undefined) return 'away'
    const isSame = text === this.#text && this.#keys !== undefined
    const keys = isSame ? this.#keys : this.#source.read(text)
    if (keys === undefined) return 'away'
    this.#keys = keys
    this.#text = text
    this.#readAtMs = this.#clock.nowMs()
    return isSame ? 'current' : 'changed'
  }
}
