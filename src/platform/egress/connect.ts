// Makes a connection: resolves the name, judges every address it leads to, connects to a judged one and to nothing
// else, and shows the name to TLS. The time limit is over all of it.
import { rootCertificates } from 'node:tls'
import type { Destination, EgressFailure, EgressPhase } from '../../core/egress.ts'
import type { Deadlines } from '../deadlines.ts'
import { contains, isLoopback, isPrivate, isPublic, parseAddress } from './address-rules.ts'
import type { Address, AddressRange } from './address-rules.ts'
import { Connection } from './connection.ts'
import type { ConnectionOwner, Wire } from './connection.ts'
import { proxyRequest, readProxyAnswer } from './proxy.ts'
import type { ProxySettings } from './proxy.ts'
import type { Resolver } from './resolver.ts'

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

interface Dial {
  readonly settings: ConnectSettings
  readonly parts: ConnectParts
  readonly owner: ConnectionOwner
}

/** Begins to connect; exactly one of the events comes, unless it is aborted. */
export function connect(destination: Destination, dial: Dial, events: ConnectEvents): Dialling {
  const attempt = new DialAttempt(destination, dial, events)
  attempt.start()
  return attempt
}

class DialAttempt implements Dialling {
  readonly #destination: Destination
  readonly #dial: Dial
  readonly #events: ConnectEvents
  #phase: EgressPhase = 'resolve'
  #socket: Bun.Socket<undefined> | undefined
  #over = false
  readonly #deadline

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
    const { proxy } = this.#dial.settings
    const { hostname, port } = proxy ?? this.#destination
    const addresses = await this.#addressesOf(hostname)
    if (this.#over || addresses === undefined) return
    this.#phase = 'connect'
    let last: unknown
    for (const address of addresses) {
      try {
        await this.#open(address, port)
        return
      } catch (failure) {
        // The next address of the name may be better.
        last = failure
      }
      if (this.#over) return
    }
    const refused = codeOf(last) === 'ECONNREFUSED'
    this.#fail(refused ? 'connect_refused' : 'connect_failed', refused ? 'nothing listens there' : 'no connection')
  }

  /** The addresses that may be connected to. An operator's proxy is where the operator says. */
  async #addressesOf(hostname: string): Promise<readonly string[] | undefined> {
    const found = await this.#lookUp(hostname)
    if (found === undefined || this.#dial.settings.proxy !== undefined) return found
    for (const text of found) {
      const address = parseAddress(text)
      if (address !== undefined && this.#allows(address)) continue
      this.#phase = 'refused'
      this.#fail('address_refused', `${hostname} leads to ${text}, which is not allowed (egress.allow)`)
      return undefined
    }
    return found
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

  async #open(address: string, port: number): Promise<void> {
    const { settings } = this.#dial
    const { secure, hostname } = this.#destination
    const isDirect = settings.proxy === undefined
    const connection = new LateConnection(this.#dial.owner)
    const tls = {
      serverName: hostname,
      rejectUnauthorized: true,
      ALPNProtocols: 'http/1.1',
      ...(settings.ca === undefined ? {} : { ca: [...rootCertificates, settings.ca] }),
    }
    await Bun.connect<undefined>({
      hostname: address,
      port,
      data: undefined,
      ...(secure && isDirect ? { tls } : {}),
      socket: {
        binaryType: 'buffer',
        open: (socket) => {
          this.#socket = socket
          if (this.#over) return void socket.terminate()
          if (!isDirect) this.#throughProxy(socket, connection, tls)
          else if (secure) this.#phase = 'tls'
          else this.#up(connection.attach(socket))
        },
        handshake: (socket, _success, problem) => this.#shaken(socket, connection, problem),
        data: (_socket, bytes) => connection.received(bytes),
        drain: () => connection.drain(),
        close: () => {
          connection.closed()
          if (this.#phase === 'tls') this.#fail('tls_failed', 'TLS failed')
          else this.#fail('connect_failed', 'the connection was closed at once')
        },
        error: () => connection.closed(),
      },
    })
  }

  #shaken(socket: Bun.Socket<undefined>, connection: LateConnection, problem: unknown): void {
    if (this.#over) return
    if (problem !== null && problem !== undefined) {
      this.#fail('tls_failed', `TLS failed: ${problem instanceof Error ? problem.message : String(problem)}`)
      return void socket.terminate()
    }
    this.#up(connection.attach(socket))
  }

  #throughProxy(socket: Bun.Socket<undefined>, connection: LateConnection, tls: Bun.TLSOptions): void {
    const { proxy } = this.#dial.settings
    if (proxy === undefined) return
    if (!this.#destination.secure) return this.#up(connection.attach(socket))
    connection.readFirst((bytes) => {
      const answer = readProxyAnswer(bytes)
      if (answer === 'incomplete') return
      if (answer === 'refused') {
        this.#fail('proxy_failed', 'the proxy refuses the connection')
        return void socket.terminate()
      }
      this.#phase = 'tls'
      const [, secured] = socket.upgradeTLS<undefined>({
        data: undefined,
        tls,
        socket: {
          binaryType: 'buffer',
          handshake: (upgraded, _success, problem) => this.#shaken(upgraded, connection, problem),
          data: (_upgraded, piece) => connection.received(piece),
          drain: () => connection.drain(),
          close: () => {
            connection.closed()
            this.#fail('tls_failed', 'TLS failed')
          },
        },
      })
      this.#socket = secured
    })
    socket.write(proxyRequest(this.#destination, proxy))
  }

  #up(connection: Connection): void {
    if (this.#over) return
    this.#close()
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
  }
}

/** A connection that comes to be when its socket is ready; until then bytes are for whoever prepares it. */
class LateConnection {
  readonly #owner: ConnectionOwner
  #connection: Connection | undefined
  #first: ((bytes: Buffer) => void) | undefined
  #early: Buffer = Buffer.alloc(0)

  constructor(owner: ConnectionOwner) {
    this.#owner = owner
  }

  attach(wire: Wire): Connection {
    this.#first = undefined
    this.#connection = new Connection(wire, this.#owner)
    return this.#connection
  }

  /** Until `attach`, `read` is given all that has come so far each time more comes. */
  readFirst(read: (bytes: Buffer) => void): void {
    this.#first = read
  }

  received(bytes: Buffer): void {
    if (this.#connection !== undefined) return this.#connection.received(bytes)
    this.#early = Buffer.concat([this.#early, bytes])
    this.#first?.(this.#early)
  }

  drain(): void {
    this.#connection?.drain()
  }

  closed(): void {
    this.#connection?.closed()
  }
}

function codeOf(failure: unknown): string {
  return typeof failure === 'object' && failure !== null && 'code' in failure ? String(failure.code) : ''
}
