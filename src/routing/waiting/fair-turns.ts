// Whose turn it is among those of one priority: deficit round robin over tenants by their tokens (Shreedhar and
// Varghese, 1995), in order inside a tenant. A tenant that sends much waits for itself, not others for it.

export interface Waiting<Ticket> {
  readonly ticket: Ticket
  readonly tenant: string
  /** What its call will probably use; the size of its turn. At least 1. */
  readonly tokens: number
  readonly enteredMs: number
  readonly deadlineMs: number
}

/** What a tenant may use in one round before the next one's turn. */
export const tokensEachRound = 2000

interface Turns<Ticket> {
  /** The oldest first. */
  readonly entries: Waiting<Ticket>[]
  /** Tokens that it may still use. */
  deficit: number
  /** It has had this round's tokens. */
  isGranted: boolean
}

interface Head<Ticket> {
  readonly entry: Waiting<Ticket>
  readonly turns: Turns<Ticket>
}

/** How an entry is looked for. */
export interface Order<Ticket> {
  readonly newestFirst: boolean
  /** An entry that cannot go now keeps its place, and others pass. */
  readonly canGo: (ticket: Ticket) => boolean
}

export class FairTurns<Ticket> {
  /** In the order of their turns: who has had its own goes to the end. */
  readonly #tenants = new Map<string, Turns<Ticket>>()
  #count = 0

  get count(): number {
    return this.#count
  }

  add(entry: Waiting<Ticket>): void {
    const turns = this.#tenants.get(entry.tenant)
    if (turns === undefined) {
      this.#tenants.set(entry.tenant, { entries: [entry], deficit: 0, isGranted: false })
    } else {
      turns.entries.push(entry)
    }
    this.#count++
  }

  /** False when it is not here any more. */
  remove(entry: Waiting<Ticket>): boolean {
    const turns = this.#tenants.get(entry.tenant)
    const at = turns?.entries.indexOf(entry) ?? -1
    if (turns === undefined || at < 0) return false
    turns.entries.splice(at, 1)
    this.#count--
    // What an absent tenant did not use is not saved up for it.
    if (turns.entries.length === 0) this.#tenants.delete(entry.tenant)
    return true
  }

  /** The entry whose turn it is, taken out. */
  take(order: Order<Ticket>): Waiting<Ticket> | undefined {
    const heads = this.#heads(order)
    if (heads.length === 0) return undefined
    for (;;) {
      const head = heads.find((each) => this.#hasTurn(each))
      if (head !== undefined) {
        head.turns.deficit -= head.entry.tokens
        this.remove(head.entry)
        return head.entry
      }
      grantIdleRounds(heads)
    }
  }

  /** How many go before one more of this tenant, when turns are as long as each other. */
  aheadOf(tenant: string): number {
    const own = this.#tenants.get(tenant)?.entries.length ?? 0
    let ahead = own
    for (const [name, { entries }] of this.#tenants) {
      if (name !== tenant) ahead += Math.min(entries.length, own + 1)
    }
    return ahead
  }

  countOf(tenant: string): number {
    return this.#tenants.get(tenant)?.entries.length ?? 0
  }

  oldestEnteredMs(): number | undefined {
    let oldest: number | undefined
    for (const { entries } of this.#tenants.values()) {
      const enteredMs = entries[0]?.enteredMs
      if (enteredMs !== undefined && enteredMs < (oldest ?? Infinity)) oldest = enteredMs
    }
    return oldest
  }

  /** The newest entry of the tenant that has most. */
  newestOfMost(): Waiting<Ticket> | undefined {
    let most: Waiting<Ticket>[] = []
    for (const { entries } of this.#tenants.values()) if (entries.length > most.length) most = entries
    return most.at(-1)
  }

  /** All of them, as they are now. */
  entries(): readonly Waiting<Ticket>[] {
    return [...this.#tenants.values()].flatMap(({ entries }) => entries)
  }

  /** Of each tenant that has one that can go. */
  #heads({ newestFirst, canGo }: Order<Ticket>): readonly Head<Ticket>[] {
    const heads: Head<Ticket>[] = []
    for (const turns of this.#tenants.values()) {
      const may = ({ ticket }: Waiting<Ticket>): boolean => canGo(ticket)
      const entry = newestFirst ? turns.entries.findLast(may) : turns.entries.find(may)
      if (entry !== undefined) heads.push({ entry, turns })
    }
    return heads
  }

  /** Whether its tokens suffice in this round; else its round is over and it goes to the end. */
  #hasTurn({ entry, turns }: Head<Ticket>): boolean {
    if (!turns.isGranted) turns.deficit += tokensEachRound
    turns.isGranted = turns.deficit >= entry.tokens
    if (turns.isGranted) return true
    this.#tenants.delete(entry.tenant)
    this.#tenants.set(entry.tenant, turns)
    return false
  }
}

/** The rounds in which nobody could go yet, all at once: a long prompt must not cost a long loop. */
function grantIdleRounds<Ticket>(heads: readonly Head<Ticket>[]): void {
  const rounds = heads.map(({ entry, turns }) => Math.ceil((entry.tokens - turns.deficit) / tokensEachRound))
  const idle = Math.min(...rounds) - 1
  for (const { turns } of heads) turns.deficit += idle * tokensEachRound
}
