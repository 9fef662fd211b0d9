// A request as it goes out: one piece while it is small, so that one write carries it; a large body is not copied.
import type { EgressRequest } from '../../core/egress.ts'
import { proxyAuthorization } from './proxy.ts'
import type { ProxySettings } from './proxy.ts'

const joinedBytesMax = 64 * 1024

/** What is to be written. A proxy for plain http wants the whole URL, and to know who asks. */
export function requestPieces(request: EgressRequest, proxy: ProxySettings | undefined): Uint8Array[] {
  const { body } = request
  let bodyBytes = 0
  for (const piece of body) bodyBytes += piece.byteLength
  const head = requestHead(request, bodyBytes, proxy)
  // As UTF-8 and not latin1: that would cut a character down to a byte, and some of them to a line break.
  if (bodyBytes === 0) return [Buffer.from(head)]
  const headBytes = Buffer.byteLength(head)
  if (headBytes + bodyBytes > joinedBytesMax) {
    return [Buffer.from(head), ...body.filter(({ byteLength }) => byteLength > 0)]
  }
  const bytes = Buffer.allocUnsafe(headBytes + bodyBytes)
  bytes.write(head)
  let at = headBytes
  for (const piece of body) {
    bytes.set(piece, at)
    at += piece.byteLength
  }
  return [bytes]
}

function requestHead(request: EgressRequest, bodyBytes: number, proxy: ProxySettings | undefined): string {
  const { destination, method, path, headers } = request
  const { origin, secure } = destination
  const isProxied = proxy !== undefined && !secure
  return (
    `${method} ${isProxied ? origin + path : path} HTTP/1.1\r\nhost: ${hostOf(origin, secure)}\r\n${headers}` +
    (method === 'POST' || bodyBytes > 0 ? `content-length: ${bodyBytes}\r\n` : '') +
    `${isProxied ? proxyAuthorization(proxy) : ''}accept-encoding: identity\r\nconnection: keep-alive\r\n\r\n`
  )
}

/** Host and port without the usual port, as every client sends it. */
function hostOf(origin: string, secure: boolean): string {
  const host = origin.slice(secure ? 8 : 7)
  const usual = secure ? ':443' : ':80'
  return host.endsWith(usual) ? host.slice(0, -usual.length) : host
}
