// What the admin API is told. The words are those of `keys` in the config, so that whoever knows one knows the
// other; an empty list is refused here, too, because it would read as "nothing" and mean "everything".
import * as z from 'zod'
import { priorityNames, readPriority } from '../../core/priority.ts'
import { keySettings } from '../../keys/settings.ts'
import { duration } from '../../platform/setting-values.ts'
import { deliveryStates } from '../../webhooks/ports.ts'
import { roleNames } from './roles.ts'

const { name, team, user, tenant, ...settings } = keySettings.unwrap().shape
const { models, scopes, addresses, tags, metadata, max_tokens, residency, keep_bodies } = settings

const priority = z
  .enum(priorityNames, { error: `write one of ${priorityNames.join(', ')}` })
  .transform((written) => readPriority(written))
  .optional()
  .describe('How much its calls matter when there are too many.')

const instant = z.iso
  .datetime({
    offset: true,
    error: ({ code }) =>
      code === 'invalid_format' ? 'write a time such as 2026-12-31T00:00:00Z' : undefined,
  })
  .transform((text) => Date.parse(text))

const endings = {
  expires_at: instant.optional().describe('When it ends. Left out: never.'),
  expires_in: duration('1m', '3650d').optional().describe('Instead of `expires_at`: how long it is valid.'),
}

const role = z
  .enum(roleNames, { error: `write one of ${roleNames.join(', ')}` })
  .optional()
  .describe('The scopes of an administrator, by one name; `scopes` adds to them.')

const owners = { tenant, team, user }
const allowed = { models, scopes, addresses, tags, metadata, max_tokens, residency, keep_bodies, priority }

const oneEnding = {
  check: (body: { readonly expires_at?: unknown; readonly expires_in?: unknown }): boolean =>
    body.expires_at === undefined || body.expires_in === undefined,
  told: { error: 'write one of expires_at and expires_in', path: ['expires_in'] },
}

/** POST /admin/v1/keys. */
export const newKeyBody = z
  .strictObject({ name, role, ...owners, ...allowed, ...endings })
  .refine(oneEnding.check, oneEnding.told)

/** PATCH /admin/v1/keys/{id}: what is left out stays, and null takes away. */
export const keyChangeBody = z
  .strictObject({
    name: name.optional(),
    role,
    tenant: tenant.nullable(),
    team: team.nullable(),
    user: user.nullable(),
    models: models.nullable(),
    scopes: scopes.nullable(),
    addresses: addresses.nullable(),
    tags: tags.nullable(),
    metadata: metadata.nullable(),
    max_tokens: max_tokens.nullable(),
    residency: residency.nullable(),
    keep_bodies: keep_bodies.nullable(),
    priority: priority.nullable(),
    expires_at: endings.expires_at.nullable(),
    expires_in: endings.expires_in,
  })
  .refine(oneEnding.check, oneEnding.told)

/** POST /admin/v1/keys/{id}/rotate. */
export const rotationBody = z.strictObject({
  overlap: duration('0s', '90d').prefault('24h').describe('How long the old secret stays good.'),
})

export type NewKeyBody = z.output<typeof newKeyBody>
export type KeyChangeBody = z.output<typeof keyChangeBody>

/** POST /admin/v1/webhooks/endpoints/{name}/replay. */
export const replayBody = z.strictObject({
  since: instant.describe('Events from this time on.'),
  until: instant.optional().describe('Events up to this time. Left out: up to now.'),
  state: z
    .enum(deliveryStates, { error: `write one of ${deliveryStates.join(', ')}` })
    .prefault('given_up')
    .describe('Only deliveries that stand so.'),
})
