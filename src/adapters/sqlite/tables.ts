// The tables as Kysely knows them. Times are milliseconds since the epoch; lists are JSON.

export interface KeysTable {
  readonly id: string
  readonly name: string
  readonly hash: string
  readonly last4: string
  readonly created_at_ms: number
  readonly expires_at_ms: number | null
  readonly revoked_at_ms: number | null
  readonly models: string
  readonly scopes: string
  readonly tenant: string | null
  readonly team: string | null
  readonly user: string | null
  /** JSON: addresses, and what its requests are taken to say. */
  readonly more: string
  readonly pepper: string | null
  readonly previous_hash: string | null
  readonly previous_until_ms: number | null
}

/** Apart from the keys, because a use is no change of a key. */
export interface KeyUsesTable {
  readonly id: string
  readonly last_used_at_ms: number
}

/** One row: how often the table of keys has changed. */
export interface KeyChangesTable {
  readonly number: number
}

export interface Tables {
  readonly keys: KeysTable
  readonly key_uses: KeyUsesTable
  readonly key_changes: KeyChangesTable
}
