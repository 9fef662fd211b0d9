// What the ledger needs of the world: lines that survive a killed process, somebody who carries them to the
// database, and a way to read them there.
import type { AttemptRecord } from '../core/attempt.ts'
import type { Dimension, SpendQuestion, SpendRow } from './spend/spend.ts'

/** Where the lines of this process go. Every append is with the operating system when it returns, or throws. */
export interface RecordWriter {
  /** Appends one record's line; gives the bytes written. Throws with nothing written. */
  append(line: string): number
  close(): void
}

/** A version of a price, as it is kept. */
export interface KeptPrice {
  readonly id: string
  /** `readPrice` reads it. */
  readonly text: string
  /** Wall clock. */
  readonly firstUsedMs: number
}

/** The table of attempts, and that of the prices by which they were charged. What cannot be done throws or rejects. */
export interface AttemptStore {
  /** Keeps a version of a price; one that is there already stays as it is. */
  keepPrice(price: KeptPrice): Promise<void> | void
  /** Undefined for one that was never kept. */
  priceText(id: string): Promise<string | undefined> | string | undefined
  /** Keeps these, all or none; gives how many were new. One that is stored with its real end stays as it is. */
  keep(records: readonly AttemptRecord[]): Promise<number> | number
  close(): Promise<void> | void
}

/** Reads the table of attempts. */
export interface AttemptFinder {
  /** In the order of their starts. */
  ofCall(callId: string, keyId: string): Promise<readonly AttemptRecord[]>
  close(): void
}

/** Which attempts are wanted, a page at a time. */
export interface AttemptsQuestion {
  /** Of their starts, by the wall clock. */
  readonly fromMs: number
  readonly toMs: number
  readonly where: Readonly<Partial<Record<Dimension, readonly string[]>>>
  readonly limit: number
  /** `next` of the page before. */
  readonly after?: string | undefined
}

/** A page may be empty, and there may be more all the same. */
export interface AttemptPage {
  /** In the order in which they were stored. */
  readonly attempts: readonly AttemptRecord[]
  /** Where the next page begins; undefined for the last one. */
  readonly next: string | undefined
}

/** Reads what was spent, where that is stored. What cannot be read throws or rejects. */
export interface SpendTables {
  /** In the order of their places. */
  sums(question: SpendQuestion): Promise<readonly SpendRow[]> | readonly SpendRow[]
  attempts(question: AttemptsQuestion): Promise<AttemptPage> | AttemptPage
  close(): void
}

/** The same, from elsewhere. Rejects when it cannot be read. */
export interface SpendReader {
  sums(question: SpendQuestion): Promise<readonly SpendRow[]>
  attempts(question: AttemptsQuestion): Promise<AttemptPage>
}

/** What one pass of shipping came to. */
export interface PassReport {
  /** Attempts of dead processes, closed with estimates. */
  readonly crashed: number
  /** Bytes of the spool that are still on disk, those of dead processes included. */
  readonly spoolBytes: number
  /** Copies of files in which lines could not be read. What could be is shipped. */
  readonly badFiles: readonly string[]
  /** What keeps the records of a dead process from being shipped. Each is told once. */
  readonly troubles: readonly string[]
}

/** Carries what is in the spool to the table. One pass at a time; what is there can be read beside it. */
export interface Shipping extends SpendReader {
  /** Everything that was appended before is stored when this resolves. Rejects when it could not be. */
  pass(): Promise<PassReport>
  /** A last pass, then whoever ships goes away; the spool's own folder too when nothing is left in it. */
  stop(): Promise<void>
}

/** Where the ledger says what an operator must know. */
export interface LedgerLog {
  info(event: string, facts?: Readonly<Record<string, string | number>>): void
  warn(event: string, facts?: Readonly<Record<string, string | number>>): void
  error(event: string, facts?: Readonly<Record<string, string | number>>): void
}
