// Budgets count in memory, and what counts is what the records say. They are read before the first call, as soon as they can
// be where they cannot then, after each change of the budgets, and every five minutes. What is read replaces what was counted
// until then, and never comes on top of it: a reading may fail half-way, and calls go on beside it.
import type { Caller } from '../core/caller.ts'
import type { Clock } from '../core/clock.ts'
import type { Ledger } from '../ledger/ledger.ts'
import { BudgetBook } from '../limits/budget-book.ts'
import type { BudgetRules, CountedThen } from '../limits/budget-book.ts'
import { wait } from '../platform/system-clock.ts'
import type { Log } from '../telemetry/log.ts'
import { budgetDrifts } from '../telemetry/budget-drift.ts'
import type { Registry } from '../telemetry/metrics.ts'
import { BudgetCheck } from './budget-check.ts'
import type { CheckedFleet } from './budget-check.ts'
import { keyNamesOf, loadSpending } from './load-budgets.ts'

export interface RecordedSpendingParts {
  readonly clock: Clock
  readonly log: Log
  readonly registry: Registry
  /** 0 to 1, 1 excluded. */
  random(): number
  readonly ledger: Pick<Ledger, 'upToDate'>
  readonly keys: { holders(): readonly Caller[] }
  /** What calls here go by. */
  readonly budgets: BudgetBook
  /** Those of the config that holds now. */
  rules(): BudgetRules
  /** Undefined for a gateway that is alone. */
  readonly fleet: CheckedFleet | undefined
}

/** The moment at which a reading of the records began. */
interface Reading {
  readonly wallMs: number
  readonly before: CountedThen
  /** Everything was read that had ended by then. */
  readonly isWhole: boolean
}

/** So long is waited for what dead processes left to be stored. */
const spoolWaitMs = 5_000
/** How long until what was spent is asked for again where it could not be read. */
const againMs = 5_000

export class RecordedSpending {
  readonly #parts: RecordedSpendingParts
  readonly #check: BudgetCheck
  /** Of the check that is under way, in a gateway that is alone. */
  #reading: Reading | undefined
  #isRead = false
  /** What was spent is not known of every budget: that it is not counted is no drift. */
  #hasNew = false
  #isStarted = false
  #isStopped = false

  constructor(parts: RecordedSpendingParts) {
    const { log, registry, fleet } = parts
    this.#parts = parts
    const drifted = budgetDrifts(log, registry)
    this.#check = new BudgetCheck({
      ...parts,
      fleet: fleet ?? this.#alone(),
      compared: (drift, worst) => {
        if (!this.#hasNew) drifted(drift, worst)
        this.#hasNew = false
      },
      read: async (book, wallMs) => {
        this.#reading = await this.#read(book, wallMs)
      },
    })
  }

  /**
   * Before the first call: nobody with a budget may call before. Nothing where nobody has one. Where the records cannot be read,
   * budgets count from nothing until they can.
   */
  async load(): Promise<void> {
    const { budgets, log } = this.#parts
    if (budgets.isEmpty) {
      this.#isRead = true
      return
    }
    try {
      await this.#load()
    } catch (failure) {
      log.warn('budgets_not_read', { error: failure instanceof Error ? failure.message : String(failure) })
      void this.#loadLater()
    }
  }

  /** From now on it is compared every five minutes; alone, from when it was read. */
  start(): void {
    this.#isStarted = true
    if (this.#isRead || this.#parts.fleet !== undefined) this.#check.start()
  }

  async stop(): Promise<void> {
    this.#isStopped = true
    await this.#check.stop()
  }

  /** Budgets are others by now: what was spent in their windows is not known of each. */
  budgetsChanged(): void {
    this.#hasNew = true
    this.#check.soon(0)
  }

  /** The fleet's store has lost everything. */
  forgotten(): void {
    this.#check.soon()
  }

  async #loadLater(): Promise<void> {
    const { clock, log, random } = this.#parts
    while (!this.#isRead && !this.#isStopped) {
      await wait(clock, againMs * (0.5 + random()))
      await this.#load().then(
        () => log.info('budgets_read'),
        () => {},
      )
    }
    if (this.#isStarted && !this.#isStopped && this.#parts.fleet === undefined) this.#check.start()
  }

  async #load(): Promise<void> {
    const { clock, budgets, fleet } = this.#parts
    const wallMs = clock.wallMs()
    const book = new BudgetBook(() => {})
    const { before } = await this.#read(book, wallMs)
    const recorded = book.spent(wallMs)
    // What this passes was told when it was spent.
    for (const window of recorded) budgets.correct(window, before, { wallMs, mayLower: false, isTold: false })
    fleet?.holds.learn(recorded)
    this.#isRead = true
  }

  async #read(book: BudgetBook, wallMs: number): Promise<Reading> {
    const { budgets, ledger, keys, rules } = this.#parts
    book.use(rules(), wallMs)
    const before = budgets.counted(wallMs)
    const { reader, isWhole } = await ledger.upToDate(spoolWaitMs)
    await loadSpending(book, { reader, keyNames: keyNamesOf(keys), wallMs })
    return { wallMs, before, isWhole }
  }

  /** It speaks for all, and its counters are its own. */
  #alone(): CheckedFleet {
    return {
      hasRecordsOfAll: true,
      elect: () => ({ term: 1, start: () => {}, stop: () => Promise.resolve() }),
      holds: {
        isLocal: false,
        learn: (recorded, told) => {
          const reading = this.#reading
          if (reading === undefined) return
          const { wallMs, before, isWhole: mayLower } = reading
          for (const window of recorded) {
            told?.heard?.(
              window,
              this.#parts.budgets.correct(window, before, { wallMs, mayLower, isTold: true }),
            )
          }
        },
      },
    }
  }
}
