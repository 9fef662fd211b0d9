// The desk at which the admin API changes keys: the store behind the audit trail, and a key ring that learns of each
// change at once.
import type { AuditActor, AuditTrail } from '../audit/audit-trail.ts'
import type { Clock } from '../core/clock.ts'
import { AuditUnavailable } from '../core/admin-errors.ts'
import { AuthUnavailable, GatewayError } from '../core/errors.ts'
import type { KeyDesk, ShownKey } from '../http/admin/key-desk.ts'
import type { Naming } from '../http/admin/key-restrictions.ts'
import type { KeyRing } from '../keys/key-ring.ts'
import type { KeyStore, SecretHash, StoredKey } from '../keys/key-store.ts'
import { makeKey, rotateKey } from '../keys/manage-keys.ts'
import type { KeyMaking } from '../keys/manage-keys.ts'
import type { Teams } from '../keys/teams.ts'
import { randomBytes } from '../platform/random.ts'
import { auditedKeys } from './audited-keys.ts'

/** What is kept of keys, for those who change them while the gateway runs. */
export interface KeysAtHand {
  readonly store: KeyStore
  readonly hash: SecretHash
  readonly trail: AuditTrail
  readonly ring: KeyRing
  readonly clock: Clock
  teams(): Teams
  readonly naming: Naming
}

/** A desk over them. */
export function keyDesk({ store, hash, trail, ring, clock, teams, naming }: KeysAtHand): KeyDesk {
  const strict = strictTrail(trail)
  const making = (by: AuditActor): KeyMaking => ({
    store: auditedKeys(store, { trail: strict, clock, by }),
    hash,
    nowMs: clock.wallMs(),
    random: randomBytes,
  })
  const find = async (id: string): Promise<StoredKey | undefined> => {
    return (await store.list()).find((key) => key.id === id)
  }
  const changed = async <Answer>(work: () => Promise<Answer>): Promise<Answer> => {
    const answer = await told(work)
    await ring.refresh()
    return answer
  }
  const withKey = async (made: { readonly id: string; readonly secret: string }): Promise<ShownKey> => {
    const key = await find(made.id)
    if (key === undefined) throw new AuthUnavailable(new Error('The key that was just made is gone.'))
    return { key, secret: made.secret }
  }
  return {
    list: () => told(() => store.list()),
    find: (id) => told(() => find(id)),
    make: (key, by) => changed(async () => withKey(await makeKey(key, making(by)))),
    change: (id, changes, by) =>
      changed(async () => ((await making(by).store.change(id, changes)) ? find(id) : undefined)),
    rotate: (id, overlapMs, by) =>
      changed(async () => {
        const rotated = await rotateKey(id, overlapMs, making(by))
        return rotated === undefined ? undefined : withKey({ id, secret: rotated.secret })
      }),
    revoke: (id, by) =>
      changed(async () => ((await making(by).store.revoke(id, clock.wallMs())) ? find(id) : undefined)),
    teams,
    naming,
  }
}

function strictTrail(trail: AuditTrail): AuditTrail {
  return {
    ...trail,
    async append(act, atMs) {
      try {
        return await trail.append(act, atMs)
      } catch (failure) {
        throw new AuditUnavailable(failure)
      }
    },
  }
}

/** What goes wrong with the store is nobody's bug. */
async function told<Answer>(work: () => Promise<Answer>): Promise<Answer> {
  try {
    return await work()
  } catch (failure) {
    throw failure instanceof GatewayError ? failure : new AuthUnavailable(failure)
  }
}
