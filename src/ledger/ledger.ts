// The ledger of attempts: a spool that takes them down at once, and a shipper that brings them to the table soon
// after. This file says when: a quarter of a second after something ended, at once when somebody asks, later when the
// database does not answer.
import type { AttemptRecord, UsageSpool } from '../core/attempt.ts'
import type { Clock, Timer } from '../core/clock.ts'
import type { PriceVersion } from '../core/price.ts'
import type { AttemptFinder, LedgerLog, PassReport, RecordWriter, Shipping, SpendReader } from './ports.ts'
import { Spool, spoolLimits } from './spool.ts'
import type { SpoolLimits } from './spool.ts'

/** What the ledger is put together from. */
export interface LedgerParts {
  readonly writer: RecordWriter
  /** Starts whoever ships. Called once, late: nobody waits for it at the start of the gateway. */
  startShipping(): Shipping
  /** Opens the table for reading. Called when it is first read. */
  openFinder(): AttemptFinder
  readonly clock: Clock
  readonly log?: LedgerLog | undefined
  readonly limits?: SpoolLimits
  /** Bytes that are in the spool already. */
  readonly bytesBefore?: number
}

/** The tables to read from, and what is missing in them. */
export interface LedgerTables {
  readonly reader: SpendReader
  readonly unshipped: number
  /** Everything is there that had ended when they were asked for. */
  readonly isWhole: boolean
}

export interface LedgerStats {
  /** Bytes on disk that are not, or not provably, in the database. */
  readonly spoolBytes: number
  /** How long the oldest ended attempt has been waiting for the database. */
  readonly oldestUnshippedMs: number
  /** Ended attempts that are not in the database yet. */
  readonly unshipped: number
  /** Appends and passes of shipping that failed since the start. */
  readonly failures: number
}

const passDelayMs = 250
/** With nothing new: to see what dead processes left, and to show others that this one lives. */
const idlePassMs = 10_000
const backoffMaxMs = 10_000
const closeMs = 5_000
/** Parts of the spool's room: beyond the first an operator is told, and below the other that it is over. */
const fillingShare = 0.8
const calmShare = 0.6
/** So long whoever asks for a call waits for its last attempts to be shipped. */
const findMs = 2_000

export class Ledger {
  readonly #parts: LedgerParts
  readonly #clock: Clock
  readonly #spool: Spool
  #shipping: Shipping | undefined
  #finder: AttemptFinder | undefined
  #timer: Timer | undefined
  /** When the timer runs. */
  #timerAtMs = Infinity
  /** The timer was set for an end: there is nothing to be done for those that follow. */
  #comesSoon = false
  #passing: Promise<void> | undefined
  #hasPassed = false
  #passFailures = 0
  #failedInARow = 0
  #isFilling = false
  #closed = false

