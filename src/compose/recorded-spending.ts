// Budgets count in memory, and what counts is what the records say. They are read before the first call, as soon as they can
// be where they cannot then, after each change of the budgets, and every five minutes. What is read replaces what was counted
// until then, and never comes on top of it: a reading may fail half-way, and calls go on beside it.
import type { Caller } from '../core/caller.ts'
import type { Clock } from '../core/clock.ts'
import { failureText } from '../core/failure-text.ts'
import type { Ledger } from '../ledger/ledger.ts'
import type { Counter } from '../limits/budget-account.ts'
import { BudgetBook } from '../limits/budget-book.ts'
import type { BudgetRules, CountedThen, SpentInWindow } from '../limits/budget-book.ts'
import { eachInSlices } from '../platform/each-in-slices.ts'
import { wait } from '../platform/system-clock.ts'
import type { Log } from '../telemetry/log.ts'
import { budgetDrifts } from '../telemetry/budget-drift.ts'
import type { BudgetDrift } from '../telemetry/budget-drift.ts'
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

/** What was read, and the moment at which that began. */
interface Reading {
  readonly wallMs: number
  readonly before: CountedThen
  /** Budgets had been changed so often. */
  readonly changes: number
  /** Whether all is in it that was spent in a window by then. */
  hasAll(window: SpentInWindow): boolean
}

/** So long is waited for what dead processes left to be stored. */
const spoolWaitMs = 5_000
/** How long until what was spent is asked for again where it could not be read. */
const againMs = 5_000

export class RecordedSpending {
  readonly #parts: RecordedSpendingParts
  readonly #check: BudgetCheck
  readonly #drifted: ReturnType<typeof budgetDrifts>
  /** Of the check that is under way, in a gateway that is alone. */
  #reading: Reading | undefined
  #isRead = false
  /** The budgets as they were when they were last looked at, and how often they have been others. */
  #rulesText = ''
  #changes = 0
  /** So many had been when it was last known of all what was spent; that it is not counted until then is no drift. */
  #knownChanges = 0
  #isStarted = false
  #isStopped = false

  constructor(parts: RecordedSpendingParts) {
    const { log, registry, fleet } = parts
    this.#parts = parts
    this.#drifted = budgetDrifts(log, registry)
    this.#check = new BudgetCheck({
      ...parts,
      fleet: fleet ?? this.#alone(),
      read: async (book, wallMs) => {
        const reading = await this.#read(book, wallMs)
        this.#reading = reading
        return { hasAll: reading.hasAll, compared: (drift, worst) => this.#compared(reading, drift, worst) }
      },
    })
  }

  /**
   * Before the first call: nobody with a budget may call before. Nothing where nobody has one. Where the records cannot be read,
   * budgets count from nothing until they can.
   */
  async load(): Promise<void> {
    const { budgets, log, rules } = this.#parts
    this.#rulesText = textOf(rules())
    if (budgets.isEmpty) {
      this.#isRead = true
      return
    }
    try {
      await this.#load()
    } catch (failure) {
      log.warn('budgets_not_read', { error: failureText(failure) })
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

  /** Another config holds. Where budgets are others by it, what was spent in their windows is not known of each. */
  configChanged(): void {
    const text = textOf(this.#parts.rules())
    if (text === this.#rulesText) return
    this.#rulesText = text
    this.#changes += 1
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
    await eachInSlices(book.spent(wallMs), (window) => {
      // What this passes was told when it was spent.
      budgets.correct(window, before, { wallMs, mayLower: false, isTold: false })
      fleet?.holds.learn([window])
    })
    this.#isRead = true
  }

  async #read(book: BudgetBook, wallMs: number): Promise<Reading> {
    const { budgets, ledger, keys, rules } = this.#parts
    const changes = this.#changes
    book.use(rules(), wallMs)
    const before = new Map<Counter, number>()
    await eachInSlices(budgets.counters(wallMs), (counter) => before.set(counter, counter.spent))
    const { reader, isWhole } = await ledger.upToDate(spoolWaitMs)
    const unknownOfKeys = await loadSpending(book, { reader, keyNames: keyNamesOf(keys), wallMs })
    const hasAll = ({ account, startMs }: SpentInWindow): boolean =>
      isWhole && !(account.owner.level === 'key' && unknownOfKeys.has(startMs))
    return { wallMs, before, changes, hasAll }
  }

  #compared({ changes }: Reading, drift: BudgetDrift, worst: string | undefined): void {
    if (changes > this.#knownChanges) this.#knownChanges = changes
    else this.#drifted(drift, worst)
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
          const { wallMs, before, hasAll } = reading
          for (const window of recorded) {
            const how = { wallMs, mayLower: hasAll(window), isTold: true }
            told?.heard?.(window, this.#parts.budgets.correct(window, before, how))
          }
        },
      },
    }
  }
}

function textOf(rules: BudgetRules): string {
  return JSON.stringify(rules, (_, value: unknown) => (value instanceof Map ? [...value] : value))
}
