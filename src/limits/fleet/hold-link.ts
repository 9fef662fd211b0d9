// The line to the store: what has happened goes out in order, calls ask, and nobody waits longer than a moment for an answer.
// When answers stay away or come late, the line is closed for a while, and every gateway goes by its share.
import type { Clock, Timer } from '../../core/clock.ts'
import type { Exchange, ExchangeAnswer, Hold, HoldAnswer, HoldNote, HoldStore } from './hold-store.ts'
import { OpenAsks } from './open-asks.ts'
import type { LateAnswer } from './open-asks.ts'
import { nothing, Outbox } from './outbox.ts'
import type { Answered, Parcel } from './outbox.ts'
import { StoreBreaker } from './store-breaker.ts'

/** Why the store is not asked. */
export type LocalReason = 'away' | 'failing' | 'slow'

export interface LinkParts {
  readonly store: HoldStore
  readonly clock: Clock
  /** What the store knows this gateway by; no two runs have the same. */
  readonly from: string
  /** Told before each regular exchange: what has to be said now and then goes with it. */
  onBeat(): void
  /** The store has lost what it had. */
  onForgotten(): void
  /** So many live now. */
  onGateways(gateways: number): void
  onMode(mode: 'shared' | 'local', reason: LocalReason | undefined): void
}

/** Nobody waits longer for an answer. */
const answerMs = 50
const beatMs = 1_000
/** While the store is away, it is looked for so often. */
const lookMs = 250
/** What has happened is told so soon: most of it goes with the next call that asks, also where calls are few. */
const flushMs = 50
/** Whoever leaves tells what is left to be told for so long at most. */
const lastWordsMs = 1_000
/** What others may wait for is told so soon. */
const awaitedFlushMs = 10

type Saying = Pick<Exchange, 'hold' | 'isBeat'> & { readonly nowMs: number }

export class HoldLink {
  readonly #parts: LinkParts
  readonly #outbox = new Outbox()
  readonly #breaker = new StoreBreaker()
  readonly #asks: OpenAsks
  /** Undefined before anybody knows. */
  #mode: 'shared' | 'local' | undefined
  #known: (() => void) | undefined
  #isBeating = false
  /** By then what waits is told: so soon after somebody said so. */
  #flushDueMs = Infinity
  #flushWithinMs = Infinity
  #flush: { readonly timer: Timer; readonly atMs: number } | undefined
  /** The exchange that carries what the outbox gave last. */
  #onItsWay: Promise<boolean> = Promise.resolve(true)
  #epoch = -1
  #gateways = 1
  /** The store's time of day where our monotonic clock is at zero. */
  #storeZeroMs: number | undefined
  #timer: Timer | undefined

  constructor(parts: LinkParts) {
    this.#parts = parts
    this.#asks = new OpenAsks({ clock: parts.clock, answerMs, wasSlow: () => this.#wasSlow() })
  }

  get isShared(): boolean {
    return this.#mode === 'shared'
  }

  get epoch(): number {
    return this.#epoch
  }

  /** Gateways that live, as was last heard. */
  get gateways(): number {
    return this.#gateways
  }

  /** What waits to be told. */
  get waiting(): number {
    return this.#outbox.size
  }

  /** Resolves when it is known whether the store answers. */
  start(): Promise<void> {
    return new Promise((resolve) => {
      this.#known = resolve
      this.#parts.clock.after(2 * answerMs, resolve)
      this.#beat()
    })
  }

  stop(): void {
    this.#timer?.cancel()
  }

  add(note: HoldNote, answered?: Answered): void {
    this.#outbox.add(note, answered)
    this.#flushSoon(flushMs)
  }

  /** Others may wait for it. */
  addSoon(note: HoldNote): void {
    this.#outbox.add(note)
    this.#flushSoon(awaitedFlushMs)
  }

  /** Before everything else that waits. */
  addFirst(note: HoldNote): void {
    this.#outbox.addFirst(note)
    this.#flushSoon()
  }

