// Things under way in the order in which they came: calls, what they hold. Each is a link of the line itself, because a set
// would make and forget an entry for each call.

export interface LineLink<Link> {
  older: Link | undefined
  newer: Link | undefined
}

export class Line<Link extends LineLink<Link>> {
  #oldest: Link | undefined
  #newest: Link | undefined

  get isEmpty(): boolean {
    return this.#oldest === undefined
  }

  /** One that is in no line. */
  add(link: Link): void {
    link.older = this.#newest
    if (this.#newest === undefined) this.#oldest = link
    else this.#newest.newer = link
    this.#newest = link
  }

  /** One that is in this line. */
  remove(link: Link): void {
    const { older, newer } = link
    if (older === undefined) this.#oldest = newer
    else older.newer = newer
    if (newer === undefined) this.#newest = older
    else newer.older = older
    link.older = link.newer = undefined
  }

  /** From the oldest on. The one that was given last may be removed meanwhile, and no other. */
  *[Symbol.iterator](): Generator<Link, void, undefined> {
    let link = this.#oldest
    while (link !== undefined) {
      const { newer }: LineLink<Link> = link
      yield link
      link = newer
    }
  }
}
