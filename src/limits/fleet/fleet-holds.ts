// Limits and budgets that several gateways have in common. One question to the store holds all that a call needs, or
// nothing; what the store answers is mirrored here. While it cannot be asked, each gateway goes by its share of the limits and
// by the slices of the budgets that it was given before.
import type { Clock } from '../../core/clock.ts'
import type { Counter } from '../budget-account.ts'
import type { Instant } from '../budget.ts'
import { exhausted, standingOf } from '../budgets.ts'
import type { CallTokens, LimitLease } from '../limits.ts'
import type { BudgetTold, FleetTells, SharedHolds, SharedOutcome, SharedRequest } from '../shared-holds.ts'
import { FleetBudgets } from './fleet-budgets.ts'
import { denialOf, hopeless, overBudget } from './fleet-denials.ts'
import type { FleetLease } from './fleet-lease.ts'
import { HoldLink } from './hold-link.ts'
import type { LinkParts } from './hold-link.ts'
import { counterParts, keyOfCounter, limitParts } from './hold-lines.ts'
import type { CounterPart, PlacePart, WindowSpent } from './hold-lines.ts'
import type { HoldAnswer, HoldNote, HoldStore } from './hold-store.ts'
import { LateAnswer } from './open-asks.ts'
import { leaseMs, OpenLeases } from './open-leases.ts'
import type { Asked } from './open-leases.ts'
import { Reminders } from './reminders.ts'
import { Slices } from './slices.ts'

export interface FleetHoldsParts {
  readonly store: HoldStore
  readonly clock: Clock
  readonly from: LinkParts['from']
  readonly tells: FleetTells
  readonly told: BudgetTold
  /** So many gateways live now. */
  onGateways(gateways: number): void
  /** The store has lost everything, and what is remembered here is on its way. */
  onForgotten(): void
}

export interface Learning {
  readonly term?: number | undefined
  /** Told what was counted until then: -1 for nothing, -2 where the term is over. */
  heard?(counter: WindowSpent, counted: number): void
}

/**
 * A call that nobody but the store can decide waits so much longer. The store grants nothing to whoever has asked more than a
 * tenth of a second ago, so what it did grant is here by then; and to be refused is worse than to be late.
 */
const lateMs = 250
/** Answers are in thousandths. */
const answerError = 0.002
/** All gateways together let through this much of a limit while they cannot ask. */
const localPart = 1.5

export class FleetHolds implements SharedHolds {
  readonly budgets: FleetBudgets
  readonly #parts: FleetHoldsParts
  readonly #link: HoldLink
  readonly #slices: Slices
  readonly #reminders = new Reminders()
  readonly #open: OpenLeases
  /** Budgets of calls that were let in without the others. */
  readonly #alone = new Map<string, CounterPart>()
  #calls = 0

