// Makes a connection: resolves the name, judges every address it leads to, connects to a judged one and to nothing
// else, and shows the name to TLS. The time limit is over all of it.
import type { Destination, EgressFailure, EgressPhase } from '../../core/egress.ts'
import type { Deadline, Deadlines } from '../deadlines.ts'
import { contains, isLoopback, isPrivate, isPublic, parseAddress } from './address-rules.ts'
import type { Address, AddressRange } from './address-rules.ts'
import { Connection } from './connection.ts'
import type { ConnectionOwner } from './connection.ts'
import { proxyRequest, readProxyAnswer } from './proxy.ts'
import type { ProxySettings } from './proxy.ts'
import type { Resolver } from './resolver.ts'
import { socketHandler, upgradedHandler } from './socket-user.ts'
import type { EgressSocket, SocketUser } from './socket-user.ts'

export interface ConnectSettings {
  readonly connectTimeoutMs: number
  /** The operator's exceptions to the address rules. */
  readonly allow: readonly AddressRange[]
  readonly proxy: ProxySettings | undefined
  /** More certificate authorities, PEM. */
  readonly ca: string | undefined
}

export interface ConnectParts {
  readonly deadlines: Deadlines
  readonly resolve: Resolver
}

export interface ConnectEvents {
  up(connection: Connection): void
  failed(failure: EgressFailure): void
}

export interface Dialling {
  abort(): void
}

export interface Dial {
  readonly settings: ConnectSettings
  readonly parts: ConnectParts
  readonly owner: ConnectionOwner
  /** With which other connections this one may be kept. */
  readonly pool: string
}

/** An address that does not answer gets company after this time, as RFC 8305 advises. */
const headStartMs = 250

/** Begins to connect; exactly one of the events comes, unless it is aborted. */
export function connect(destination: Destination, dial: Dial, events: ConnectEvents): Dialling {
  const attempt = new DialAttempt(destination, dial, events)
  attempt.start()
  return attempt
}

class DialAttempt implements Dialling, SocketUser {
  readonly #destination: Destination
  readonly #dial: Dial
  readonly #events: ConnectEvents
  #phase: EgressPhase = 'resolve'
  /** The first that opened. The others are closed when they do. */
  #socket: EgressSocket | undefined
  /** What a proxy has answered so far, while it is asked. */
  #proxyAnswer: Buffer | undefined
  #addresses: readonly string[] = []
  #begun = 0
  #failed = 0
  #tls: Bun.TLSOptions | undefined
  #nextAddress: Deadline | undefined
  #over = false
  readonly #deadline: Deadline

