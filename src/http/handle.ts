// Every request comes in here: what makes it unfit for any route is refused first, the hot paths are taken by a
// switch, and everything else goes to the router.
import { InvalidHost, MethodNotAllowed } from '../core/errors.ts'
import { newId } from '../platform/ids.ts'
import { callAt, doorOf, handleCall } from './call-routes.ts'
import { corsAnswer, corsPreflight } from './cors.ts'
import type { Edge } from './edge.ts'
import { asGatewayError, errorAnswer } from './error-answer.ts'
import type { ServerPeers } from '../platform/http-server.ts'
import type { Router } from './router.ts'

/** Makes the function that answers requests. It never throws and never rejects. */
export function createHandler(
  edge: Edge,
  router: Router,
): (request: Request, peers: ServerPeers) => Response | Promise<Response> {
  const doors = { edge, router }
  return (request, peers) =>
    edge.world.corsOrigins.length === 0
      ? dispatch(request, peers, doors)
      : dispatchForBrowsers(request, peers, doors)
}

/** The same for a listener of operators: no calls are taken there, and no web pages. */
export function createOperatorHandler(
  edge: Edge,
  router: Router,
): (request: Request, peers: ServerPeers) => Response | Promise<Response> {
  return (request, peers) => {
    try {
      checkHost(request)
      return routed(request, peers, { edge, router })
    } catch (failure) {
      return failed(failure, request, edge)
    }
  }
}

function dispatchForBrowsers(
  request: Request,
  peers: ServerPeers,
  doors: Doors,
): Response | Promise<Response> {
  const { corsOrigins } = doors.edge.world
  if (request.method === 'OPTIONS') return corsPreflight(request, corsOrigins)
  return Promise.resolve(dispatch(request, peers, doors)).then((response) =>
    corsAnswer(request, response, corsOrigins),
  )
}

/** Where a request may go. */
interface Doors {
  readonly edge: Edge
  readonly router: Router
}

/** No promise of its own on the path of a call: each costs half a microsecond. */
function dispatch(request: Request, peers: ServerPeers, doors: Doors): Response | Promise<Response> {
  const { edge } = doors
  try {
    checkHost(request)
    const path = pathOf(request.url)
    const call = callAt(path)
    if (call === undefined) return routed(request, peers, doors)
    if (request.method !== 'POST') throw new MethodNotAllowed(path, 'POST')
    edge.peers = peers
    return handleCall(request, call, edge)
  } catch (failure) {
    return failed(failure, request, edge)
  }
}

async function routed(request: Request, peers: ServerPeers, { edge, router }: Doors): Promise<Response> {
  const response = await answered(request, peers, { edge, router })
  if (edge.endsConnections()) response.headers.set('connection', 'close')
  return response
}

async function answered(request: Request, peers: ServerPeers, { edge, router }: Doors): Promise<Response> {
  try {
    return await router(request, peers)
  } catch (failure) {
    return failed(failure, request, edge)
  }
}

function failed(failure: unknown, request: Request, edge: Edge): Response {
  const error = asGatewayError(failure)
  if (error.code === 'internal') edge.parts.observer.bugSeen(failure)
  return errorAnswer(error, newId('call'), { door: doorOf(pathOf(request.url), request.headers) })
}

/** Two Host headers arrive joined; `a/#@evil` would leave the URL without an origin. */
function checkHost(request: Request): void {
  const host = request.headers.get('host')
  if (host === lastGoodHost) return
  if (host === null || !plainHost.test(host)) throw new InvalidHost()
  lastGoodHost = host
}

/** Nearly all requests name the same. */
let lastGoodHost: string | undefined

const plainHost = /^(?:[a-z0-9._-]+|\[[0-9a-f:.]+\])(?::\d{1,5})?$/i

/** The path of an absolute URL that the runtime has parsed. */
function pathOf(url: string): string {
  const start = url.indexOf('/', url.indexOf('//') + 2)
  if (start === -1) return '/'
  const query = url.indexOf('?', start)
  return query === -1 ? url.slice(start) : url.slice(start, query)
}
