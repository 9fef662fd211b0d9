// A request as it goes out, head and body in one piece of memory, so that one write carries it.
import type { EgressPlace, EgressRequest } from '../../core/egress.ts'
import { proxyAuthorization } from './proxy.ts'
import type { ProxySettings } from './proxy.ts'

/** Bytes `[0, length)` of `memory`; the next request that is put together may overwrite them. */
export interface RequestBytes {
  readonly memory: Buffer
  readonly length: number
}

/** Most requests fit in here, and memory that is used again is still in the processor's cache. */
const scratch = Buffer.allocUnsafeSlow(64 * 1024)

/** Puts the requests of one client into bytes. */
export class RequestWriter {
  readonly #proxy: ProxySettings | undefined
  /** The heads of places, as far as they are the same for every request. */
  readonly #heads = new WeakMap<EgressPlace, string>()

  /** A proxy for plain http wants the whole URL, and to know who asks. */
  constructor(proxy: ProxySettings | undefined) {
    this.#proxy = proxy
  }

  bytesOf({ place, moreHeaders, body }: EgressRequest): RequestBytes {
    const bodyBytes = body?.byteLength ?? 0
    const hasLength = place.method === 'POST' || place.method === 'PUT' || bodyBytes > 0
    const head = `${this.#headOf(place)}${moreHeaders}${hasLength ? `content-length: ${bodyBytes}\r\n` : ''}\r\n`
    const bytesMax = head.length * 3 + bodyBytes
    const memory = bytesMax <= scratch.length ? scratch : Buffer.allocUnsafeSlow(bytesMax)
    // As UTF-8 and not latin1: that would cut a character down to a byte, and some of them to a line break.
    const headBytes = memory.write(head)
    body?.writeInto(memory, headBytes)
    return { memory, length: headBytes + bodyBytes }
  }

  #headOf(place: EgressPlace): string {
    const known = this.#heads.get(place)
    if (known !== undefined) return known
    const head = fixedHead(place, this.#proxy)
    this.#heads.set(place, head)
    return head
  }
}

function fixedHead(
  { destination, method, path, headers }: EgressPlace,
  proxy: ProxySettings | undefined,
): string {
  const { origin, secure } = destination
  const isProxied = proxy !== undefined && !secure
  return (
    `${method} ${isProxied ? origin + path : path} HTTP/1.1\r\nhost: ${hostOf(origin, secure)}\r\n${headers}` +
    `${isProxied ? proxyAuthorization(proxy) : ''}accept-encoding: identity\r\nconnection: keep-alive\r\n`
  )
}

/** Host and port without the usual port, as every client sends it. */
function hostOf(origin: string, secure: boolean): string {
  const host = origin.slice(secure ? 8 : 7)
  const usual = secure ? ':443' : ':80'
  return host.endsWith(usual) ? host.slice(0, -usual.length) : host
}
