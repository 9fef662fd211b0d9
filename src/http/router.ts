// The routes off the path of a call, by Hono. Every route says who may use it; one without that does not compile.
import { Hono } from 'hono'
import { TenantNotAllowed } from '../core/admin-errors.ts'
import { MethodNotAllowed, UnknownPath } from '../core/errors.ts'
import type { Scope } from '../core/scopes.ts'
import type { Caller } from '../core/caller.ts'
import { authenticate } from '../pipeline/authenticate.ts'
import type { Authenticated } from '../pipeline/authenticate.ts'
import { clientAddress, isFrom } from './client-origin.ts'
import type { Edge } from './edge.ts'
import { googleKey, isGoogles } from './google-key.ts'
import type { ServerPeers } from '../platform/http-server.ts'

export type Router = (request: Request, peers: ServerPeers) => Response | Promise<Response>

/** What a route is told of its request. */
export interface RouteRequest {
  readonly request: Request
  readonly edge: Edge
  /** The part of the path behind the route's own, decoded: a model's name, a call's id. */
  readonly rest: string
  /** Undefined only where `access` lets anybody in. */
  readonly caller: Caller | undefined
  /** Where it came from, behind the proxies that are trusted. */
  address(): string
}

export interface Route {
  readonly method: 'GET' | 'POST' | 'PATCH' | 'DELETE'
  /** Ends in `/*` when the rest of the path is the route's parameter. */
  readonly path: string
  /**
   * `anybody`; a scope that the key must have; `local-or-scope`: no key is asked for on this machine, and a key
   * must carry the scope by name elsewhere. Where the scope is `admin`, a GET asks for `admin:read` and everything else for
   * `admin:write`, and a key that belongs to a tenant is let in only where `reach` says that the route keeps tenants
   * apart.
   */
  readonly access:
    | 'anybody'
    | { readonly scope: Scope; readonly reach?: 'tenant' }
    | { readonly localOrScope: Scope }
  answer(route: RouteRequest): Response | Promise<Response>
}

/** Builds the router. Unknown paths and wrong methods get errors in the dialect's envelope. */
export function createRouter(edge: Edge, routes: readonly Route[]): Router {
  const hono = new Hono<{ Bindings: { peers: ServerPeers } }>({ strict: true })
  for (const route of routes) {
    hono.on(route.method, route.path, async (context) => {
      const request = context.req.raw
      const { peers } = context.env
      const caller = await admitted(route, request, { edge, peers })
      const address = (): string => clientAddress(request, edge, peers)
      const rest = restOf(route.path, context.req.path)
      return await route.answer({ request, edge, caller, address, rest })
    })
  }
  for (const path of new Set(routes.map((route) => route.path))) {
    const allowed = routes.filter((route) => route.path === path).map(({ method }) => method)
    hono.all(path, (context) => {
      throw new MethodNotAllowed(context.req.path, allowed.join(', '))
    })
  }
  hono.notFound((context) => {
    throw new UnknownPath(context.req.method, context.req.path)
  })
  hono.onError((failure) => {
    throw failure
  })
  return (request, peers) => hono.fetch(request, { peers })
}

function admitted(
  { access, method }: Route,
  request: Request,
  { edge, peers }: { readonly edge: Edge; readonly peers: ServerPeers },
): Authenticated | Promise<Authenticated> | undefined {
  if (access === 'anybody') return undefined
  const { headers } = request
  const { pipeline, addresses } = edge.world
  const apiKey = isGoogles(request) ? googleKey(request) : headers.get('x-api-key')
  const credentials = {
    authorization: headers.get('authorization'),
    apiKey,
    clientAddress: () => clientAddress(request, edge, peers),
    isFrom: (ranges: readonly string[]) => isFrom(ranges, request, { edge, peers }),
  }
  if ('scope' in access) {
    const found = authenticate(credentials, verbScope(access.scope, method), pipeline.keys)
    if (access.scope !== 'admin' || access.reach === 'tenant') return found
    return found instanceof Promise ? found.then(ofNoTenant) : ofNoTenant(found)
  }
  const isLocal = addresses.isLocal(peers.addressOf(request), headers.get('x-forwarded-for'))
  return isLocal && !isOfPage(headers)
    ? undefined
    : authenticate(credentials, access.localOrScope, pipeline.keys)
}

/**
 * A web page in a browser on this machine is not this machine: it comes with its origin, or under a name of its own that
 * leads here.
 */
function isOfPage(headers: Headers): boolean {
  return headers.has('origin') || headers.has('sec-fetch-site') || !localHost.test(headers.get('host') ?? '')
}

const localHost = /^(?:(?:[a-z0-9-]+\.)*localhost|\d+\.\d+\.\d+\.\d+|\[[0-9a-f:.]+\])(?::\d+)?$/i

/** Who administers one tenant has no part in what is everybody's. */
function ofNoTenant(caller: Authenticated): Authenticated {
  if (caller.tenant !== undefined) throw new TenantNotAllowed(caller.tenant)
  return caller
}

/** Whoever may look into the gateway need not be able to change it. */
function verbScope(scope: Scope, method: Route['method']): Scope {
  if (scope !== 'admin') return scope
  return method === 'GET' ? 'admin:read' : 'admin:write'
}

function restOf(path: string, requested: string): string {
  if (!path.endsWith('/*')) return ''
  const rest = requested.slice(path.length - 1)
  try {
    return decodeURIComponent(rest)
  } catch {
    // Odd escapes name nothing; the route says so with the text as it came.
    return rest
  }
}
