// What can be done at the routes off the path of a call. A test compares this list with the table of routes: one that is
// not described here is found, and so is what is described and not there.
import { auditActions } from '../../audit/audit-trail.ts'
import { deliveryStates } from '../../webhooks/ports.ts'
import { keyChangeBody, newKeyBody, replayBody, rotationBody } from '../admin/request-bodies.ts'
import { roleNames } from '../admin/roles.ts'
import { after, limit } from './list-parameters.ts'
import type { Operation, Parameter } from './operation.ts'
import { spendOperations, usageOperation } from './spend-operations.ts'

const keyId: Parameter = { name: 'id', in: 'path', says: 'Its id.' }
const deploymentName: Parameter = {
  name: 'deployment',
  in: 'path',
  says: '`provider/model`, or with `@account` behind it; the slash stays one.',
}

const ofModels: readonly Operation[] = [
  {
    method: 'GET',
    path: '/v1/models',
    id: 'listModels',
    group: 'models',
    summary: 'What this key may call, in the shape that the client has.',
    answer: { says: 'The list.' },
  },
  {
    method: 'GET',
    path: '/v1/models/{model}',
    id: 'readModel',
    group: 'models',
    summary: 'What a name stands for and what it can do.',
    parameters: [{ name: 'model', in: 'path', says: 'Its name.' }],
    answer: { says: 'The model.' },
  },
  {
    method: 'GET',
    path: '/v1/models/{model}/performance',
    id: 'readModelPerformance',
    group: 'models',
    summary: 'How fast it is just now.',
    parameters: [{ name: 'model', in: 'path', says: 'Its name.' }],
    answer: { says: 'Percentiles of the last ten minutes.' },
  },
  {
    method: 'GET',
    path: '/v1beta/models',
    id: 'listGeminiModels',
    group: 'models',
    summary: "What this key may call, in Google's shape.",
    answer: { says: 'The list.' },
  },
  {
    method: 'GET',
    path: '/v1beta/models/{model}',
    id: 'readGeminiModel',
    group: 'models',
    summary: "What a name stands for, in Google's shape.",
    parameters: [{ name: 'model', in: 'path', says: 'Its name.' }],
    answer: { says: 'The model.' },
  },
]

const ofRecords: readonly Operation[] = [
  {
    method: 'GET',
    path: '/v1/calls/{id}',
    id: 'readCall',
    group: 'records',
    summary: 'What is known of a call that this key has made.',
    parameters: [{ name: 'id', in: 'path', says: 'As `x-request-id` said it.' }],
    answer: { says: 'The call with its attempts.' },
  },
  usageOperation,
  {
    method: 'GET',
    path: '/v1/responses/{id}',
    id: 'readResponse',
    group: 'records',
    summary: 'A response that was kept.',
    parameters: [keyId],
    answer: { says: 'The response as it was answered.' },
  },
  {
    method: 'GET',
    path: '/v1/responses/{id}/input_items',
    id: 'listInputItems',
    group: 'records',
    summary: 'What a response was made from.',
    parameters: [
      keyId,
      { ...limit, schema: { type: 'integer', minimum: 1, maximum: 100, default: 20 } },
      after,
    ],
    answer: { says: 'A page of items.' },
  },
  {
    method: 'DELETE',
    path: '/v1/responses/{id}',
    id: 'deleteResponse',
    group: 'records',
    summary: 'Deletes a response that was kept.',
    parameters: [keyId],
    answer: { says: 'That it is gone.' },
  },
]

