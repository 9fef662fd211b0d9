// What a request names and does not hold: an earlier response, a thread, a cached prompt. Such a request goes to whoever
// has it, with the words it needs; and where it cannot be carried, it is refused rather than sent as half of itself.
import type { Caller } from '../core/caller.ts'
import { tenantOf } from '../core/caller.ts'
import { GatewayError, UnsupportedParameter } from '../core/errors.ts'
import { ReferenceNotFound, ThreadNotFound, ThreadUnsupported } from '../core/reference-errors.ts'
import { isObject } from '../dialects/json-object.ts'
import { saidInBody } from '../dialects/relay.ts'
import type { RelayRequest } from '../dialects/relay-request.ts'
import type { Deployment } from '../providers/deployment.ts'
import { attemptsMaxDefault } from '../routing/next-attempt.ts'
import type { Continuation, OwnItems } from '../responses/continuation.ts'
import type { Responses } from '../responses/responses.ts'
import type { Stickiness } from '../responses/stickiness.ts'
import { accountIn, keyedName } from './choose-key.ts'
import type { Production } from './production.ts'
import { leftOf } from './route.ts'
import type { Routed } from './route.ts'

export interface ReferenceParts {
  readonly responses: Responses
  readonly stickiness: Stickiness
}

/** A production whose references were followed, and the ids that its deployment turns out to know if it answers. */
export interface Followed {
  readonly production: Production
  readonly heldIds: readonly string[]
  /** The request's own items with what they refer to, as an account can be told them. */
  readonly ownItems?: OwnItems | undefined
}

/**
 * Finds what a request refers to. Rejects with what is missing: PreviousResponseNotFound, ReferenceNotFound,
 * ThreadNotFound, ThreadUnsupported, UnsupportedParameter, ResponsesUnavailable, and the like.
 */
export async function followReferences(
  production: Production,
  caller: Caller,
  { responses, stickiness }: ReferenceParts,
): Promise<Followed> {
  const tenant = tenantOf(caller)
  const body = production.request.parsed()
  switch (production.door.endpoint) {
    case 'responses': {
      const held = await toHolders(production, idsIn(body, ['conversation']), { tenant, stickiness })
      const continuation = await responses.resolve(body, tenant)
      if (continuation === undefined) return held
      const { ownItems } = continuation
      return { ...held, production: await continued(held.production, continuation), ownItems }
    }
    case 'messages': {
      const threaded = await inThread(production, body['thread'], { tenant, stickiness })
      return toHolders(threaded, idsIn(body, ['container']), { tenant, stickiness })
    }
    default:
      return toHolders(production, idsIn(body, ['cachedContent', 'cached_content']), { tenant, stickiness })
  }
}

interface Whose {
  readonly tenant: string
  readonly stickiness: Stickiness
}

/** Members whose value is an id, or an object with one. */
function idsIn(
  body: Readonly<Record<string, unknown>>,
  names: readonly string[],
): ReadonlyMap<string, string> {
  const ids = new Map<string, string>()
  for (const name of names) {
    const value = body[name]
    const id = isObject(value) ? value['id'] : value
    if (typeof id === 'string' && id !== '') ids.set(name, id)
  }
  return ids
}

/** The account that has a thing. An id that is not known is not passed on: several tenants may share an account. */
async function toHolders(
  production: Production,
  ids: ReadonlyMap<string, string>,
  { tenant, stickiness }: Whose,
): Promise<Followed> {
  let { deployments } = production
  for (const [name, id] of ids) {
    const able = leftOr(
      new UnsupportedParameter(deployments[0].provider, [name]),
      deployments,
      deployments.filter(({ speaks }) => speaks.has(production.door.spoken)),
    )
    const holder = await stickiness.whereIs(tenant, id)
    const those = able.flatMap((deployment) => accountIn(deployment, holder) ?? [])
    deployments = leftOr(new ReferenceNotFound(name, id), able, those)
  }
  return { production: { ...production, deployments }, heldIds: [...ids.values()] }
}

async function inThread(
  production: Production,
  thread: unknown,
  { tenant, stickiness }: Whose,
): Promise<Production> {
  if (thread === undefined || thread === null) return production
  const { deployments, door } = production
  const able = leftOr(
    new ThreadUnsupported(),
    deployments,
    deployments.filter(({ speaks }) => speaks.has(door.spoken)),
  )
  const previousId = isObject(thread) ? thread['previous_message_id'] : undefined
  if (typeof previousId !== 'string') return { ...production, deployments: able }
  const holder = await stickiness.whereIs(tenant, previousId)
  const those = able.flatMap((deployment) => accountIn(deployment, holder) ?? [])
  return { ...production, deployments: leftOr(new ThreadNotFound(), able, those) }
}

/**
 * The one who keeps the conversation itself first, as it was asked; everybody else is told all of it. Whoever cannot be
 * told it is not asked; rejects with the reason when nobody can.
 */
async function continued(production: Production, continuation: Continuation): Promise<Production> {
  const accountOf = (deployment: Deployment): Deployment | undefined =>
    accountIn(deployment, continuation.holder)
  const isHolder = (deployment: Deployment): boolean =>
    deployment.keepsResponses &&
    deployment.speaks.has(production.door.spoken) &&
    accountOf(deployment) !== undefined
  const inOrder = production.deployments.toSorted(
    (one, other) => Number(isHolder(other)) - Number(isHolder(one)),
  )
  const tried: Deployment[] = []
  const requests = new Map<string, RelayRequest>()
  let reason: unknown
  /** Whether it can be told. */
  const readFor = async (name: string, deployment: Deployment, held: boolean): Promise<boolean> => {
    try {
      const body = held ? continuation.heldBody : (await continuation.expand(deployment)).body
      const { relay } = production.door
      const place = held ? { ...saidInBody, tokensBefore: continuation.heldTokens() } : saidInBody
      requests.set(name, relay.readRequest(Buffer.from(JSON.stringify(body)), place))
      return true
    } catch (failure) {
      if (!(failure instanceof GatewayError)) throw failure
      reason ??= failure
      return false
    }
  }
  for (const deployment of inOrder) {
    if (tried.length === attemptsMaxDefault) break
    // With several keys, the account that made it is told what it can be told, and all others what anybody can.
    const account = deployment.keys === undefined ? undefined : accountOf(deployment)
    const isAccountTold =
      account !== undefined && (await readFor(keyedName(account), account, isHolder(deployment)))
    const isHeld = account === undefined && isHolder(deployment)
    if (await readFor(deployment.name, deployment, isHeld)) tried.push(deployment)
    else if (isAccountTold) tried.push(account)
  }
  const preferred = tried.find(isHolder) ?? tried.find((deployment) => accountOf(deployment)?.siblings)
  const { previous_response_id: previousId } = production.request.parsed()
  return {
    ...production,
    deployments: leftOr(reason, production.deployments, tried),
    requests,
    echo: { previous_response_id: previousId },
    preferred: preferred?.name,
    preferredAccount: preferred && accountOf(preferred)?.credential,
  }
}

/** What is left of routed deployments. Throws this when nothing is. */
function leftOr(otherwise: unknown, of: Routed, left: readonly Deployment[]): Routed {
  const found = leftOf(of, left)
  if (found === undefined) throw otherwise
  return found
}