  constructor(parts: LedgerParts) {
    this.#parts = parts
    this.#clock = parts.clock
    this.#spool = new Spool({
      writer: parts.writer,
      clock: parts.clock,
      limits: parts.limits ?? spoolLimits,
      bytesBefore: parts.bytesBefore ?? 0,
      onEnd: () => this.#ended(),
    })
  }

  /** Where the attempts of this process are taken down. Usable before `start`. */
  get spool(): UsageSpool {
    return this.#spool
  }

  /** Keeps a version of a price, once for each process. Throws UsageSpoolFull: then nothing may be charged by it. */
  keepPrice(version: PriceVersion): void {
    this.#spool.keepPrice(version)
  }

  /** Begins to ship: what this process writes, and what dead ones left. */
  start(): void {
    if (this.#shipping !== undefined || this.#closed) return
    this.#shipping = this.#parts.startShipping()
    this.#schedule(0)
  }

  /** Everything that has ended until now is in the table when this resolves. Rejects when that failed. */
  async flush(): Promise<void> {
    this.start()
    // A pass under way may have begun before the last end was written.
    await this.#passing?.catch(() => undefined)
    await this.#pass()
  }

  /** The attempts of a key's call that have ended, in the order of their starts. */
  async attemptsOfCall(callId: string, keyId: string): Promise<readonly AttemptRecord[]> {
    const found = await this.#find(callId, keyId)
    // After a success there is no further attempt; after anything else one may be on its way to the table.
    if (found.at(-1)?.outcome === 'ok' || this.#spool.unshipped === 0) return found
    await within(this.#clock, findMs, this.flush())
    return this.#find(callId, keyId)
  }

  /**
   * What is in the table. Everything that has ended until now is brought there first, if that is done within a while; gives
   * whether it was, and how many attempts are not there, with those that have ended meanwhile.
   */
  async upToDate(waitMs = findMs): Promise<LedgerTables> {
    this.start()
    const reader = this.#shipping
    if (reader === undefined) throw new Error('The ledger is closed.')
    // Dead processes may have left something when nothing is waiting here: the first pass of a process finds it.
    const isWhole =
      (this.#spool.unshipped === 0 && this.#hasPassed) || (await within(this.#clock, waitMs, this.flush()))
    return { reader, unshipped: this.#spool.unshipped, isWhole }
  }

  stats(): LedgerStats {
    const { spoolBytes, oldestUnshippedMs, unshipped, failures } = this.#spool
    return { spoolBytes, oldestUnshippedMs, unshipped, failures: failures + this.#passFailures }
  }

  /** Part of the spool's room that is taken: from 1 on no attempt begins. */
  get spoolShare(): number {
    const { bytesMax } = this.#parts.limits ?? spoolLimits
    return this.#spool.spoolBytes / bytesMax
  }

  /** Ships what is left, within five seconds. What does not get there stays in the spool for the next start. */
  async close(): Promise<void> {
    if (this.#closed) return
    if (this.#spool.appendedBytes > 0) this.start()
    this.#closed = true
    this.#timer?.cancel()
    this.#spool.writeAgain()
    this.#parts.writer.close()
    const isDone = await within(this.#clock, closeMs, this.#stop())
    this.#finder?.close()
    const { unshipped, unwritten, openCount } = this.#spool
    if (unwritten > 0) this.#parts.log?.error('usage_lost', { attempts: unwritten })
    if (isDone && unshipped === 0 && openCount === 0) return
    this.#parts.log?.warn('usage_left_in_spool', { attempts: unshipped + openCount })
  }

  async #stop(): Promise<void> {
    if (this.#shipping === undefined) return
    await this.#passing?.catch(() => undefined)
    await this.#pass().catch(() => undefined)
    await this.#shipping.stop()
  }

  #find(callId: string, keyId: string): Promise<readonly AttemptRecord[]> {
    this.#finder ??= this.#parts.openFinder()
    return this.#finder.ofCall(callId, keyId)
  }

  #ended(): void {
    // After a failure the next pass waits its turn, however much comes in.
    if (this.#comesSoon || this.#shipping === undefined || this.#failedInARow > 0) return
    this.#schedule(passDelayMs)
    this.#comesSoon = this.#passing === undefined
  }

  #schedule(delayMs: number): void {
    const atMs = this.#clock.nowMs() + delayMs
    if (this.#closed || this.#passing !== undefined || atMs >= this.#timerAtMs) return
    this.#timer?.cancel()
    this.#timerAtMs = atMs
    this.#setTimer(delayMs)
  }

  #setTimer(delayMs: number): void {
    this.#timer = this.#clock.after(delayMs, () => {
      this.#timerAtMs = Infinity
      this.#comesSoon = false
      void this.#pass().catch(() => undefined)
    })
  }

  /** The pass under way, or a new one. */
  #pass(): Promise<void> {
    this.#passing ??= this.#runPass().finally(() => {
      this.#passing = undefined
      this.#schedule(this.#nextDelayMs())
    })
    return this.#passing
  }

  async #runPass(): Promise<void> {
    const shipping = this.#shipping
    if (shipping === undefined) return
    const moment = this.#spool.passBegins()
    try {
      const report = await shipping.pass()
      this.#spool.passEnded(moment, report.spoolBytes)
      this.#passed(report)
      this.#tellShare()
    } catch (failure) {
      this.#tellShare()
      this.#passFailures += 1
      this.#failedInARow += 1
      if (this.#failedInARow === 1) this.#parts.log?.error('usage_not_shipped', { error: textOf(failure) })
      throw failure
    }
  }

  /** In time: from the end of the room on no call is made. */
  #tellShare(): void {
    const { log } = this.#parts
    const share = this.spoolShare
    if (!this.#isFilling && share >= fillingShare) {
      log?.warn('usage_spool_filling', { percent: Math.floor(share * 100) })
      this.#isFilling = true
    } else if (this.#isFilling && share < calmShare) {
      log?.info('usage_spool_has_room', { percent: Math.floor(share * 100) })
      this.#isFilling = false
    }
  }

  #passed({ crashed, badFiles, troubles }: PassReport): void {
    const { log } = this.#parts
    this.#hasPassed = true
    if (this.#failedInARow > 0) log?.info('usage_shipped_again', { failures: this.#failedInARow })
    this.#failedInARow = 0
    if (crashed > 0) log?.warn('usage_of_dead_process', { attempts: crashed })
    for (const file of badFiles) log?.error('usage_unreadable', { file })
    for (const error of troubles) log?.error('usage_of_dead_process_not_shipped', { error })
  }

  #nextDelayMs(): number {
    if (this.#failedInARow > 0)
      return Math.min(backoffMaxMs, passDelayMs * 2 ** Math.min(this.#failedInARow - 1, 10))
    return this.#spool.unshipped > 0 ? passDelayMs : idlePassMs
  }
}

/** Whether the work was done in time; it goes on by itself when it was not. */
function within(clock: Clock, timeoutMs: number, work: Promise<void>): Promise<boolean> {
  return new Promise((resolve) => {
    const timer = clock.after(timeoutMs, () => resolve(false))
    const finish = (isDone: boolean): void => {
      timer.cancel()
      resolve(isDone)
    }
    work.then(
      () => finish(true),
      () => finish(false),
    )
  })
}

function textOf(failure: unknown): string {
  return failure instanceof Error ? failure.message : String(failure)
}