const ofKeys: readonly Operation[] = [
  {
    method: 'GET',
    path: '/admin/v1/keys',
    id: 'listKeys',
    group: 'operators',
    summary: 'Keys, the oldest first, revoked ones too.',
    parameters: [
      limit,
      after,
      { name: 'state', in: 'query', says: 'Only such.', schema: { enum: ['valid', 'expired', 'revoked'] } },
      { name: 'role', in: 'query', says: 'Only of this role.', schema: { enum: roleNames } },
      { name: 'tenant', in: 'query', says: 'Only of this tenant.' },
      { name: 'team', in: 'query', says: 'Only of this team.' },
      { name: 'user', in: 'query', says: 'Only of this person.' },
    ],
    answer: { says: 'A page.', listOf: 'Key' },
  },
  {
    method: 'POST',
    path: '/admin/v1/keys',
    id: 'createKey',
    group: 'operators',
    summary: 'Makes a key. Its secret is in the answer, and nowhere else.',
    body: newKeyBody,
    answer: { status: 201, says: 'The key and its secret.', is: 'KeyWithSecret' },
  },
  {
    method: 'GET',
    path: '/admin/v1/keys/{id}',
    id: 'readKey',
    group: 'operators',
    summary: 'One key.',
    parameters: [keyId],
    answer: { says: 'The key.', is: 'Key' },
  },
  {
    method: 'PATCH',
    path: '/admin/v1/keys/{id}',
    id: 'changeKey',
    group: 'operators',
    summary: 'Changes what is named; null takes away.',
    parameters: [keyId],
    body: keyChangeBody,
    answer: { says: 'The key as it is now.', is: 'Key' },
  },
  {
    method: 'DELETE',
    path: '/admin/v1/keys/{id}',
    id: 'revokeKey',
    group: 'operators',
    summary: 'Revokes a key for good. It stays on the list.',
    parameters: [keyId],
    answer: { says: 'The key as it is now.', is: 'Key' },
  },
  {
    method: 'POST',
    path: '/admin/v1/keys/{id}/rotate',
    id: 'rotateKey',
    group: 'operators',
    summary: 'Gives a key a new secret. The old one stays good for a while.',
    parameters: [keyId],
    body: rotationBody,
    answer: { says: 'The key and its new secret.', is: 'KeyWithSecret' },
  },
]

const ofOperators: readonly Operation[] = [
  {
    method: 'GET',
    path: '/admin/v1/deployments',
    id: 'listDeployments',
    group: 'operators',
    summary: 'How every deployment stands, and why.',
    parameters: [limit, after],
    answer: { says: 'A page.', listOf: 'Deployment' },
  },
  {
    method: 'GET',
    path: '/admin/v1/deployments/{deployment}',
    id: 'readDeployment',
    group: 'operators',
    summary: 'How one stands, with all its accounts.',
    parameters: [deploymentName],
    answer: { says: 'Its accounts.', listOf: 'Deployment' },
  },
  {
    method: 'POST',
    path: '/admin/v1/deployments/{deployment}/eject',
    id: 'ejectDeployment',
    group: 'operators',
    summary: 'Sends it no calls for a while.',
    parameters: [
      deploymentName,
      {
        name: 'seconds',
        in: 'query',
        says: 'How long.',
        schema: { type: 'integer', minimum: 1, maximum: 86_400, default: 600 },
      },
    ],
    answer: { says: 'How it stands now.', listOf: 'Deployment' },
  },
  {
    method: 'POST',
    path: '/admin/v1/deployments/{deployment}/restore',
    id: 'restoreDeployment',
    group: 'operators',
    summary: 'Forgives it everything.',
    parameters: [deploymentName],
    answer: { says: 'How it stands now.', listOf: 'Deployment' },
  },
  {
    method: 'GET',
    path: '/admin/v1/calls/{id}/trace',
    id: 'readTrace',
    group: 'operators',
    summary: 'What was decided in a call, step by step.',
    parameters: [{ name: 'id', in: 'path', says: 'As `x-request-id` said it.' }],
    answer: { says: 'The steps.' },
  },
  {
    method: 'GET',
    path: '/admin/v1/audit',
    id: 'listAudit',
    group: 'operators',
    summary: 'What was done to the gateway, the newest first.',
    parameters: [
      limit,
      after,
      { name: 'action', in: 'query', says: 'Only such acts.', schema: { enum: auditActions } },
      { name: 'actor', in: 'query', says: 'Only by this one: the id of a key, `cli`, `config`.' },
      { name: 'subject', in: 'query', says: 'Only what was done to this.' },
    ],
    answer: { says: 'A page.', listOf: 'AuditEntry' },
  },
]

const endpointName: Parameter = { name: 'name', in: 'path', says: 'As the config calls it.' }

