// The calls of this gateway that hold something of what gateways have in common: what is said of them while they run, so that
// nobody takes them for lost, and when they are over.
import type { Clock } from '../../core/clock.ts'
import { Line } from '../../core/line.ts'
import type { CallTokens } from '../limits.ts'
import { FleetLease } from './fleet-lease.ts'
import type { Granted } from './fleet-lease.ts'
import type { CounterPart, LimitParts, RatePart } from './hold-lines.ts'
import type { HoldLink } from './hold-link.ts'

export interface OpenLeasesParts {
  readonly clock: Clock
  readonly link: Pick<HoldLink, 'add' | 'addSoon' | 'epoch' | 'isShared'>
  /** What came out of slices is held by the call from now on. */
  tellDrawn(lease: FleetLease): void
}

export interface Asked {
  readonly limits: LimitParts & CallTokens
  readonly counters: readonly CounterPart[]
}

/** Whoever does not say within this time that a call still runs is gone: it is said at half time. */
export const leaseMs = 90_000
/** Where a place in two is taken, others may soon wait for one. */
const awaitedPart = 2

export class OpenLeases {
  readonly #parts: OpenLeasesParts
  /** Those that run out unless something is said. */
  readonly #open = new Line<FleetLease>()
  /** Calls of this gateway by limit on calls at a time. */
  readonly #running = new Map<string, number>()

  constructor(parts: OpenLeasesParts) {
    this.#parts = parts
  }

  runningOf(key: string): number {
    return this.#running.get(key) ?? 0
  }

  begin(
    { limits, counters }: Asked,
    granted: Pick<Granted, 'id' | 'isStored' | 'factor'>,
    nowMs: number,
  ): FleetLease {
    const { link } = this.#parts
    const renewAtMs = nowMs + leaseMs / 2
    const { id, isStored, factor } = granted
    const lease = new FleetLease(limits, counters, { id, isStored, factor, epoch: link.epoch, renewAtMs })
    for (const { line, bucket } of limits.places) {
      const running = this.runningOf(line.key) + 1
      this.#running.set(line.key, running)
      if (!isStored) bucket.inFlight = running
    }
    if (lease.lasts) {
      lease.isInLine = true
      this.#open.add(lease)
    }
    if (!isStored && link.isShared) this.#say(lease)
    return lease
  }

  /** What a call really used takes the place of what it was reckoned to; only the first word counts. */
  endLimits(lease: FleetLease, used: CallTokens & { readonly requests: number }, nowMs: number): void {
    if (lease.isLimitsOver) return
    lease.isLimitsOver = true
    for (const part of lease.limits.rates) {
      this.#correct(part, part.bucket.amountOf(used, used.requests), { lease, nowMs })
    }
    let isAwaited = false
    for (const { line, bucket } of lease.limits.places) {
      isAwaited ||= bucket.inFlight * awaitedPart >= bucket.limit
      const running = this.runningOf(line.key) - 1
      if (running <= 0) this.#running.delete(line.key)
      else this.#running.set(line.key, running)
      bucket.inFlight = Math.max(0, bucket.inFlight - 1)
    }
    if (lease.hasPlaces) {
      const places = lease.limits.places.map(({ line }) => line.key)
      const end = { kind: 'end' as const, id: lease.id, epoch: lease.epoch, places, counters: [] }
      if (isAwaited) this.#parts.link.addSoon(end)
      else this.#parts.link.add(end)
    }
    this.ended(lease)
  }

  ended(lease: FleetLease): void {
    if (!lease.isOver || !lease.isInLine) return
    lease.isInLine = false
    this.#open.remove(lease)
  }

  /** Those that run out soon stay. */
  look(nowMs: number): void {
    for (const lease of this.#open) if (lease.renewAtMs <= nowMs) this.#stay(lease)
  }

  /** The store can be told again: which calls run, and what came out of slices meanwhile. */
  sayAll(): void {
    for (const lease of this.#open) this.#say(lease)
  }

  /** The budgets that stand over them, each once. */
  counters(): Iterable<CounterPart> {
    const parts = [...this.#open].flatMap(({ holdings }) => holdings.map(({ part }) => part))
    return new Map(parts.map((part) => [part.line.key, part])).values()
  }

  #correct(
    { line, bucket }: RatePart,
    used: number,
    { lease: { factor }, nowMs }: { readonly lease: FleetLease; readonly nowMs: number },
  ): void {
    bucket.correct(Math.min(line.amount * factor, line.burst), used * factor, nowMs)
    const amount = used - line.amount
    if (amount === 0) return
    const { key, burst, ratePerMs } = line
    this.#parts.link.add({ kind: 'use', key, burst, ratePerMs, amount })
  }

  #say(lease: FleetLease): void {
    this.#stay(lease)
    this.#parts.tellDrawn(lease)
  }

  #stay(lease: FleetLease): void {
    const { clock, link } = this.#parts
    lease.renewAtMs = clock.nowMs() + leaseMs / 2
    const { id, epoch, isLimitsOver, isBudgetsOver, isAsking } = lease
    const places = isLimitsOver ? [] : lease.limits.places.map(({ line }) => line.key)
    if (places.length > 0) lease.hasPlaces = true
    // While more is asked for, what the store has of it is changing: that renews it too.
    const stored = isBudgetsOver || isAsking ? [] : lease.holdings.filter((holding) => holding.stored > 0)
    const counters = stored.map(({ part, stored: amount }) => ({ key: part.line.key, amount }))
    if (places.length + counters.length === 0) return
    link.add({ kind: 'stay', id, epoch, leaseMs, places, counters })
    lease.epoch = link.epoch
  }
}
