// How fast a line is served, over its last ten seconds. Only time in which somebody waited counts: what was served
// while there was no demand says nothing about what could be.

const slotMs = 1000
const slots = 10

export class ServingRate {
  readonly #served = new Float64Array(slots)
  readonly #waitedMs = new Float64Array(slots)
  #untilMs = -Infinity

  /** Time has passed up to `nowMs`, with or without somebody waiting. */
  pass(nowMs: number, somebodyWaits: boolean): void {
    let fromMs = Math.max(this.#untilMs, nowMs - slots * slotMs)
    if (!(nowMs > fromMs)) return
    if (this.#untilMs === -Infinity) fromMs = nowMs
    this.#untilMs = nowMs
    while (fromMs < nowMs) {
      const nextSlotMs = (Math.floor(fromMs / slotMs) + 1) * slotMs
      const toMs = Math.min(nowMs, nextSlotMs)
      if (somebodyWaits) this.#add(this.#waitedMs, fromMs, toMs - fromMs)
      if (toMs === nextSlotMs) this.#clear(nextSlotMs)
      fromMs = toMs
    }
  }

  /** One was served, at the time that has passed. */
  serve(): void {
    this.#add(this.#served, this.#untilMs, 1)
  }

  /**
   * How long `ahead` of them take. One more than were served is counted, which is being served now: so nothing
   * is known before somebody has waited, and a line that stands still looks worse with time.
   */
  expectedMs(ahead: number): number {
    return (ahead * sum(this.#waitedMs)) / (sum(this.#served) + 1)
  }

  #add(counts: Float64Array, atMs: number, amount: number): void {
    const slot = slotOf(atMs)
    counts[slot] = (counts[slot] ?? 0) + amount
  }

  #clear(atMs: number): void {
    this.#served[slotOf(atMs)] = 0
    this.#waitedMs[slotOf(atMs)] = 0
  }
}

function slotOf(atMs: number): number {
  return ((Math.floor(atMs / slotMs) % slots) + slots) % slots
}

function sum(counts: Float64Array): number {
  return counts.reduce((total, count) => total + count, 0)
}