const ofWebhooks: readonly Operation[] = [
  {
    method: 'GET',
    path: '/admin/v1/webhooks/endpoints',
    id: 'listWebhookEndpoints',
    group: 'operators',
    summary: 'Who is told of events, and how they stand.',
    parameters: [limit, after],
    answer: { says: 'A page.', listOf: 'WebhookEndpoint' },
  },
  {
    method: 'POST',
    path: '/admin/v1/webhooks/endpoints/{name}/test',
    id: 'testWebhookEndpoint',
    group: 'operators',
    summary: 'Sends it an event `webhook.test`. One that was disabled begins anew.',
    parameters: [endpointName],
    answer: { status: 202, says: 'The id of the event.' },
  },
  {
    method: 'POST',
    path: '/admin/v1/webhooks/endpoints/{name}/replay',
    id: 'replayWebhookEndpoint',
    group: 'operators',
    summary: 'Sends the events of a stretch of time once more.',
    parameters: [endpointName],
    body: replayBody,
    answer: { status: 202, says: 'How many there are.' },
  },
  {
    method: 'GET',
    path: '/admin/v1/webhooks/deliveries',
    id: 'listWebhookDeliveries',
    group: 'operators',
    summary: 'What became of deliveries, the newest first.',
    parameters: [
      limit,
      after,
      { name: 'endpoint', in: 'query', says: 'Only to this endpoint.' },
      { name: 'state', in: 'query', says: 'Only such.', schema: { enum: deliveryStates } },
      { name: 'type', in: 'query', says: 'Only events of this name.' },
    ],
    answer: { says: 'A page.', listOf: 'WebhookDelivery' },
  },
  {
    method: 'POST',
    path: '/admin/v1/webhooks/deliveries/{id}/replay',
    id: 'replayWebhookDelivery',
    group: 'operators',
    summary: 'Sends one event once more.',
    parameters: [keyId],
    answer: { status: 202, says: 'How many there are: one.' },
  },
]

const ofBodies: readonly Operation[] = [
  {
    method: 'GET',
    path: '/admin/v1/bodies',
    id: 'readBodyRules',
    group: 'operators',
    summary: 'By which rules prompts and answers are kept, and how long.',
    answer: { says: 'The rules.', is: 'BodyRules' },
  },
  {
    method: 'DELETE',
    path: '/admin/v1/bodies',
    id: 'eraseBodies',
    group: 'operators',
    summary: 'Erases what is kept of prompts and answers.',
    parameters: [
      { name: 'user', in: 'query', says: 'Of this person, whom the key or the request named.' },
      { name: 'key', in: 'query', says: 'Of the key with this id.' },
      { name: 'call', in: 'query', says: 'Of this call.' },
      { name: 'tenant', in: 'query', says: 'Of this tenant.' },
      { name: 'all', in: 'query', says: 'Instead of all these: everything.', schema: { enum: ['true'] } },
    ],
    answer: { says: 'Of how many calls something was erased.', is: 'BodiesErased' },
  },
]

const ofProcess: readonly Operation[] = [
  {
    method: 'GET',
    path: '/health',
    id: 'readHealth',
    group: 'process',
    summary: 'Whether the process lives.',
    answer: { says: 'It does.' },
  },
  {
    method: 'GET',
    path: '/ready',
    id: 'readReadiness',
    group: 'process',
    summary: 'Whether calls should be sent here; 503 while it leaves.',
    answer: { says: 'They should.' },
  },
  {
    method: 'GET',
    path: '/metrics',
    id: 'readMetrics',
    group: 'process',
    summary: 'Everything that is counted, for Prometheus. Free on the same machine.',
    answer: { says: 'The metrics.', type: 'text/plain' },
  },
  {
    method: 'GET',
    path: '/openapi.json',
    id: 'readDescription',
    group: 'process',
    summary: 'This description.',
    answer: { says: 'OpenAPI 3.1.' },
  },
  {
    method: 'GET',
    path: '/docs',
    id: 'readPage',
    group: 'process',
    summary: 'This description as a page.',
    answer: { says: 'A page without scripts.', type: 'text/html' },
  },
]

export const routeOperations: readonly Operation[] = [
  ...ofModels,
  ...ofRecords,
  ...ofKeys,
  ...ofOperators,
  ...ofWebhooks,
  ...spendOperations,
  ...ofBodies,
  ...ofProcess,
]
