// What the gateway's thread and the shipping thread say to each other: one question, one answer.
import type { PassReport } from '../../ledger/ports.ts'

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

export type ShipAnswer =
  | { readonly kind: 'passed'; readonly report: PassReport }
  | { readonly kind: 'stopped' }
  | { readonly kind: 'failed'; readonly message: string }
