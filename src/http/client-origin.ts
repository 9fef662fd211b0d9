// Where a request came from, found out when it is asked: hardly any call needs it.
import type { Edge } from './edge.ts'
import type { ServerPeers } from '../platform/http-server.ts'

/** The address of the client, behind the proxies that are trusted. */
export function clientAddress(request: Request, edge: Edge, peers: ServerPeers | undefined): string {
  const { addresses } = edge.world
  const forwarded = addresses.trustsProxies ? request.headers.get('x-forwarded-for') : null
  return addresses.of(peers?.addressOf(request) ?? '', forwarded)
}

/** Whether that is in one of these ranges. */
export function isFrom(
  ranges: readonly string[],
  request: Request,
  { edge, peers }: { readonly edge: Edge; readonly peers: ServerPeers | undefined },
): boolean {
  const { addresses } = edge.world
  const forwarded = addresses.trustsProxies ? request.headers.get('x-forwarded-for') : null
  return addresses.isFrom(ranges, peers?.addressOf(request) ?? '', forwarded)
}
