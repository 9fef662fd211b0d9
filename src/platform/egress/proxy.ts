// The operator's HTTP proxy: a tunnel for https (RFC 9110, CONNECT). Credentials for the proxy stay with the proxy.
import type { Destination } from '../../core/egress.ts'

export interface ProxySettings {
  readonly hostname: string
  readonly port: number
  /** `user:password`, as the proxy wants them; undefined for none. */
  readonly credentials: string | undefined
}

const answerBytesMax = 16 * 1024

/** Reads `http://user:password@host:port`. */
export function parseProxy(url: string): ProxySettings {
  const { hostname, port, username, password } = new URL(url)
  const credentials =
    username === '' ? undefined : `${decodeURIComponent(username)}:${decodeURIComponent(password)}`
  return { hostname: hostname.replace(/^\[|\]$/g, ''), port: port === '' ? 80 : Number(port), credentials }
}

/** The request for a tunnel. */
export function proxyRequest(destination: Destination, proxy: ProxySettings): string {
  const host = destination.origin.slice('https://'.length)
  return `CONNECT ${host} HTTP/1.1\r\nhost: ${host}\r\n${proxyAuthorization(proxy)}\r\n`
}

/** The header line that shows who uses the proxy; empty for an open one. */
export function proxyAuthorization({ credentials }: ProxySettings): string {
  if (credentials === undefined) return ''
  return `proxy-authorization: Basic ${Buffer.from(credentials).toString('base64')}\r\n`
}

/** What has come of the proxy's answer so far. Nothing may follow it before we have spoken. */
export function readProxyAnswer(bytes: Buffer): 'incomplete' | 'open' | 'refused' {
  const end = bytes.indexOf('\r\n\r\n')
  if (end === -1) return bytes.length > answerBytesMax ? 'refused' : 'incomplete'
  const isOpen = /^HTTP\/1\.[01] 2\d\d/.test(bytes.toString('latin1', 0, 16))
  return isOpen && end + 4 === bytes.length ? 'open' : 'refused'
}
