// The port to what keeps secrets outside this machine.
import type { StoredReference } from '../core/secret.ts'

/**
 * What came of asking for one secret. `refused`: the store is there and does not give it; `away`: nothing is known of it
 * just now. A reason completes "the store …" and holds nothing of the secret.
 */
export type StoreAnswer =
  | {
      readonly kind: 'value'
      readonly text: string
      /** Wall clock; since when the store has had it in this form. */
      readonly sinceMs: number | undefined
    }
  | { readonly kind: 'refused' | 'away'; readonly reason: string }

/** One store, as it is configured. */
export interface SecretStore {
  /** Reads all of these at once; what lies together is asked for together. Never rejects. */
  read(references: readonly StoredReference[]): Promise<ReadonlyMap<StoredReference, StoreAnswer>>
  /** Ends what it does between readings. */
  close(): void
}
