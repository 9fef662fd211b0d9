// A key as the admin API shows it: everything but what opens anything. Names of members are a contract: they are added to
// and never changed.
import { ordinary, priorityNames } from '../../core/priority.ts'
import type { Residency } from '../../core/residency.ts'
import { keyState } from '../../keys/key-state.ts'
import type { KeyState } from '../../keys/key-state.ts'
import type { StoredKey } from '../../keys/key-store.ts'
import { roleOf } from './roles.ts'
import type { Role } from './roles.ts'

export interface DescribedKey {
  readonly id: string
  readonly state: KeyState
  readonly role: Role
  readonly tenant: string | null
  readonly team: string | null
  readonly user: string | null
  readonly [member: string]: unknown
}

/** The key as it is at this time. */
export function describeKey(key: StoredKey, nowMs: number): DescribedKey {
  const { id, name, last4, previous, maxTokens: bound } = key
  const isOverlapping = previous !== undefined && previous.untilMs > nowMs
  return {
    id,
    object: 'key',
    name,
    ends_in: last4,
    state: keyState(key, nowMs),
    role: roleOf(key.scopes),
    tenant: key.tenant ?? null,
    team: key.team ?? null,
    user: key.user ?? null,
    models: orNull(key.models),
    scopes: orNull(key.scopes),
    addresses: key.addresses ?? null,
    tags: key.tags ?? null,
    metadata: key.metadata ?? null,
    max_tokens:
      bound === undefined
        ? null
        : {
            default: bound.unasked ?? null,
            max: bound.max ?? null,
            above: bound.lowers ? 'lower' : 'refuse',
          },
    residency: key.residency === undefined ? null : residencyOf(key.residency),
    keep_bodies: key.keepBodies !== false,
    priority: priorityNames[key.priority ?? ordinary],
    created_at: timeOf(key.createdAtMs),
    expires_at: timeOf(key.expiresAtMs),
    revoked_at: timeOf(key.revokedAtMs),
    last_used_at: timeOf(key.lastUsedAtMs ?? null),
    previous_secret_until: isOverlapping ? timeOf(previous.untilMs) : null,
  }
}

function residencyOf({ regions, classes }: Residency): object {
  return { regions: regions ?? null, classes: classes ?? null }
}

/** An empty list would be read as "nothing", and means that nothing is left out. */
function orNull(words: readonly string[]): readonly string[] | null {
  return words.length === 0 ? null : words
}

function timeOf(atMs: number | null): string | null {
  return atMs === null ? null : new Date(atMs).toISOString()
}
