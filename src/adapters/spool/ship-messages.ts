// What the gateway's thread and the shipping thread say to each other: one question, one answer.
import type { PassReport } from '../../ledger/ports.ts'

export type ShipQuestion =
  | { readonly kind: 'begin'; readonly root: string; readonly ownName: string; readonly databasePath: string }
  | { readonly kind: 'pass' }
  | { readonly kind: 'stop' }

export type ShipAnswer =
  | { readonly kind: 'passed'; readonly report: PassReport }
  | { readonly kind: 'stopped' }
  | { readonly kind: 'failed'; readonly message: string }
