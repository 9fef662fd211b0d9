// How often something happened in the last while. A ring of slots with a running sum: counting and reading cost a
// comparison, and a slot that has left the window is cleared by whoever comes first.

export class CountWindow {
  readonly #slots: Float64Array
  readonly #slotMs: number
  #slot = 0
  #slotEndMs = 0
  #sum = 0

  constructor(windowMs: number, slots: number) {
    this.#slots = new Float64Array(slots)
    this.#slotMs = windowMs / slots
  }

  add(nowMs: number): void {
    if (nowMs >= this.#slotEndMs) this.#moveTo(nowMs)
    const at = this.#slot % this.#slots.length
    this.#slots[at] = (this.#slots[at] ?? 0) + 1
    this.#sum += 1
  }

  /** What was counted in the window, which ends now and begins with a whole slot. */
  sum(nowMs: number): number {
    if (nowMs >= this.#slotEndMs) this.#moveTo(nowMs)
    return this.#sum
  }

  forget(): void {
    this.#slots.fill(0)
    this.#sum = 0
  }

  #moveTo(nowMs: number): void {
    const slot = Math.floor(nowMs / this.#slotMs)
    if (slot - this.#slot >= this.#slots.length) this.forget()
    else this.#clearBetween(this.#slot + 1, slot)
    this.#slot = slot
    this.#slotEndMs = (slot + 1) * this.#slotMs
  }

  #clearBetween(first: number, last: number): void {
    for (let slot = first; slot <= last; slot += 1) {
      const at = slot % this.#slots.length
      this.#sum -= this.#slots[at] ?? 0
      this.#slots[at] = 0
    }
  }
}
