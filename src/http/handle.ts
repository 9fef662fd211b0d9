// Every request comes in here: what makes it unfit for any route is refused first, the hot paths are taken by a
// switch, and everything else goes to the router.
import { GatewayError, InvalidHost, MethodNotAllowed } from '../core/errors.ts'
import { newId } from '../platform/ids.ts'
import { callPaths, handleCall } from './call-routes.ts'
import { corsAnswer, corsPreflight } from './cors.ts'
import type { Edge } from './edge.ts'
import { asGatewayError, errorAnswer } from './error-answer.ts'
import type { Router } from './router.ts'

/** What the runtime's server lends a request. */
export interface Peer {
  address(): string
  /** The body is there; from now on our own deadlines watch this connection. */
  keepOpen(): void
}

/** Makes the function that answers requests. It never throws and never rejects. */
export function createHandler(edge: Edge, router: Router): (request: Request, peer: Peer) => Promise<Response> {
  return async (request, peer) => {
    const { corsOrigins } = edge.world
    const isPreflight = corsOrigins.length > 0 && request.method === 'OPTIONS'
    if (isPreflight) return corsPreflight(request, corsOrigins)
    const response = await dispatch(request, peer, { edge, router })
    return corsOrigins.length === 0 ? response : corsAnswer(request, response, corsOrigins)
  }
}

async function dispatch(
  request: Request,
  peer: Peer,
  { edge, router }: { readonly edge: Edge; readonly router: Router },
): Promise<Response> {
  try {
    // Two Host headers arrive joined; `a/#@evil` would leave the URL without an origin.
    const host = request.headers.get('host')
    if (host === null || !plainHost.test(host)) throw new InvalidHost()
    const path = pathOf(request.url)
    const endpoint = callPaths.get(path)
    if (endpoint === undefined) return await router(request, peer)
    if (request.method !== 'POST') throw new MethodNotAllowed(path, 'POST')
    peer.keepOpen()
    return await handleCall(request, endpoint, edge)
  } catch (failure) {
    const error = failure instanceof GatewayError ? failure : asGatewayError(failure)
    if (error.code === 'internal') edge.parts.observer.bugSeen(error.cause)
    return errorAnswer(error, newId('call'))
  }
}

const plainHost = /^(?:[a-z0-9._-]+|\[[0-9a-f:.]+\])(?::\d{1,5})?$/i

/** The path of an absolute URL that the runtime has parsed. */
function pathOf(url: string): string {
  const start = url.indexOf('/', url.indexOf('//') + 2)
  if (start === -1) return '/'
  const query = url.indexOf('?', start)
  return query === -1 ? url.slice(start) : url.slice(start, query)
}
