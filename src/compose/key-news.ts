// That keys have changed, told from gateway to gateway: whoever notices it first says so, and the others look at once instead
// of at their next look, a second later at most. The word names the keys that were revoked just now, for whoever cannot look.
import type { Channel } from '../core/channel.ts'
import type { Clock } from '../core/clock.ts'

export interface KeyNewsParts {
  readonly channel: Channel
  readonly clock: Clock
  /** Looks whether keys have changed; says so to `noticed` before it is over. */
  look(): unknown
  /** Keys that were revoked this short a time ago. */
  revokedWithin(withinMs: number): readonly string[]
  /** These were revoked, as another gateway says. */
  revokedElsewhere(ids: ReadonlySet<string>): void
}

/** However many keys are changed, it is said no oftener. */
const sayEveryMs = 100
/** A key is named in every word for so long: one of them may be lost. */
const namedForMs = 60_000

export class KeyNews {
  readonly #parts: KeyNewsParts
  /** What is noticed while a word is followed is no news to the others. */
  #isFollowing = false
  #isFollowedAgain = false
  /** Of the words that are being followed. */
  readonly #named = new Set<string>()
  #isQuiet = false
  #isDue = false

  constructor(parts: KeyNewsParts) {
    this.#parts = parts
    parts.channel.hear('keys', (text) => void this.#follow(text))
    parts.channel.onGap(() => void this.#follow())
  }

  /** Keys have changed, as this gateway has seen. */
  noticed(): void {
    if (this.#isFollowing) return
    this.#isDue = true
    this.#say()
  }

  #say(): void {
    if (!this.#isDue || this.#isQuiet) return
    this.#isDue = false
    this.#isQuiet = true
    this.#parts.channel.say('keys', this.#parts.revokedWithin(namedForMs).join(' '))
    this.#parts.clock.after(sayEveryMs, () => {
      this.#isQuiet = false
      this.#say()
    })
  }

  async #follow(text = ''): Promise<void> {
    // A look that is under way may have begun before the change that the word is about.
    this.#isFollowedAgain = this.#isFollowing
    this.#isFollowing = true
    if (text !== '') for (const id of text.split(' ')) this.#named.add(id)
    this.#parts.revokedElsewhere(this.#named)
    if (this.#isFollowedAgain) return
    try {
      do {
        this.#isFollowedAgain = false
        await this.#parts.look()
        // Only now it may be known that nobody can look.
        this.#parts.revokedElsewhere(this.#named)
      } while (this.#isFollowedAgain)
    } finally {
      this.#named.clear()
      this.#isFollowing = false
    }
  }
}
