// What each way to log in to Vault needs, where Vault is used at all: a store that cannot be opened is found out when the
// config is read, not when its secrets are missing.
import type { StoredReference } from '../core/secret.ts'
import type { VaultSettings } from '../secrets/settings.ts'
import type { Finding } from './problem.ts'
import type { Draft } from './read-shape.ts'

type Member = 'token' | 'role_id' | 'secret_id' | 'role' | 'auth_mount'

const needed = {
  token: [],
  approle: ['role_id', 'secret_id'],
  kubernetes: ['role'],
} as const satisfies Readonly<Record<VaultSettings['auth'], readonly Member[]>>

const allowed: Readonly<Record<VaultSettings['auth'], readonly Member[]>> = {
  token: ['token'],
  approle: ['role_id', 'secret_id', 'auth_mount'],
  kubernetes: ['role', 'auth_mount'],
}

export function checkSecretStores(draft: Draft, stored: readonly StoredReference[]): Finding[] {
  const path = ['secrets', 'vault']
  const vault = draft.secrets?.vault
  if (vault === undefined) return []
  const members = ['token', 'role_id', 'secret_id', 'role', 'auth_mount'] as const
  const strange = members.filter(
    (member) => vault[member] !== undefined && !allowed[vault.auth].includes(member),
  )
  const findings = strange.map((member): Finding => {
    return { path: [...path, member], at: 'name', message: `says nothing when auth is ${vault.auth}` }
  })
  if (!stored.some((reference) => reference.startsWith('vault:'))) return findings
  const missing = needed[vault.auth].filter((member) => vault[member] === undefined)
  return [
    ...findings,
    ...missing.map((member): Finding => {
      return { path: [...path, 'auth'], at: 'value', message: `${vault.auth} needs ${member} beside it` }
    }),
  ]
}
