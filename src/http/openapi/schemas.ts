// The shapes of answers in the description of the API. A test holds those of the admin API beside real answers.
import { auditActions } from '../../audit/audit-trail.ts'
import { priorityNames } from '../../core/priority.ts'
import { deliveryStates } from '../../webhooks/ports.ts'
import { describeSums } from '../../ledger/spend/describe-row.ts'
import { dimensions, noSums } from '../../ledger/spend/spend.ts'
import { roleNames } from '../admin/roles.ts'
import type { JsonSchema } from './operation.ts'

const text = { type: 'string' }
const textOrNull = { type: ['string', 'null'] }
const time = { type: 'string', format: 'date-time' }
const timeOrNull = { type: ['string', 'null'], format: 'date-time' }
const words = { type: ['array', 'null'], items: text }
const facts = { type: ['object', 'null'], additionalProperties: true }

function shape(properties: Readonly<Record<string, JsonSchema>>, description: string): JsonSchema {
  return { type: 'object', description, properties, required: Object.keys(properties) }
}

const key = {
  id: text,
  object: { const: 'key' },
  name: text,
  ends_in: text,
  state: { enum: ['valid', 'expired', 'revoked'] },
  role: { enum: roleNames },
  tenant: textOrNull,
  team: textOrNull,
  user: textOrNull,
  models: words,
  scopes: words,
  addresses: words,
  tags: words,
  metadata: { type: ['object', 'null'], additionalProperties: text },
  max_tokens: facts,
  residency: facts,
  keep_bodies: { type: 'boolean' },
  priority: { enum: priorityNames },
  created_at: time,
  expires_at: timeOrNull,
  revoked_at: timeOrNull,
  last_used_at: timeOrNull,
  previous_secret_until: timeOrNull,
}

const sums = describeSums(noSums)
const spend = {
  id: text,
  object: { const: 'spend' },
  ...Object.fromEntries(Object.keys(sums).map((name) => [name, { type: 'integer' }])),
}

/** By name. */
export const schemas = {
  Key: shape(key, 'An API key. A list that is null stands for everything of its kind.'),
  KeyWithSecret: shape({ ...key, secret: text }, 'A key with its new secret, which is shown this once.'),
  AuditEntry: shape(
    {
      id: text,
      object: { const: 'audit.entry' },
      number: { type: 'integer' },
      at: time,
      actor: text,
      address: textOrNull,
      action: { enum: auditActions },
      subject: text,
      outcome: { enum: ['done', 'failed', 'refused'] },
      before: facts,
      after: facts,
      hash: { type: 'string', pattern: '^[0-9a-f]{64}$' },
    },
    'Something that was done to the gateway. The hash is over the entry and the hash of the one before.',
  ),
  WebhookEndpoint: shape(
    {
      id: text,
      object: { const: 'webhook.endpoint' },
      origin: text,
      events: { type: 'array', items: text },
      state: { enum: ['working', 'failing', 'disabled'] },
      waiting: { type: 'integer' },
      failures: { type: 'integer' },
      failing_since: timeOrNull,
      disabled_because: textOrNull,
      disabled_at: timeOrNull,
    },
    'Somebody who is told of events.',
  ),
  WebhookDelivery: shape(
    {
      id: text,
      object: { const: 'webhook.delivery' },
      endpoint: text,
      event: text,
      type: text,
      state: { enum: deliveryStates },
      attempts: { type: 'integer' },
      created_at: time,
      next_at: timeOrNull,
      last_at: timeOrNull,
      last_status: { type: ['integer', 'null'] },
      last_problem: textOrNull,
    },
    'An event on its way to one endpoint.',
  ),
  Spend: {
    ...shape(spend, 'Sums of attempts, with a member for each dimension that was asked by.'),
    properties: {
      ...spend,
      start: time,
      end: time,
      ...Object.fromEntries(dimensions.map((dimension) => [dimension, textOrNull])),
      key_name: textOrNull,
    },
  },
  BodyRules: shape(
    {
      object: { const: 'bodies' },
      kept: { type: 'boolean' },
      sample: { type: ['number', 'null'] },
      mask: words,
      max_bytes: { type: ['integer', 'null'] },
      retention_seconds: { type: ['number', 'null'] },
    },
    'What is kept of what prompts and answers say; null while nothing is.',
  ),
  BodiesErased: shape(
    { object: { const: 'bodies.erased' }, erased: { type: 'integer' } },
    'Of so many calls something was kept, and is no more.',
  ),
  Deployment: {
    type: 'object',
    description: 'How a deployment stands, and what was measured of it.',
    properties: { id: text, object: { const: 'deployment' }, provider: text, model: text, state: text },
    required: ['id', 'object', 'provider', 'model', 'state'],
    additionalProperties: true,
  },
  Error: {
    type: 'object',
    description: 'A failure. `code` is stable; x-sallyport-error says it, too, whatever the dialect.',
    properties: {
      error: {
        type: 'object',
        properties: { message: text, type: text, param: textOrNull, code: textOrNull },
        required: ['message', 'type', 'param', 'code'],
      },
    },
    required: ['error'],
  },
} as const satisfies Readonly<Record<string, JsonSchema>>

/** A page of a list. */
export function listOf(name: string): JsonSchema {
  return {
    type: 'object',
    properties: {
      object: { const: 'list' },
      data: { type: 'array', items: { $ref: `#/components/schemas/${name}` } },
      first_id: textOrNull,
      last_id: textOrNull,
      has_more: { type: 'boolean' },
    },
    required: ['object', 'data', 'first_id', 'last_id', 'has_more'],
  }
}