  constructor(parts: FleetHoldsParts) {
    const { clock, store, from, tells } = parts
    this.#parts = parts
    this.#link = new HoldLink({
      store,
      clock,
      from,
      onBeat: () => this.#look(),
      onForgotten: () => {
        tells.forgotten()
        this.#remind()
        parts.onForgotten()
      },
      onGateways: (gateways) => parts.onGateways(gateways),
      onMode: (mode, reason) => {
        tells.modeChanged(mode, reason, this.#link.gateways)
        if (mode !== 'shared') return
        this.#alone.clear()
        this.#sayAll()
      },
    })
    const add: HoldLink['add'] = (note, answered) => this.#link.add(note, answered)
    this.#slices = new Slices({ add, epoch: () => this.#link.epoch })
    this.budgets = new FleetBudgets({
      link: this.#link,
      slices: this.#slices,
      leaseMs,
      told: parts.told,
      ended: (lease) => this.#open.ended(lease),
    })
    const tellDrawn = (lease: FleetLease): void => this.budgets.tellDrawn(lease)
    this.#open = new OpenLeases({ clock, link: this.#link, tellDrawn })
  }

  get isLocal(): boolean {
    return !this.#link.isShared
  }

  /** Gateways that live, as was last heard. */
  get gateways(): number {
    return this.#link.gateways
  }

  /** What has happened and has not been told. */
  get waiting(): number {
    return this.#link.waiting
  }

  /** Resolves when it is known whether the store answers, or soon after. */
  async start(): Promise<void> {
    await this.#link.start()
  }

  /** Gives back what this gateway has for itself, and is gone. */
  async close(): Promise<void> {
    this.#slices.releaseAll()
    await this.#link.lastWords()
    this.#link.stop()
  }

  /**
   * What is known to be spent in windows: the store never counts less. Under the number of a term it is what the records of
   * all gateways say, and what was only taken for spent goes by them.
   */
  learn(counters: readonly WindowSpent[], { term, heard }: Learning = {}): void {
    for (const counter of counters) {
      const { startMs, spent } = counter
      const endMs = counter.endMs === Infinity ? -1 : counter.endMs
      const known = { key: keyOfCounter(counter), startMs, endMs, spent }
      const note = term === undefined ? { kind: 'known' as const, ...known } : recordsOf(known, term)
      this.#link.add(note, (counted) => heard?.(counter, counted))
    }
  }

  hold(request: SharedRequest, at: Instant): SharedOutcome | Promise<SharedOutcome> {
    const counters = counterParts(request.owners, request.spending, at.wallMs)
    if ('account' in counters) {
      return {
        kind: 'over_budget',
        denial: { ...standingOf(counters), granted: false, reason: 'unknown_price' },
      }
    }
    const parts = limitParts(request.over, request.tokens)
    const denial = hopeless(parts, request.tokens, at.nowMs)
    if (denial !== undefined) return { kind: 'limited', denial }
    const { rates, places } = parts
    const { inputTokens, outputTokens } = request.tokens
    const asked = { limits: { rates, places, inputTokens, outputTokens }, counters }
    if (rates.length + places.length + counters.length === 0) {
      return {
        kind: 'granted',
        lease: this.#open.begin(asked, { id: '', isStored: false, factor: 1 }, at.nowMs),
      }
    }
    this.#reminders.note(rates)
    return this.isLocal ? this.#locally(asked, at) : this.#ask(asked, at, true)
  }

  settle(lease: LimitLease, used: CallTokens, nowMs: number): void {
    this.#open.endLimits(lease as FleetLease, { ...used, requests: 1 }, nowMs)
  }

  refund(lease: LimitLease, nowMs: number): void {
    this.#open.endLimits(lease as FleetLease, { inputTokens: 0, outputTokens: 0, requests: 0 }, nowMs)
  }

  givenBack(): Promise<void> {
    return this.#link.wayClear()
  }

  #ask(asked: Asked, at: Instant, mayAskAgain: boolean): Promise<SharedOutcome> {
    const id = this.#newId()
    const { rates, places } = asked.limits
    const hold = {
      id,
      leaseMs,
      rates: rates.map(lineOf),
      places: places.map(lineOf),
      counters: asked.counters.map(lineOf),
    }
    return this.#link.ask(hold).then((answer) => {
      if (answer instanceof LateAnswer) return this.#withoutAnswer(asked, at, { id, late: answer.answer })
      const nowMs = this.#parts.clock.nowMs()
      this.#mirror(asked, answer, nowMs)
      if (answer.outcome === 'granted') return this.#grantedByAll(asked, id, nowMs)
      const now = { ...at, nowMs }
      if (mayAskAgain && this.#helps(asked, answer)) {
        // Another parcel may be on its way, and what helps is in the one after it.
        return this.#link.wayClear().then(() => this.#ask(asked, now, false))
      }
      return this.#refused(asked, answer, now)
    })
  }

  /** It goes by the share of this gateway. Where that says nothing, a late answer is better than none. */
  async #withoutAnswer(
    asked: Asked,
    at: Instant,
    { id, late }: { readonly id: string; readonly late: Promise<HoldAnswer | undefined> },
  ): Promise<SharedOutcome> {
    const { clock } = this.#parts
    const outcome = this.#locally(asked, { ...at, nowMs: clock.nowMs() })
    if (outcome.kind !== 'unknown' || this.isLocal) {
      void late.then((answer) => answer?.outcome === 'granted' && this.#giveBack(asked, id))
      return outcome
    }
    let isOpen = true
    const soon = Promise.withResolvers<SharedOutcome>()
    const timer = clock.after(lateMs, () => {
      isOpen = false
      soon.resolve(outcome)
    })
    void late.then((answer) => {
      timer.cancel()
      if (isOpen)
        soon.resolve(answer === undefined ? outcome : this.#late(asked, answer, { id, at, outcome }))
      else if (answer?.outcome === 'granted') this.#giveBack(asked, id)
    })
    return await soon.promise
  }

  /** What a late answer says counts, but where it would be another one by now: nobody waits for that. */
  #late(
    asked: Asked,
    answer: HoldAnswer,
    { id, at, outcome }: { readonly id: string; readonly at: Instant; readonly outcome: SharedOutcome },
  ): SharedOutcome {
    const nowMs = this.#parts.clock.nowMs()
    this.#mirror(asked, answer, nowMs)
    if (answer.outcome === 'granted') return this.#grantedByAll(asked, id, nowMs)
    const isAnotherNow = this.#helps(asked, answer) && this.#mayDo(asked, answer)
    return isAnotherNow ? outcome : this.#refused(asked, answer, { ...at, nowMs })
  }

  #grantedByAll(asked: Asked, id: string, nowMs: number): SharedOutcome {
    this.#slices.use(asked.counters, nowMs)
    return { kind: 'granted', lease: this.#open.begin(asked, { id, isStored: true, factor: 1 }, nowMs) }
  }

  /** It was granted when nobody waited for it any more. */
  #giveBack({ limits, counters }: Asked, id: string): void {
    for (const { line } of limits.rates) this.#link.add({ kind: 'use', ...line, amount: -line.amount })
    const places = limits.places.map(({ line }) => line.key)
    const held = counters.filter(({ line }) => line.limit >= 0 && line.amount > 0)
    if (places.length + held.length === 0) return
    const amounts = held.map(({ line: { key, amount } }) => ({ key, amount }))
    this.#link.add({ kind: 'drop', id, places, counters: amounts })
  }

  /** What was missing is on its way now. */
  #helps({ counters }: Asked, { outcome, spent, held }: HoldAnswer): boolean {
    if (outcome === 'unknown') {
      for (const [index, { line, tightest }] of counters.entries()) {
        if ((spent[index] ?? -1) < 0) this.#know(line, tightest.spent)
      }
      return true
    }
    const over = overBudget(counters, { spent, held })
    // Also where it is not enough: others give up theirs for their calls, and nothing is left over that nobody may spend.
    return over !== undefined && this.#slices.cede(over.line.key)
  }

  /** There is enough but for what this gateway has for itself, or nobody knows yet. */
  #mayDo({ counters }: Asked, { outcome, spent, held }: HoldAnswer): boolean {
    const ofOthers = counters.map(({ line }, index) => (held[index] ?? 0) - this.#slices.of(line.key))
    return outcome === 'unknown' || overBudget(counters, { spent, held: ofOthers }) === undefined
  }

  #refused(asked: Asked, answer: HoldAnswer, now: Instant): SharedOutcome {
    return answer.outcome === 'unknown' ? this.#locally(asked, now) : this.#denied(asked, answer, now.nowMs)
  }

  #denied({ limits, counters }: Asked, answer: HoldAnswer, nowMs: number): SharedOutcome {
    const isFull = ({ line }: PlacePart): boolean => {
      return (answer.running[limits.places.findIndex((place) => place.line === line)] ?? 0) >= line.limit
    }
    const how = { factor: 1, nowMs, isFull }
    const denial = denialOf(limits, how)
    if (denial !== undefined) return { kind: 'limited', denial }
    const over = overBudget(counters, answer)
    if (over !== undefined) return this.#overBudget(over)
    // What the store says is rounded.
    const almost = denialOf(limits, { ...how, tolerance: -answerError })
    if (almost === undefined) throw new Error('a call was denied by no limit')
    return { kind: 'limited', denial: almost }
  }

  #locally(asked: Asked, { nowMs }: Instant): SharedOutcome {
    const { limits, counters } = asked
    const factor = Math.max(1, this.gateways / localPart)
    const isFull = ({ line: { key, limit } }: PlacePart): boolean => {
      return this.#open.runningOf(key) >= Math.max(1, Math.floor(limit / factor))
    }
    this.#parts.tells.decidedLocally()
    const denial = denialOf(limits, { factor, nowMs, isFull })
    if (denial !== undefined) return { kind: 'limited', denial }
    const held = counters.filter(({ line }) => line.limit >= 0)
    this.#slices.use(held, nowMs)
    if (this.#slices.draw(held.map(({ line }) => line)) !== undefined) {
      const over = overBudget(counters, figuresOf(counters))
      if (over !== undefined) return this.#overBudget(over)
      const [first] = held
      if (first !== undefined) return { kind: 'unknown', standing: standingOf(first.tightest) }
    }
    for (const { line, bucket } of limits.rates) {
      bucket.take(Math.min(line.amount * factor, line.burst))
      this.#link.add({ kind: 'use', ...line })
    }
    for (const part of counters) {
      this.#alone.set(part.line.key, part)
      for (const counter of part.counters) counter.hold(part.line.amount)
    }
    const lease = this.#open.begin(asked, { id: this.#newId(), isStored: false, factor }, nowMs)
    return { kind: 'granted', lease }
  }

  #mirror({ limits, counters }: Asked, { used, running, spent, held }: HoldAnswer, nowMs: number): void {
    for (const [index, { bucket }] of limits.rates.entries()) bucket.mirror(used[index] ?? 0, nowMs)
    for (const [index, { bucket }] of limits.places.entries()) bucket.inFlight = running[index] ?? 0
    for (const [index, part] of counters.entries()) {
      const known = spent[index] ?? -1
      if (known < 0) continue
      for (const counter of part.counters) {
        counter.spent = known
        counter.held = held[index] ?? 0
      }
      this.budgets.tellShares(part)
    }
  }

  #overBudget(part: CounterPart): SharedOutcome {
    this.#parts.told.tellStop(part.tightest)
    return { kind: 'over_budget', denial: exhausted(part.tightest) }
  }

  /** What has to be said now and then. */
  #look(): void {
    const nowMs = this.#parts.clock.nowMs()
    this.#open.look(nowMs)
    this.#slices.look(nowMs)
    this.#reminders.forget(nowMs)
  }

  #sayAll(): void {
    this.#open.sayAll()
    this.#slices.askAll(this.#parts.clock.nowMs())
  }

  /** The store has lost everything: it is told what is remembered here. */
  #remind(): void {
    for (const note of this.#reminders.notes(this.#parts.clock.nowMs())) this.#link.add(note)
    const spentSince = this.#link.spentByKey()
    for (const part of this.#open.counters()) this.#alone.set(part.line.key, part)
    // What each has spent alone is told after it: the largest that is remembered, and what everybody has spent since.
    for (const { line, tightest } of this.#alone.values()) {
      const { key, startMs, endMs } = line
      const spent = Math.max(0, tightest.spent - (spentSince.get(key) ?? 0))
      this.#link.addFirst({ kind: 'known', key, startMs, endMs, spent })
    }
    this.#alone.clear()
    this.#slices.forget()
    this.#sayAll()
  }

  #know(
    { key, startMs, endMs }: Pick<CounterPart['line'], 'key' | 'startMs' | 'endMs'>,
    spent: number,
  ): void {
    this.#link.add({ kind: 'known', key, startMs, endMs, spent })
  }

  #newId(): string {
    this.#calls++
    return `${this.#parts.from}.${this.#calls}`
  }
}

function lineOf<T>({ line }: { readonly line: T }): T {
  return line
}

function recordsOf(known: Omit<HoldNote & { kind: 'records' }, 'kind' | 'term'>, term: number): HoldNote {
  return { kind: 'records', ...known, term }
}

function figuresOf(parts: readonly CounterPart[]): { readonly spent: number[]; readonly held: number[] } {
  const tightest: readonly Counter[] = parts.map((part) => part.tightest)
  return { spent: tightest.map(({ spent }) => spent), held: tightest.map(({ held }) => held) }
}
