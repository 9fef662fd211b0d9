// The line in front of a model whose deployments are all at their limit. Bounded, and honest at its end: whoever
// would wait too long is refused at once, and nobody is sent on whose time is over. No timer of its own: the owner
// calls `next` when a place is free, and `expire` now and then.
import { FairTurns } from './fair-turns.ts'
import { ServingRate } from './serving-rate.ts'
import type { Waiting } from './fair-turns.ts'
import type { Priority } from '../../core/priority.ts'

const priorities = [0, 1, 2, 3] as const
const background: Priority = 3

/** Whoever would wait longer is refused; somebody sits in front of it, unless it is background work. */
const waitMaxMs = { interactive: 5000, background: 60_000 }
/** Once the oldest has waited this long, for `slowForMs`, the newest go first: they can still be in time. */
const slowMs = 500
const slowForMs = 5000

export interface LineEntry {
  readonly priority: Priority
  readonly tenant: string
  /** What the call will probably use. */
  readonly tokens: number
  readonly nowMs: number
  /** When its caller's time is over. */
  readonly deadlineMs: number
  /** What its caller will have to wait after its turn, up to the first token. */
  readonly expectedMs: number
}

export type Entered =
  | {
      readonly kind: 'refused'
      readonly why: 'full' | 'too_long'
      /** What it would have waited. */
      readonly expectedWaitMs: number
    }
  | {
      readonly kind: 'waiting'
      readonly expectedWaitMs: number
      /** Leaves the line; false when it is not in it any more. */
      readonly cancel: () => boolean
    }

/** Why a ticket left without its turn: its time was over, or others had a better right to its place. */
export type DropReason = 'expired' | 'displaced'

export interface LineSettings<Ticket> {
  /** How many may wait; asked each time, because it follows the limit. */
  readonly placesMax: () => number
  /** Told once of each ticket that leaves neither by its turn nor by `cancel`. */
  readonly onDropped: (ticket: Ticket, why: DropReason) => void
}

interface PriorityLine<Ticket> {
  readonly turns: FairTurns<Ticket>
  /** Since when its oldest has waited too long; undefined while it has not. */
  slowSinceMs: number | undefined
}

interface Victim<Ticket> {
  readonly entry: Waiting<Ticket>
  readonly turns: FairTurns<Ticket>
}

