// A request as it goes out, head and body in one piece of memory, so that one write carries it.
import type { EgressRequest } from '../../core/egress.ts'
import { proxyAuthorization } from './proxy.ts'
import type { ProxySettings } from './proxy.ts'

/** Bytes `[0, length)` of `memory`; the next request that is put together may overwrite them. */
export interface RequestBytes {
  readonly memory: Buffer
  readonly length: number
}

/** Most requests fit in here, and memory that is used again is still in the processor's cache. */
const scratch = Buffer.allocUnsafeSlow(64 * 1024)

/** What is to be written. A proxy for plain http wants the whole URL, and to know who asks. */
export function requestBytes(request: EgressRequest, proxy: ProxySettings | undefined): RequestBytes {
  const { body } = request
  const bodyBytes = body?.byteLength ?? 0
  const head = requestHead(request, bodyBytes, proxy)
  const bytesMax = head.length * 3 + bodyBytes
  const memory = bytesMax <= scratch.length ? scratch : Buffer.allocUnsafeSlow(bytesMax)
  // As UTF-8 and not latin1: that would cut a character down to a byte, and some of them to a line break.
  const headBytes = memory.write(head)
  body?.writeInto(memory, headBytes)
  return { memory, length: headBytes + bodyBytes }
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
