// From the words of a body to what is kept of a key.
import type { Caller } from '../../core/caller.ts'
import { InvalidValue } from '../../core/errors.ts'
import type { KeyChanges } from '../../keys/key-store.ts'
import type { NewKey } from '../../keys/manage-keys.ts'
import type { KeyChangeBody, NewKeyBody } from './request-bodies.ts'
import { roles } from './roles.ts'

type Bound = NonNullable<NewKeyBody['max_tokens']>

/** The key that a body asks for; one of an administrator's own tenant and of its team, where they have one. */
export function newKeyIn(
  body: NewKeyBody,
  { caller, nowMs }: { readonly caller: Caller; readonly nowMs: number },
): NewKey {
  const { name, user, addresses, tags, metadata, priority, residency, keep_bodies: keepBodies } = body
  const tenant = body.tenant ?? caller.tenant
  const team = body.team ?? (caller.tenant === undefined ? undefined : caller.team)
  const expiresAtMs = endIn(body, nowMs) ?? null
  return {
    name,
    models: body.models ?? [],
    scopes: scopesIn(body) ?? [],
    expiresAtMs,
    ...(tenant !== undefined && { tenant }),
    ...(team !== undefined && { team }),
    ...(user !== undefined && { user }),
    ...(addresses !== undefined && { addresses }),
    ...(tags !== undefined && { tags }),
    ...(metadata !== undefined && { metadata }),
    ...(body.max_tokens !== undefined && { maxTokens: boundOf(body.max_tokens) }),
    ...(priority !== undefined && { priority }),
    ...(residency !== undefined && { residency }),
    ...(keepBodies !== undefined && { keepBodies }),
  }
}

/** What a body changes: only what it names. */
export function changesIn(body: KeyChangeBody, nowMs: number): KeyChanges {
  const { name, models, max_tokens: bound, expires_at: end, keep_bodies: keepBodies } = body
  const scopes = scopesIn(body)
  const expiresAtMs = end === null ? null : endIn({ ...body, expires_at: end }, nowMs)
  const plain = ['tenant', 'team', 'user', 'addresses', 'tags', 'metadata', 'priority', 'residency'] as const
  const changes: KeyChanges = {
    ...(name !== undefined && { name }),
    ...(models !== undefined && { models: models ?? [] }),
    ...(scopes !== undefined && { scopes }),
    ...(bound !== undefined && { maxTokens: bound === null ? undefined : boundOf(bound) }),
    ...(expiresAtMs !== undefined && { expiresAtMs }),
    ...(keepBodies !== undefined && { keepBodies: keepBodies ?? undefined }),
    ...Object.fromEntries(
      plain.flatMap((member) => (body[member] === undefined ? [] : [[member, body[member] ?? undefined]])),
    ),
  }
  return changes
}

/** Null takes the list away; a role is a list of its own, to which `scopes` adds. */
function scopesIn({ role, scopes }: Pick<KeyChangeBody, 'role' | 'scopes'>): readonly string[] | undefined {
  if (role === undefined) return scopes === null ? [] : scopes
  return [...new Set([...roles[role], ...(scopes ?? [])])]
}

function endIn(
  { expires_at: at, expires_in: forMs }: Pick<NewKeyBody, 'expires_at' | 'expires_in'>,
  nowMs: number,
): number | undefined {
  const endMs = forMs === undefined ? at : nowMs + forMs
  if (endMs !== undefined && endMs <= nowMs) throw new InvalidValue('expires_at', 'that time has passed')
  return endMs
}

function boundOf({ default: unasked, max, above }: Bound): NonNullable<NewKey['maxTokens']> {
  return {
    lowers: above === 'lower',
    ...(max !== undefined && { max }),
    ...(unasked !== undefined && { unasked }),
  }
}