export class WaitingLine<Ticket> {
  readonly #settings: LineSettings<Ticket>
  readonly #lines: readonly PriorityLine<Ticket>[] = priorities.map(() => ({
    turns: new FairTurns<Ticket>(),
    slowSinceMs: undefined,
  }))
  readonly #rate = new ServingRate()
  /** No entry's time is over before this. */
  #firstDeadlineMs = Infinity

  constructor(settings: LineSettings<Ticket>) {
    this.#settings = settings
  }

  /** How many wait. While any does, whoever comes new belongs behind them. */
  get depth(): number {
    return this.#lines.reduce((sum, { turns }) => sum + turns.count, 0)
  }

  enter(entry: LineEntry, ticket: Ticket): Entered {
    const { priority, tenant, nowMs, deadlineMs } = entry
    this.expire(nowMs)
    const expectedWaitMs = this.expectedWaitMs(entry)
    if (expectedWaitMs > longestWaitMs(entry)) return { kind: 'refused', why: 'too_long', expectedWaitMs }
    const victim = this.depth < this.#settings.placesMax() ? undefined : this.#victimOf(entry)
    if (victim === 'none') return { kind: 'refused', why: 'full', expectedWaitMs }
    victim?.turns.remove(victim.entry)
    const { turns } = this.#line(priority)
    const waiting = { ticket, tenant, tokens: turnSize(entry.tokens), enteredMs: nowMs, deadlineMs }
    turns.add(waiting)
    this.#firstDeadlineMs = Math.min(this.#firstDeadlineMs, deadlineMs)
    if (victim !== undefined) this.#settings.onDropped(victim.entry.ticket, 'displaced')
    return { kind: 'waiting', expectedWaitMs, cancel: () => turns.remove(waiting) }
  }

  /**
   * The ticket whose turn it is, taken out of the line. One of which `canGo` says no keeps its place, for a
   * free deployment that another may use.
   */
  next(nowMs: number, canGo: (ticket: Ticket) => boolean = () => true): Ticket | undefined {
    this.expire(nowMs)
    for (const [priority, line] of this.#lines.entries()) {
      const newestFirst = priority !== background && isSlow(line, nowMs)
      const taken = line.turns.take({ newestFirst, canGo })
      if (taken === undefined) continue
      this.#rate.serve()
      return taken.ticket
    }
    return undefined
  }

  /** Drops all whose time is over, and tells of them. */
  expire(nowMs: number): void {
    this.#rate.pass(nowMs, this.depth > 0)
    const expired = nowMs < this.#firstDeadlineMs ? [] : this.#withoutExpired(nowMs)
    for (const line of this.#lines) watch(line, nowMs)
    // Told at the end: whoever is told may come back into the line.
    for (const ticket of expired) this.#settings.onDropped(ticket, 'expired')
  }

  /** How long one more would wait: those that go before it, at the rate of the last ten seconds. */
  expectedWaitMs({ priority, tenant }: Pick<LineEntry, 'priority' | 'tenant'>): number {
    let ahead = this.#line(priority).turns.aheadOf(tenant)
    for (const { turns } of this.#lines.slice(0, priority)) ahead += turns.count
    return this.#rate.expectedMs(ahead)
  }

  #withoutExpired(nowMs: number): readonly Ticket[] {
    const expired: Ticket[] = []
    this.#firstDeadlineMs = Infinity
    for (const { turns } of this.#lines) {
      for (const entry of turns.entries()) {
        if (entry.deadlineMs > nowMs)
          this.#firstDeadlineMs = Math.min(this.#firstDeadlineMs, entry.deadlineMs)
        else if (turns.remove(entry)) expired.push(entry.ticket)
      }
    }
    return expired
  }

  /**
   * Who gives up its place in a full line: the newest of the largest tenant in the lowest priority, if that is
   * lower than the newcomer's or the tenant has more places than the newcomer's would have.
   */
  #victimOf({ priority, tenant }: LineEntry): Victim<Ticket> | 'none' {
    const lowest = this.#lines.findLastIndex(({ turns }) => turns.count > 0)
    const turns = this.#lines[lowest]?.turns
    const entry = turns?.newestOfMost()
    if (turns === undefined || entry === undefined || lowest < priority) return 'none'
    const isLower = lowest > priority
    const hasMore = turns.countOf(entry.tenant) > turns.countOf(tenant) + 1
    return isLower || hasMore ? { entry, turns } : 'none'
  }

  #line(priority: Priority): PriorityLine<Ticket> {
    const line = this.#lines[priority]
    if (line === undefined) throw new RangeError(`there is no priority ${priority}`)
    return line
  }
}

function longestWaitMs({ priority, nowMs, deadlineMs, expectedMs }: LineEntry): number {
  const most = priority === background ? waitMaxMs.background : waitMaxMs.interactive
  return Math.min(most, deadlineMs - nowMs - expectedMs)
}

/** A size that turns can be counted in, whatever the estimate was. */
function turnSize(tokens: number): number {
  return tokens > 1 ? Math.min(tokens, 1e9) : 1
}

function watch<Ticket>(line: PriorityLine<Ticket>, nowMs: number): void {
  const oldestMs = line.turns.oldestEnteredMs()
  if (oldestMs === undefined || nowMs - oldestMs <= slowMs) line.slowSinceMs = undefined
  else line.slowSinceMs ??= oldestMs + slowMs
}

function isSlow<Ticket>({ slowSinceMs }: PriorityLine<Ticket>, nowMs: number): boolean {
  return slowSinceMs !== undefined && nowMs - slowSinceMs >= slowForMs
}
