// Leases in the memory of one process: what those in a store are measured against.
import type { Leases } from '../../src/core/leases.ts'

interface Lease {
  readonly holder: string
  readonly term: number
  readonly untilMs: number
}

export class MemoryLeases implements Leases {
  readonly #wallMs: () => number
  readonly #leases = new Map<string, Lease>()

  constructor(wallMs: () => number) {
    this.#wallMs = wallMs
  }

  hold(name: string, holder: string, forMs: number): Promise<number | undefined> {
    const nowMs = this.#wallMs()
    const before = this.#leases.get(name)
    const isOpen = before !== undefined && before.untilMs > nowMs
    if (isOpen && before.holder !== holder) return Promise.resolve(undefined)
    const next = Math.max((before?.term ?? 0) + 1, Math.floor(nowMs))
    const term = isOpen ? before.term : next
    this.#leases.set(name, { holder, term, untilMs: nowMs + forMs })
    return Promise.resolve(term)
  }

  release(name: string, holder: string): Promise<void> {
    const lease = this.#leases.get(name)
    if (lease?.holder === holder) this.#leases.set(name, { ...lease, untilMs: 0 })
    return Promise.resolve()
  }

  /** Forgets everything. */
  clear(): void {
    this.#leases.clear()
  }
}
