// A key as a row of a table: the columns, and both ways between them and the key. The same in every database.
import type { StoredKey } from '../keys/key-store.ts'

/** Times are milliseconds since the epoch; lists are JSON. */
export interface KeyColumns {
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

export interface KeyRow extends KeyColumns {
  readonly last_used_at_ms: number | null
}

/** Facts of a key that nobody looks for in the database. */
type More = Pick<
  StoredKey,
  'addresses' | 'tags' | 'metadata' | 'maxTokens' | 'priority' | 'residency' | 'keepBodies'
>

/** The row of a key. */
export function keyRow(key: StoredKey): KeyColumns {
  const { addresses, tags, metadata, maxTokens, priority, residency, keepBodies, previous } = key
  const more: More = { addresses, tags, metadata, maxTokens, priority, residency, keepBodies }
  return {
    id: key.id,
    name: key.name,
    hash: key.hash,
    last4: key.last4,
    created_at_ms: key.createdAtMs,
    expires_at_ms: key.expiresAtMs,
    revoked_at_ms: key.revokedAtMs,
    models: JSON.stringify(key.models),
    scopes: JSON.stringify(key.scopes),
    tenant: key.tenant ?? null,
    team: key.team ?? null,
    user: key.user ?? null,
    more: JSON.stringify(more),
    pepper: key.pepper ?? null,
    previous_hash: previous?.hash ?? null,
    previous_until_ms: previous?.untilMs ?? null,
  }
}

/** The key of a row. */
export function keyOfRow(row: KeyRow): StoredKey {
  const models: readonly string[] = JSON.parse(row.models)
  const scopes: readonly string[] = JSON.parse(row.scopes)
  const more: More = JSON.parse(row.more)
  const { tenant, team, user, pepper, previous_hash: hash, previous_until_ms: untilMs } = row
  return {
    id: row.id,
    name: row.name,
    hash: row.hash,
    last4: row.last4,
    createdAtMs: row.created_at_ms,
    expiresAtMs: row.expires_at_ms,
    revokedAtMs: row.revoked_at_ms,
    models,
    scopes,
    ...more,
    ...(tenant !== null && { tenant }),
    ...(team !== null && { team }),
    ...(user !== null && { user }),
    ...(pepper !== null && { pepper }),
    ...(hash !== null && untilMs !== null && { previous: { hash, untilMs } }),
    ...(row.last_used_at_ms !== null && { lastUsedAtMs: row.last_used_at_ms }),
  }
}
