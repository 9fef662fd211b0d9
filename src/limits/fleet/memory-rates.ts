// Limits in the memory of one process: what was used of each, which fades, and which calls are inside.
import type { RateLine } from './hold-store.ts'

interface Rate {
  used: number
  atMs: number
  /** It is empty by then, and need not be kept. */
  goneMs: number
}

/** Who is inside, and when the first of them will have been silent for too long. */
interface Place {
  readonly expiries: Map<string, number>
  soonestMs: number
}

export class MemoryRates {
  readonly #rates = new Map<string, Rate>()
  readonly #places = new Map<string, Place>()

  clear(): void {
    this.#rates.clear()
    this.#places.clear()
  }

  sweep(nowMs: number): void {
    for (const [key, { goneMs }] of this.#rates) if (goneMs <= nowMs) this.#rates.delete(key)
    for (const key of this.#places.keys()) if (this.running(key, nowMs) === 0) this.#places.delete(key)
  }

  leave(key: string, id: string): void {
    this.#places.get(key)?.expiries.delete(id)
  }

  usedAt({ key, ratePerMs }: Pick<RateLine, 'key' | 'ratePerMs'>, nowMs: number): number {
    const rate = this.#rates.get(key)
    if (rate === undefined) return 0
    return Math.max(0, nowMs > rate.atMs ? rate.used - (nowMs - rate.atMs) * ratePerMs : rate.used)
  }

  /** At most one burst of debt. */
  use(line: RateLine, nowMs: number): number {
    const used = Math.min(Math.max(0, this.usedAt(line, nowMs) + line.amount), 2 * line.burst)
    const atMs = Math.max(nowMs, this.#rates.get(line.key)?.atMs ?? 0)
    if (used === 0) this.#rates.delete(line.key)
    else this.#rates.set(line.key, { used, atMs, goneMs: atMs + used / line.ratePerMs })
    return used
  }

  running(key: string, nowMs: number): number {
    const place = this.#places.get(key)
    if (place === undefined) return 0
    if (place.soonestMs <= nowMs) {
      place.soonestMs = Infinity
      for (const [id, expiryMs] of place.expiries) {
        if (expiryMs <= nowMs) place.expiries.delete(id)
        else place.soonestMs = Math.min(place.soonestMs, expiryMs)
      }
    }
    return place.expiries.size
  }

  enter(key: string, id: string, expiryMs: number): void {
    const place = this.#places.get(key) ?? { expiries: new Map<string, number>(), soonestMs: Infinity }
    place.expiries.set(id, expiryMs)
    place.soonestMs = Math.min(place.soonestMs, expiryMs)
    this.#places.set(key, place)
  }
}
