// The admin API's view of webhooks: how endpoints stand, what became of deliveries, and sending once more. What was sent is
// not shown: it is in the events' own words at whoever got them.
import { WebhookNotFound } from '../../core/admin-errors.ts'
import { InvalidValue, MethodNotAllowed } from '../../core/errors.ts'
import type { EndpointState } from '../../webhooks/endpoint.ts'
import type { ListedDelivery } from '../../webhooks/ports.ts'
import type { WebhookSender } from '../../webhooks/webhook-sender.ts'
import type { Route, RouteRequest } from '../router.ts'
import { limitIn, listPage, pageOf } from './list-page.ts'
import { readJson } from './read-json.ts'
import type { WriteAct } from './written-acts.ts'

/** The sender, which is loaded when somebody asks. */
export type OpenWebhooks = () => Promise<
  Pick<WebhookSender, 'endpoints' | 'endpointsNow' | 'list' | 'replay' | 'test' | 'waiting'>
>

const access = { scope: 'admin' } as const
const endpointsPlace = '/admin/v1/webhooks/endpoints'
const deliveriesPlace = '/admin/v1/webhooks/deliveries'

export function webhookRoutes(open: OpenWebhooks, write: WriteAct): readonly Route[] {
  return [
    { method: 'GET', path: endpointsPlace, access, answer: (asked) => listEndpoints(asked, open) },
    {
      method: 'POST',
      path: `${endpointsPlace}/*`,
      access,
      answer: (asked) =>
        asked.rest.endsWith('/test') ? sendTest(asked, open, write) : replayMany(asked, open, write),
    },
    { method: 'GET', path: deliveriesPlace, access, answer: (asked) => listDeliveries(asked, open) },
    {
      method: 'POST',
      path: `${deliveriesPlace}/*`,
      access,
      answer: (asked) => replayOne(asked, open, write),
    },
  ]
}

async function listEndpoints({ request }: RouteRequest, open: OpenWebhooks): Promise<Response> {
  const sender = await open()
  const waiting = await sender.waiting()
  const all = (await sender.endpointsNow()).map((state) => describedEndpoint(state, waiting))
  return Response.json(listPage(all, new URL(request.url).searchParams))
}

async function listDeliveries({ request }: RouteRequest, open: OpenWebhooks): Promise<Response> {
  const query = new URL(request.url).searchParams
  const limit = limitIn(query.get('limit'))
  const after = query.get('after')
  const below = after === null ? undefined : numberOf(after)
  if (after !== null && below === undefined)
    throw new InvalidValue('after', 'must be the id of a delivery, such as dlv_17')
  const word = (name: string): string | undefined => query.get(name) ?? undefined
  const filters = { endpoint: word('endpoint'), state: word('state'), type: word('type') }
  const found = await (await open()).list({ limit: limit + 1, below, ...filters })
  return Response.json(pageOf(found.map(describedDelivery), limit))
}

async function sendTest(asked: RouteRequest, open: OpenWebhooks, write: WriteAct): Promise<Response> {
  const sender = await open()
  const name = knownEndpoint(asked.rest.slice(0, -'/test'.length), sender)
  await write(asked, { action: 'webhook.test', subject: name, before: null, after: null })
  const eventId = await sender.test(name)
  return Response.json({ object: 'webhook.event', id: eventId, endpoint: name }, { status: 202 })
}

const replaySuffix = '/replay'

async function replayMany(asked: RouteRequest, open: OpenWebhooks, write: WriteAct): Promise<Response> {
  if (!asked.rest.endsWith(replaySuffix)) throw new MethodNotAllowed(`${endpointsPlace}/${asked.rest}`, 'GET')
  const sender = await open()
  const endpoint = knownEndpoint(asked.rest.slice(0, -replaySuffix.length), sender)
  const { since, until, state } = await readJson(asked.request, 'replay')
  const untilMs = until ?? asked.edge.parts.clock.wallMs()
  const after = { since: timeText(since), until: timeText(untilMs), state }
  await write(asked, { action: 'webhook.replay', subject: endpoint, before: null, after })
  const count = await sender.replay({ endpoint, sinceMs: since, untilMs, state })
  return Response.json({ object: 'webhook.replay', count }, { status: 202 })
}

async function replayOne(asked: RouteRequest, open: OpenWebhooks, write: WriteAct): Promise<Response> {
  if (!asked.rest.endsWith(replaySuffix))
    throw new MethodNotAllowed(`${deliveriesPlace}/${asked.rest}`, 'GET')
  const id = asked.rest.slice(0, -replaySuffix.length)
  const number = numberOf(id)
  if (number === undefined) throw new WebhookNotFound(id)
  const sender = await open()
  const [found] = await sender.list({ limit: 1, below: number + 1 })
  if (found?.number !== number) throw new WebhookNotFound(id)
  await write(asked, { action: 'webhook.replay', subject: id, before: null, after: null })
  const count = await sender.replay({ number })
  return Response.json({ object: 'webhook.replay', count }, { status: 202 })
}

function knownEndpoint(name: string, sender: Pick<WebhookSender, 'endpoints'>): string {
  if (sender.endpoints().some(({ endpoint }) => endpoint.name === name)) return name
  throw new WebhookNotFound(name)
}

const idForm = /^dlv_([1-9]\d{0,14})$/

function numberOf(id: string): number | undefined {
  const number = idForm.exec(id)?.[1]
  return number === undefined ? undefined : Number(number)
}

function describedEndpoint(state: EndpointState, waiting: ReadonlyMap<string, number>) {
  const { endpoint, standing } = state
  return {
    id: endpoint.name,
    object: 'webhook.endpoint',
    // Receivers have their own tokens in a path or query.
    origin: endpoint.destination.origin,
    events: endpoint.events,
    state: state.isDisabled ? 'disabled' : standing.failures > 0 ? 'failing' : 'working',
    waiting: waiting.get(endpoint.name) ?? 0,
    failures: standing.failures,
    failing_since: timeOrNull(standing.failingSinceMs),
    disabled_because: standing.disabledBecause === '' ? null : standing.disabledBecause,
    disabled_at: timeOrNull(standing.disabledAtMs),
  }
}

function describedDelivery(delivery: ListedDelivery) {
  const { number, endpoint, eventId, type, state, attempts, lastStatus, lastProblem } = delivery
  return {
    id: `dlv_${number}`,
    object: 'webhook.delivery',
    endpoint,
    event: eventId,
    type,
    state,
    attempts,
    created_at: timeText(delivery.createdAtMs),
    next_at: state === 'waiting' ? timeText(delivery.nextAtMs) : null,
    last_at: timeOrNull(delivery.lastAtMs),
    last_status: lastStatus,
    last_problem: lastProblem === '' ? null : lastProblem,
  }
}

function timeText(wallMs: number): string {
  return new Date(wallMs).toISOString()
}

function timeOrNull(wallMs: number | null): string | null {
  return wallMs === null ? null : timeText(wallMs)
}
