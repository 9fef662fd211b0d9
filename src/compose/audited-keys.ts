// A store of keys that writes down each change before it makes it: one that cannot be written down is not made. Whoever
// changes keys on somebody's behalf, a command or the admin API, does it through this.
import type { AuditAct, AuditActor, AuditFacts, AuditTrail } from '../audit/audit-trail.ts'
import type { Clock } from '../core/clock.ts'
import type { KeyStore, StoredKey } from '../keys/key-store.ts'

export interface KeyAuditing {
  readonly trail: AuditTrail
  readonly clock: Clock
  readonly by: AuditActor
}

/** The same store, with changes in the trail. */
export function auditedKeys(store: KeyStore, { trail, clock, by }: KeyAuditing): KeyStore {
  const act = async <Answer>(
    said: Pick<AuditAct, 'action' | 'subject' | 'before' | 'after'>,
    work: () => Promise<Answer>,
  ): Promise<Answer> => {
    await trail.append({ ...by, ...said, outcome: 'done' }, clock.wallMs())
    try {
      return await work()
    } catch (failure) {
      await trail.append({ ...by, ...said, outcome: 'failed' }, clock.wallMs())
      throw failure
    }
  }
  const found = async (id: string): Promise<StoredKey | undefined> =>
    (await store.list()).find((key) => key.id === id)
  return {
    ...store,
    add: (key) =>
      act({ action: 'key.create', subject: key.id, before: null, after: factsOf(key) }, () => store.add(key)),
    revoke: async (id, atMs) => {
      const key = await found(id)
      if (key === undefined || key.revokedAtMs !== null) return store.revoke(id, atMs)
      const after = factsOf({ ...key, revokedAtMs: atMs })
      return act({ action: 'key.revoke', subject: id, before: factsOf(key), after }, () =>
        store.revoke(id, atMs),
      )
    },
    rotate: async (id, rotation) => {
      const key = await found(id)
      if (key === undefined || key.revokedAtMs !== null) return store.rotate(id, rotation)
      const until = isoTime(rotation.previousUntilMs)
      const after = { ...factsOf({ ...key, last4: rotation.last4 }), previous_secret_until: until }
      const said = { action: 'key.rotate', subject: id, before: factsOf(key), after } as const
      return act(said, () => store.rotate(id, rotation))
    },
    change: async (id, changes) => {
      const key = await found(id)
      if (key === undefined || key.revokedAtMs !== null) return store.change(id, changes)
      const after = factsOf({ ...key, ...changes })
      const said = { action: 'key.change', subject: id, before: factsOf(key), after } as const
      return act(said, () => store.change(id, changes))
    },
    remove: async (id) => {
      const key = await found(id)
      if (key === undefined) return store.remove(id)
      return act({ action: 'key.remove', subject: id, before: factsOf(key), after: null }, () =>
        store.remove(id),
      )
    },
  }
}

/** What may be known of a key: everything but its hash. */
function factsOf(stored: StoredKey): AuditFacts {
  const { hash: _, pepper: __, previous: ___, lastUsedAtMs: ____, ...known } = stored
  const { createdAtMs, expiresAtMs, revokedAtMs, ...key } = known
  return {
    ...key,
    created_at: isoTime(createdAtMs),
    expires_at: isoTime(expiresAtMs),
    revoked_at: isoTime(revokedAtMs),
  }
}

function isoTime(atMs: number | null): string | null {
  return atMs === null ? null : new Date(atMs).toISOString()
}
