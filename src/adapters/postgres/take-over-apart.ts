// Moving into PostgreSQL, bundled apart from the rest: it is done once in the life of an installation.
import { readAddress } from './address.ts'
import { connectPostgres } from './connection.ts'
import { takeOver, whyNot } from './take-over.ts'
import type { TakeOver, TakeOverParts } from './take-over.ts'

export interface NewHome {
  /** `db.internal:5432/sallyport`: for people. */
  readonly label: string
  /** Why nothing can be taken over; undefined where it can. */
  whyNot(): Promise<string | undefined>
  /** Rejects with nothing written. */
  takeOver(parts: TakeOverParts): Promise<TakeOver>
  close(): Promise<void>
}

/** Connects when it is first asked. Throws BadPostgresAddress. */
export function openNewHome(url: string): NewHome {
  const address = readAddress(url)
  const { label } = address
  const connection = connectPostgres(address, 1)
  return {
    label,
    whyNot: () => whyNot(connection, label),
    takeOver: (parts) => takeOver(connection, label, parts),
    close: () => connection.close(),
  }
}
