// The ports to what keeps secrets outside this machine, and to those who look on.
import type { StoredReference } from '../core/secret.ts'

/** Kinds of stores, as they are written before the colon. */
export type StoreName = 'vault' | 'aws'

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

/** What a store has said of a secret. */
export interface ReadSecret {
  readonly text: string
  /** Wall clock; since when the store has had it in this form. */
  readonly sinceMs: number | undefined
  /** Wall clock, when it was read last. */
  readonly readAtMs: number
}

/** Copies of what was read, for a start while a store is away. What cannot be read counts as not there. */
export interface SecretCopies {
  read(): ReadonlyMap<StoredReference, ReadSecret>
  /** All of them, in the place of those before. */
  write(secrets: ReadonlyMap<StoredReference, ReadSecret>): void
}

/** Who is told what an operator must know. Reasons complete "the store …". */
export interface StoreObserver {
  read(store: StoreName, result: 'ok' | 'refused' | 'away'): void
  away(store: StoreName, reason: string): void
  back(store: StoreName): void
  /** It was given before, or is asked for the first time, and the store does not give it. */
  refused(secret: StoredReference, reason: string): void
  given(secret: StoredReference): void
  changed(secret: StoredReference): void
  /** The store is away; a copy serves that was read so long ago. */
  copyUsed(secret: StoredReference, readAtMs: number): void
}
