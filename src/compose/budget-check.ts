// What is counted is compared with what the records say, every five minutes: counters live in memory or in a store that may lose
// them, the records do not. Where the records are those of all gateways one of them speaks for all, and what was only taken for
// spent goes by the records too; else each tells what its own records say, and counters only go up by that. A gateway that is
// alone is compared like a fleet of one.
import type { Clock, Timer } from '../core/clock.ts'
import type { Office } from '../core/leases.ts'
import { BudgetBook } from '../limits/budget-book.ts'
import type { FleetHolds } from '../limits/fleet/fleet-holds.ts'
import type { WindowSpent } from '../limits/fleet/hold-lines.ts'
import { eachInSlices } from '../platform/each-in-slices.ts'
import type { BudgetDrift } from '../telemetry/budget-drift.ts'

export interface CheckedFleet {
  /** The records of all gateways lie in one database. */
  readonly hasRecordsOfAll: boolean
  readonly holds: Pick<FleetHolds, 'learn' | 'isLocal'>
  elect(name: string): Office & { start(): void; stop(): Promise<void> }
}

/** What came of reading the records. */
export interface RecordsRead {
  /** Whether all is in them that was spent in a window until they were read. */
  hasAll(window: WindowSpent): boolean
  /** They are compared with what is counted. */
  compared(drift: BudgetDrift, worst: string | undefined): void
}

export interface BudgetCheckParts {
  readonly fleet: CheckedFleet
  readonly clock: Clock
  /** 0 to 1, 1 excluded. */
  random(): number
  /** What calls here go by. */
  readonly budgets: Pick<BudgetBook, 'spent' | 'isEmpty'>
  /** Adds to an empty book what the records say. Rejects when they cannot be read. */
  read(book: BudgetBook, wallMs: number): Promise<RecordsRead>
}

export const checkEveryMs = 300_000
const soonMs = 1_000
/** Records that cannot be read are asked for again. */
const retryMs = 5_000
/** When the store has lost everything, it may be so long until it is known again who speaks for all. */
const electedMs = 20_000

export class BudgetCheck {
  readonly #parts: BudgetCheckParts
  readonly #office: ReturnType<CheckedFleet['elect']>
  #timer: Timer | undefined
  #hurriedUntilMs = 0
  #last: Promise<unknown> = Promise.resolve()

  constructor(parts: BudgetCheckParts) {
    this.#parts = parts
    this.#office = parts.fleet.elect('budget_records')
  }

  start(): void {
    if (this.#parts.fleet.hasRecordsOfAll) this.#office.start()
    this.#again()
  }

  async stop(): Promise<void> {
    this.#timer?.cancel()
    this.#timer = undefined
    if (this.#parts.fleet.hasRecordsOfAll) await this.#office.stop()
  }

  /** The store has lost everything: what those who live remember is less than what the records say. */
  soon(aboutMs = soonMs): void {
    if (this.#timer === undefined) return
    this.#hurriedUntilMs = this.#parts.clock.nowMs() + electedMs
    this.#again(aboutMs)
  }

  /** Not all at the same moment. */
  #again(aboutMs = checkEveryMs): void {
    const { clock, random } = this.#parts
    this.#timer?.cancel()
    this.#timer = clock.after(aboutMs * (0.9 + random() / 5), () => {
      this.#again()
      this.#inTurn().then(
        (isCompared) => !isCompared && clock.nowMs() < this.#hurriedUntilMs && this.#retry(),
        () => this.#retry(),
      )
    })
  }

  #retry(): void {
    if (this.#timer !== undefined) this.#again(retryMs)
  }

  /** One after the other: each goes by what was counted when it began. */
  #inTurn(): Promise<boolean> {
    const check = (): Promise<boolean> => this.#check()
    const turn = this.#last.then(check, check)
    this.#last = turn
    return turn
  }

  /** False where it is not for this gateway to compare. Rejects when the records cannot be read. */
  async #check(): Promise<boolean> {
    const { fleet, clock, budgets, read } = this.#parts
    const { hasRecordsOfAll } = fleet
    // From before anything is read: what is read under a term is told under it.
    const { term } = this.#office
    if (budgets.isEmpty || fleet.holds.isLocal || (hasRecordsOfAll && term === undefined)) return false
    const wallMs = clock.wallMs()
    const book = new BudgetBook(() => {})
    const records = await read(book, wallMs)
    const windows: WindowSpent[] = []
    await eachInSlices(book.spent(wallMs), (window) => windows.push(window))
    if (hasRecordsOfAll) {
      // If anything is counted of which there is no record, it was never spent.
      await eachInSlices(budgets.spent(wallMs), (counter) => {
        const { account, startMs, endMs } = counter
        if (!book.hasSpent(counter, wallMs)) windows.push({ account, startMs, endMs, spent: 0 })
      })
    }
    // What others have spent is in none of our own records.
    const drifts = new Drifts(windows.length, (window) => hasRecordsOfAll && records.hasAll(window))
    const tell = (): void => records.compared(drifts.largest, drifts.worst)
    if (drifts.isWhole) {
      tell()
      return true
    }
    const heard = (window: WindowSpent, counted: number): void => {
      drifts.add(window, counted)
      if (drifts.isWhole) tell()
    }
    await eachInSlices(windows, (window) => fleet.holds.learn([window], { term, heard }))
    return true
  }
}

function nameOf({ account: { owner, rule } }: WindowSpent): string {
  return `${owner.level} ${owner.id} ${rule.unit} ${rule.period}`
}

class Drifts {
  #missing: number
  readonly #hasAll: RecordsRead['hasAll']
  #above = 0
  #below = 0
  worst: string | undefined

  constructor(expected: number, hasAll: RecordsRead['hasAll']) {
    this.#missing = expected
    this.#hasAll = hasAll
  }

  get isWhole(): boolean {
    return this.#missing === 0
  }

  get largest(): BudgetDrift {
    return { above: this.#above, below: this.#below }
  }

  /** Below zero it was not counted at all, or nobody listened. */
  add(counter: WindowSpent, counted: number): void {
    this.#missing--
    if (counted < 0) return
    const share = (counted - counter.spent) / Math.max(1, counter.account.rule.amount)
    if (this.#hasAll(counter)) this.#above = Math.max(this.#above, share)
    if (-share <= this.#below) return
    this.#below = -share
    this.worst = nameOf(counter)
  }
}
