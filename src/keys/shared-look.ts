// A look at something far away, for many who ask at once: each gets one that began after it asked, and no two are under way
// at one time.

export class SharedLook {
  readonly #look: () => Promise<void>
  #underWay: Promise<void> | undefined
  #next: Promise<void> | undefined

  /** `look` never rejects. */
  constructor(look: () => Promise<void>) {
    this.#look = look
  }

  /** Resolves after a look that began now or later. */
  now(): Promise<void> {
    if (this.#underWay === undefined) {
      this.#underWay = this.#look().finally(() => {
        this.#underWay = undefined
      })
      return this.#underWay
    }
    // The one under way may have been too early; all who come during it share the next.
    this.#next ??= this.#underWay.then(() => {
      this.#next = undefined
      return this.now()
    })
    return this.#next
  }
}
