// Roles: names for the grants that administrators have. A role is a list of scopes and nothing else, so that what a key
// may do stands in one place.
import { grants } from '../../core/scopes.ts'

/** From the one that may do everything to the one that only makes calls. */
export const roles = {
  /** Everything, making other owners among it. */
  owner: ['admin'],
  /** Everything that operators do, but for what concerns owners. */
  admin: ['admin:read', 'admin:write'],
  /** Looks, and changes nothing. */
  auditor: ['admin:read'],
  /** Makes calls. */
  member: [],
} as const satisfies Readonly<Record<string, readonly string[]>>
export type Role = keyof typeof roles

export const roleNames = ['owner', 'admin', 'auditor', 'member'] as const satisfies readonly Role[]

/** The highest role whose scopes are all granted. */
export function roleOf(granted: readonly string[]): Role {
  const held = roleNames.find(
    (role) => role !== 'member' && roles[role].every((scope) => grants(granted, scope)),
  )
  return held ?? 'member'
}
