// The leases that are out, in the order in which they were given.

/** A lease is a link of the line itself: a set would make and forget an entry for each call. */
export interface LineLink<Lease> {
  older: Lease | undefined
  newer: Lease | undefined
}

export class LeaseLine<Lease extends LineLink<Lease>> {
  #oldest: Lease | undefined
  #newest: Lease | undefined

  get isEmpty(): boolean {
    return this.#oldest === undefined
  }

  /** One that is in no line. */
  add(lease: Lease): void {
    lease.older = this.#newest
    if (this.#newest === undefined) this.#oldest = lease
    else this.#newest.newer = lease
    this.#newest = lease
  }

  /** One that is in this line. */
  remove(lease: Lease): void {
    const { older, newer } = lease
    if (older === undefined) this.#oldest = newer
    else older.newer = newer
    if (newer === undefined) this.#newest = older
    else newer.older = older
    lease.older = lease.newer = undefined
  }

  /** From the oldest on. The one that was given last may be removed meanwhile, and no other. */
  *[Symbol.iterator](): Generator<Lease, void, undefined> {
    let lease = this.#oldest
    while (lease !== undefined) {
      const { newer }: LineLink<Lease> = lease
      yield lease
      lease = newer
    }
  }
}
