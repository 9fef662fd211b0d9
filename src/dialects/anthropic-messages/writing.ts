// What is kept while a request is written for this API.
import type { Dropped } from '../dialect.ts'

export interface Writing {
  readonly dropped: Dropped[]
  /** The id that this API accepts for a call of another provider. */
  readonly callId: (id: string) => string
}

/** A block or message as it goes out. */
export type Wire = Record<string, unknown>
