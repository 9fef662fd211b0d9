// The port of leases: what only one of several gateways does at a time. Whoever is late does harm only where nobody looks at
// the number of his term: who writes does it under that number, and who is written to refuses one that is smaller than another
// that it has seen.

export interface Leases {
  /**
   * Takes a lease that nobody has, or keeps one's own for so long from now on: gives the number of the term, each larger than
   * those before. Undefined where somebody else has it. Rejects when nobody knows.
   */
  hold(name: string, holder: string, forMs: number): Promise<number | undefined>
  /** Gives it back; nothing where it is somebody else's by now. */
  release(name: string, holder: string): Promise<void>
}

/** Whether this gateway is the one that does it. */
export interface Office {
  /** The number of the term; undefined while it is somebody else's. */
  readonly term: number | undefined
}
