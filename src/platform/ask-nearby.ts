// A question to a gateway on this very machine, byte by byte. Nothing secret is sent, so that the name in a certificate,
// which is never that of this machine's own address, does not matter.
import { failureText } from '../core/failure-text.ts'

export interface NearbyAnswer {
  /** 0 without an answer. */
  readonly status: number
  /** Why there is none. */
  readonly reason?: string
}

/** The status of a GET; never rejects. */
export function askNearby(url: string, path: string, timeoutMs: number): Promise<NearbyAnswer> {
  const { protocol, hostname, port } = new URL(url)
  const host = hostname.replace(/^\[(.*)\]$/, '$1')
  return new Promise((resolve) => {
    const fail = (reason: string): void => resolve({ status: 0, reason })
    setTimeout(() => fail('no answer in time'), timeoutMs).unref()
    let text = ''
    Bun.connect({
      // Whoever listens on every address is asked at this machine's own.
      hostname: host === '0.0.0.0' ? '127.0.0.1' : host === '::' ? '::1' : host,
      port: Number(port === '' ? (protocol === 'https:' ? 443 : 80) : port),
      ...(protocol === 'https:' && { tls: { rejectUnauthorized: false } }),
      socket: {
        open: (socket) => {
          socket.write(`GET ${path} HTTP/1.1\r\nhost: ${host}\r\nconnection: close\r\n\r\n`)
        },
        data: (socket, bytes) => {
          text += bytes.toString('latin1')
          const status = /^HTTP\/1\.[01] (\d{3}) /.exec(text)?.[1]
          if (status === undefined) return
          resolve({ status: Number(status) })
          socket.end()
        },
        close: () => fail('closed without an answer'),
        error: (_, failure) => fail(failure.message),
      },
    }).catch((failure: unknown) => fail(failureText(failure)))
  })
}
