// What the gateway's thread and the shipping thread say to each other: one question, one answer.
import type { PassReport } from '../../ledger/ports.ts'

/** A place in this process's own folder. No segment: nothing was ever written. */
export interface SpoolPosition {
  readonly segment: string
  readonly bytes: number
}

export type ShipQuestion =
  | { readonly kind: 'begin'; readonly root: string; readonly ownName: string; readonly databasePath: string }
  | { readonly kind: 'pass'; readonly written: SpoolPosition }
  | { readonly kind: 'stop'; readonly written: SpoolPosition }

export type ShipAnswer =
  | { readonly kind: 'passed'; readonly report: PassReport }
  | { readonly kind: 'stopped' }
  | { readonly kind: 'failed'; readonly message: string }
