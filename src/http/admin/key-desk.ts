// What the admin API needs of keys: the changes, each written down in the name of whoever asked for it.
import type { AuditActor } from '../../audit/audit-trail.ts'
import type { KeyChanges, StoredKey } from '../../keys/key-store.ts'
import type { NewKey } from '../../keys/manage-keys.ts'
import type { Teams } from '../../keys/teams.ts'
import type { Naming } from './key-restrictions.ts'

/** A key, and its secret, which is shown this once. */
export interface ShownKey {
  readonly key: StoredKey
  readonly secret: string
}

/** All reject with AuditUnavailable or AuthUnavailable; what names a key resolves with undefined when there is none. */
export interface KeyDesk {
  /** The oldest first, revoked ones too. */
  list(): Promise<readonly StoredKey[]>
  find(id: string): Promise<StoredKey | undefined>
  make(key: NewKey, by: AuditActor): Promise<ShownKey>
  change(id: string, changes: KeyChanges, by: AuditActor): Promise<StoredKey | undefined>
  rotate(id: string, overlapMs: number, by: AuditActor): Promise<ShownKey | undefined>
  revoke(id: string, by: AuditActor): Promise<StoredKey | undefined>
  /** As the config has them just now. */
  teams(): Teams
  readonly naming: Naming
}