  /** By keys of budgets: what was spent, and will be told. */
  spentByKey(): ReadonlyMap<string, number> {
    return this.#outbox.spentByKey()
  }

  /** Somebody needs the answer soon. */
  addNow(note: HoldNote, answered: Answered): void {
    this.#outbox.add(note, answered)
    this.#send()
  }

  /** What was answered, or the promise of what comes late where nobody answered in time. Never rejects. */
  ask(hold: Hold): Promise<HoldAnswer | LateAnswer> {
    return new Promise((resolve) => {
      const nowMs = this.#parts.clock.nowMs()
      const ask = this.#asks.open(resolve, nowMs)
      void this.#exchange({ hold, isBeat: false, nowMs }, (answer) => {
        if (answer === undefined) this.#drop(hold)
        ask.end(answer?.hold?.outcome === 'late' ? undefined : answer?.hold)
      })
    })
  }

  /** Resolves when all that waits goes with the next question, or nobody waits for that any longer. */
  wayClear(): Promise<void> {
    if (!this.isShared || this.#outbox.goesWhole) return Promise.resolve()
    return new Promise((resolve) => {
      const timer = this.#parts.clock.after(answerMs, resolve)
      this.#outbox.whenWhole(() => {
        timer.cancel()
        resolve()
      })
      this.#send()
    })
  }

  /** Everything that waits, now. Resolves when it was heard, or nobody hears, or it takes too long. */
  lastWords(): Promise<void> {
    return new Promise((resolve) => {
      const timer = this.#parts.clock.after(lastWordsMs, resolve)
      void this.#sayRest().then(() => {
        timer.cancel()
        resolve()
      })
    })
  }

  /** One parcel after the other: what is answered may leave something to be said. */
  async #sayRest(): Promise<void> {
    const endMs = this.#parts.clock.nowMs() + lastWordsMs
    let isHeard = true
    while (isHeard && this.isShared && this.#outbox.size > 0 && this.#parts.clock.nowMs() < endMs) {
      isHeard = await (this.#outbox.isIdle ? this.#onItsWay : this.#tell())
    }
  }

  /** It may have been granted all the same. */
  #drop({ id, places, counters }: Hold): void {
    const held = counters.filter(({ limit, amount }) => limit >= 0 && amount > 0)
    if (places.length + held.length === 0) return
    this.add({ kind: 'drop', id, places: places.map(({ key }) => key), counters: held.map(heldOf) })
  }

  /**
   * Resolves to whether it was heard, and never rejects. `over` is told what was answered, or undefined: a promise fewer
   * for a call that asks.
   */
  #exchange(
    { hold, isBeat, nowMs }: Saying,
    over?: (answer: ExchangeAnswer | undefined) => void,
  ): Promise<boolean> {
    const { store, from } = this.#parts
    // Whoever comes back hears first whether everything is lost: then what is remembered goes before what has happened since.
    const parcel = this.isShared ? this.#outbox.take() : nothing
    const zeroMs = this.#storeZeroMs
    const holdUntilMs = zeroMs === undefined ? -1 : Math.ceil(nowMs + zeroMs + 2 * answerMs)
    const { sequence, notes } = parcel
    const exchanged = store.exchange({ from, sequence, notes, hold, holdUntilMs, isBeat }).then(
      (answer) => {
        this.#heard(answer, parcel)
        over?.(answer)
        return true
      },
      () => {
        if (parcel.sequence > 0) this.#outbox.failed()
        this.#failed()
        over?.(undefined)
        return false
      },
    )
    if (sequence > 0) this.#onItsWay = exchanged
    return exchanged
  }

  #heard({ nowMs, epoch, gateways, results }: ExchangeAnswer, parcel: Parcel): void {
    this.#storeZeroMs = nowMs - this.#parts.clock.nowMs()
    if (gateways > 0 && gateways !== this.#gateways) {
      this.#gateways = gateways
      this.#parts.onGateways(gateways)
    }
    const isForgotten = this.#epoch >= 0 && this.#epoch !== epoch
    this.#epoch = epoch
    if (parcel.sequence > 0) {
      this.#flushed()
      this.#outbox.arrived(results)
    }
    if (isForgotten) this.#parts.onForgotten()
    this.#flushSoon()
  }

  #failed(): void {
    const { clock, store } = this.#parts
    if (!store.isConnected) this.#goLocal('away')
    else if (this.#breaker.failed(clock.nowMs())) this.#goLocal('failing')
  }

  #wasSlow(): void {
    if (this.#breaker.slow(this.#parts.clock.nowMs())) this.#goLocal('slow')
  }

  #goLocal(reason: LocalReason): void {
    if (this.#mode !== 'local') this.#turn('local', reason)
  }

  #stayLocal(reason: LocalReason): void {
    this.#breaker.stayOpen(this.#parts.clock.nowMs())
    this.#goLocal(reason)
  }

  #turn(mode: 'shared' | 'local', reason?: LocalReason): void {
    this.#mode = mode
    this.#parts.onMode(mode, reason)
    this.#known?.()
  }

  #flushSoon(withinMs = flushMs): void {
    // Whoever is in no more of a hurry than the last one is not later than that.
    if (this.#flushWithinMs <= withinMs || !this.isShared || this.#outbox.isIdle) return
    this.#flushWithinMs = withinMs
    this.#flushAt(this.#parts.clock.nowMs() + withinMs)
  }

  #flushAt(dueMs: number): void {
    if (dueMs < this.#flushDueMs) this.#flushDueMs = dueMs
    if (this.#flush !== undefined && this.#flush.atMs <= dueMs) return
    const { clock } = this.#parts
    this.#flush?.timer.cancel()
    const timer = clock.after(dueMs - clock.nowMs(), () => {
      this.#flush = undefined
      // What it was set for has gone with a call meanwhile: then it stands for what came after.
      if (this.#flushDueMs <= dueMs) this.#flushNow()
      else if (this.#flushDueMs !== Infinity) this.#flushAt(this.#flushDueMs)
    })
    this.#flush = { timer, atMs: dueMs }
  }

  #flushNow(): void {
    this.#flushed()
    this.#send()
  }

  /** Nothing that is waited for stands in the outbox, or it is on its way. */
  #flushed(): void {
    this.#flushDueMs = Infinity
    this.#flushWithinMs = Infinity
  }

  #send(): void {
    if (!this.isShared || this.#outbox.isIdle) return
    // What is lost goes again.
    void this.#tell()
  }

  /** Only what has happened. */
  #tell(): Promise<boolean> {
    return this.#exchange({ hold: undefined, isBeat: false, nowMs: this.#parts.clock.nowMs() })
  }

  #beat(): void {
    const { clock, store } = this.#parts
    this.#timer = clock.after(this.isShared ? beatMs : lookMs, () => this.#beat())
    if (this.#isBeating) {
      if (this.isShared) this.#wasSlow()
      return
    }
    const isTrial = !this.isShared
    if (!store.isConnected) return this.#goLocal('away')
    if (isTrial && this.#breaker.isOpen && !this.#breaker.mayTry(clock.nowMs())) return
    if (!isTrial) this.#parts.onBeat()
    this.#isBeating = true
    const nowMs = clock.nowMs()
    void this.#exchange({ hold: undefined, isBeat: true, nowMs }, (answer) => {
      this.#isBeating = false
      if (answer !== undefined) this.#answeredBeat(isTrial, clock.nowMs() - nowMs > answerMs)
      else if (isTrial) this.#stayLocal(store.isConnected ? 'failing' : 'away')
    })
  }

  #answeredBeat(isTrial: boolean, isSlow: boolean): void {
    if (!isTrial) {
      if (isSlow) this.#wasSlow()
      return
    }
    if (isSlow) return this.#stayLocal('slow')
    this.#breaker.close()
    this.#turn('shared')
    this.#flushSoon()
  }
}

function heldOf({ key, amount }: { readonly key: string; readonly amount: number }) {
  return { key, amount }
}
