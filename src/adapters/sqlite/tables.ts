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
}

/** One row: how often the table of keys has changed. */
export interface KeyChangesTable {
  readonly number: number
}

export interface Tables {
  readonly keys: KeysTable
  readonly key_changes: KeyChangesTable
}
