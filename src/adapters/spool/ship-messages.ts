// What the gateway's thread and the shipping thread say to each other: one question, one answer.
import type { AttemptPage, AttemptsQuestion, PassReport } from '../../ledger/ports.ts'
import type { SpendQuestion, SpendRow } from '../../ledger/spend/spend.ts'

/** A place in this process's own folder. No segment: nothing was ever written. */
export interface SpoolPosition {
  readonly segment: string
  readonly bytes: number
}

export interface ShippingPlaces {
  readonly root: string
  readonly ownName: string
  /** Where the table is: a file, or what else the thread's own kind of store goes by. */
  readonly place: string
}

export type ShipQuestion =
  | ({ readonly kind: 'begin' } & ShippingPlaces)
  | { readonly kind: 'pass'; readonly written: SpoolPosition }
  | { readonly kind: 'stop'; readonly written: SpoolPosition }
  | SpendReading

/** Beside the passes, and as many at a time as there are. The number comes back with the answer. */
export type SpendReading = { readonly number: number } & (
  | { readonly kind: 'sums'; readonly question: SpendQuestion }
  | { readonly kind: 'attempts'; readonly question: AttemptsQuestion }
)

export type SpendRead = { readonly number: number } & (
  | { readonly kind: 'sums'; readonly rows: readonly SpendRow[] }
  | { readonly kind: 'attempts'; readonly page: AttemptPage }
  | { readonly kind: 'unread'; readonly message: string }
)

export type ShipAnswer =
  | { readonly kind: 'passed'; readonly report: PassReport }
  | { readonly kind: 'stopped' }
  | { readonly kind: 'failed'; readonly message: string }