  constructor(destination: Destination, dial: Dial, events: ConnectEvents) {
    this.#destination = destination
    this.#dial = dial
    this.#events = events
    const { connectTimeoutMs } = dial.settings
    this.#deadline = dial.parts.deadlines.set(connectTimeoutMs, () => {
      const code = this.#phase === 'resolve' ? 'resolve_timeout' : 'connect_timeout'
      this.#fail(code, `no connection within ${connectTimeoutMs / 1000} s`)
    })
  }

  start(): void {
    this.#reach().catch((failure: unknown) => {
      this.#fail('connect_failed', `no connection: ${failure instanceof Error ? failure.message : 'unknown'}`)
    })
  }

  abort(): void {
    this.#close()
    this.#socket?.terminate()
  }

  async #reach(): Promise<void> {
    const { proxy, ca } = this.#dial.settings
    const { hostname, secure } = this.#destination
    const addresses = await this.#addressesOf((proxy ?? this.#destination).hostname)
    if (this.#over || addresses === undefined) return
    if (secure) this.#tls = await tlsFor(hostname, ca)
    if (this.#over) return
    this.#phase = 'connect'
    this.#addresses = addresses
    this.#tryNext()
  }

  /** The addresses that may be connected to. An operator's proxy is where the operator says. */
  async #addressesOf(hostname: string): Promise<readonly string[] | undefined> {
    if (this.#dial.settings.proxy !== undefined) {
      // Names are the proxy's to judge; an address that is written out is judged here.
      const isLiteral = parseAddress(this.#destination.hostname) !== undefined
      return isLiteral && this.#refuses([this.#destination.hostname])
        ? undefined
        : await this.#lookUp(hostname)
    }
    const found = await this.#lookUp(hostname)
    return found === undefined || this.#refuses(found) ? undefined : found
  }

  /** One address that is not allowed spoils the name: who answers is not ours to choose. */
  #refuses(addresses: readonly string[]): boolean {
    for (const text of addresses) {
      const address = parseAddress(text)
      if (address !== undefined && this.#allows(address)) continue
      this.#phase = 'refused'
      const { hostname } = this.#destination
      this.#fail('address_refused', `${hostname} leads to ${text}, which is not allowed (egress.allow)`)
      return true
    }
    return false
  }

  async #lookUp(hostname: string): Promise<readonly string[] | undefined> {
    if (parseAddress(hostname) !== undefined) return [hostname]
    if (hostname === 'localhost') return ['127.0.0.1', '::1']
    try {
      const found = await this.#dial.parts.resolve(hostname)
      if (found.length > 0) return found
    } catch {
      // Whatever the resolver's trouble is, the caller learns that there is no address.
    }
    this.#fail('name_not_found', `the name ${hostname} has no address`)
    return undefined
  }

  #allows(address: Address): boolean {
    if (isPublic(address)) return true
    const { operatorAddress, port } = this.#destination
    if (operatorAddress && (isLoopback(address) || isPrivate(address))) return true
    return this.#dial.settings.allow.some(
      (range) => contains(range, address) && (range.port === undefined || range.port === port),
    )
  }

  /** The next address of the name may be better, or quicker. */
  #tryNext(): void {
    this.#nextAddress?.cancel()
    const address = this.#addresses[this.#begun]
    if (this.#over || this.#socket !== undefined || address === undefined) return
    this.#begun += 1
    this.#open(address).catch((failure: unknown) => this.#unreachable(failure))
    if (this.#begun < this.#addresses.length) {
      this.#nextAddress = this.#dial.parts.deadlines.set(headStartMs, () => this.#tryNext())
    }
  }

  #unreachable(failure: unknown): void {
    this.#failed += 1
    if (this.#over || this.#socket !== undefined) return
    if (this.#begun < this.#addresses.length) return this.#tryNext()
    if (this.#failed < this.#begun) return
    const refused = codeOf(failure) === 'ECONNREFUSED'
    this.#fail(
      refused ? 'connect_refused' : 'connect_failed',
      refused ? 'nothing listens there' : 'no connection',
    )
  }

  async #open(address: string): Promise<void> {
    const { proxy } = this.#dial.settings
    const tls = proxy === undefined ? this.#tls : undefined
    await Bun.connect<SocketUser>({
      hostname: address,
      port: (proxy ?? this.#destination).port,
      data: this,
      ...(tls === undefined ? {} : { tls }),
      socket: socketHandler,
    })
  }

  opened(socket: EgressSocket): void {
    if (this.#over || this.#socket !== undefined) {
      socket.terminate()
      return
    }
    this.#socket = socket
    this.#nextAddress?.cancel()
    const { proxy } = this.#dial.settings
    if (this.#tls === undefined) return this.#up(socket)
    if (proxy === undefined) this.#phase = 'tls'
    else this.#askProxy(socket, proxy)
  }

  /** Bun has looked at the chain and at the name when it reports the handshake. */
  shaken(socket: EgressSocket, problem: unknown): void {
    if (this.#over || this.#socket !== socket) return
    if (socket.authorized && (problem === null || problem === undefined)) return this.#up(socket)
    this.#fail(
      'tls_failed',
      `TLS failed: ${problem instanceof Error ? problem.message : 'it is not trusted'}`,
    )
  }

  #askProxy(socket: EgressSocket, proxy: ProxySettings): void {
    this.#proxyAnswer = Buffer.alloc(0)
    socket.write(proxyRequest(this.#destination, proxy))
  }

  /** Only a proxy answers before there is anybody to speak to behind it. */
  received(bytes: Buffer, socket: EgressSocket): void {
    if (this.#over || this.#socket !== socket || this.#proxyAnswer === undefined) return
    this.#proxyAnswer = Buffer.concat([this.#proxyAnswer, bytes])
    const answer = readProxyAnswer(this.#proxyAnswer)
    if (answer === 'incomplete') return
    // What comes on this socket from here on is also the encrypted stream, which is not for reading.
    this.#proxyAnswer = undefined
    if (answer === 'refused') return this.#fail('proxy_failed', 'the proxy refuses the connection')
    this.#secure(socket)
  }

  #secure(socket: EgressSocket): void {
    if (this.#tls === undefined) return
    this.#phase = 'tls'
    const [, secured] = socket.upgradeTLS<SocketUser>({ data: this, tls: this.#tls, socket: upgradedHandler })
    this.#socket = secured
  }

  closed(socket: EgressSocket): void {
    if (this.#socket === socket) this.#lost()
  }

  /** Whoever waits for a connection hears of its failure by the promise, or by its end. */
  failed(): void {}
  ended(): void {}
  drain(): void {}

  #lost(): void {
    if (this.#phase === 'tls') this.#fail('tls_failed', 'TLS failed: the connection was closed')
    else if (this.#tls !== undefined) this.#fail('proxy_failed', 'the proxy closed the connection')
    else this.#fail('connect_failed', 'the connection was closed at once')
  }

  #up(socket: EgressSocket): void {
    if (this.#over) return
    this.#close()
    const connection = new Connection(socket, this.#dial.owner, this.#dial.pool)
    socket.data = connection
    this.#events.up(connection)
  }

  #fail(code: string, message: string): void {
    if (this.#over) return
    this.#close()
    this.#socket?.terminate()
    this.#events.failed({ phase: this.#phase, code, message, stale: false })
  }

  #close(): void {
    this.#over = true
    this.#deadline.cancel()
    this.#nextAddress?.cancel()
  }
}

/** What TLS must know. The system's authorities stay trusted beside the operator's own. */
async function tlsFor(serverName: string, ca: string | undefined): Promise<Bun.TLSOptions> {
  const base = { serverName, rejectUnauthorized: true, ALPNProtocols: 'http/1.1' }
  if (ca === undefined) return base
  // Loaded when it is needed: it would cost every start 8 ms.
  const { rootCertificates } = await import('node:tls')
  return { ...base, ca: [...rootCertificates, ca] }
}

function codeOf(failure: unknown): string {
  return typeof failure === 'object' && failure !== null && 'code' in failure ? String(failure.code) : ''
}
