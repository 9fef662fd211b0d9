// The one way out of the process: requests to providers, over connections that are kept and used again. Nothing else
// may open a socket or call fetch. Pushed, not pulled: each piece of an answer is handed on by a plain call.
import type {
  Destination,
  EgressClient,
  EgressExchange,
  EgressFailure,
  EgressRequest,
  EgressSink,
} from '../../core/egress.ts'
import type { Clock } from '../../core/clock.ts'
import type { Deadlines } from '../deadlines.ts'
import type { Connection, ConnectionOwner } from './connection.ts'
import { connect } from './connect.ts'
import type { ConnectParts, ConnectSettings, Dialling } from './connect.ts'
import { Exchange } from './exchange.ts'
import type { ExchangeOwner } from './exchange.ts'
import { RequestWriter } from './request-bytes.ts'
import type { Resolver } from './resolver.ts'
import { atTurnEnd } from '../turn-end.ts'

export interface EgressSettings extends ConnectSettings {
  /** A request that is not taken in this time has failed. */
  readonly writeTimeoutMs: number
  /** An answer that has begun and sends nothing for this long has failed. */
  readonly idleTimeoutMs: number
  /** A kept connection is closed after this time without use. */
  readonly keepAliveMs: number
  /** Kept connections to one destination. */
  readonly idleConnectionsMax: number
}

export interface EgressParts {
  readonly clock: Clock
  readonly deadlines: Deadlines
  readonly resolve: Resolver
}

/** Makes the client. Its connections live until `close`. */
export function createEgress(settings: EgressSettings, parts: EgressParts): EgressClient {
  return new SocketEgress(settings, parts)
}

class SocketEgress implements EgressClient, ConnectionOwner {
  readonly #settings: EgressSettings
  readonly #parts: EgressParts
  readonly #connectParts: ConnectParts
  /** Kept connections by destination, the freshest last. */
  readonly #idle = new Map<string, Connection[]>()
  readonly #owner: ExchangeOwner
  #active = 0
  #idleCount = 0
  #sweeping = false
  #closed = false

  constructor(settings: EgressSettings, parts: EgressParts) {
    this.#settings = settings
    this.#parts = parts
    this.#connectParts = parts
    const { clock, deadlines } = parts
    this.#owner = {
      settings,
      clock,
      deadlines,
      writer: new RequestWriter(settings.proxy),
      connect: (request, exchange) => this.#connect(request, exchange),
    }
  }

  send(request: EgressRequest, sink: EgressSink): EgressExchange {
    const exchange = new Exchange(request, sink, this.#owner)
    atTurnEnd(exchange)
    return exchange
  }

  #connect(request: EgressRequest, exchange: Exchange): void {
    const kept = request.fresh ? undefined : this.#idle.get(poolOf(request.place.destination))?.pop()
    if (kept !== undefined) {
      this.#idleCount -= 1
      this.#active += 1
      exchange.use(kept, true)
    } else this.#dial(request, exchange)
  }

  connections(): { readonly active: number; readonly idle: number } {
    return { active: this.#active, idle: this.#idleCount }
  }

  close(): void {
    this.#closed = true
    for (const kept of this.#idle.values()) for (const connection of kept.slice()) connection.discard()
    this.#idle.clear()
  }

  #dial(request: EgressRequest, exchange: Exchange): void {
    const { destination } = request.place
    const dial = {
      settings: this.#settings,
      parts: this.#connectParts,
      owner: this,
      pool: poolOf(destination),
    }
    const dialling: Dialling = connect(destination, dial, {
      up: (connection) => {
        this.#active += 1
        exchange.use(connection, false)
      },
      failed: (failure: EgressFailure) => exchange.broken(failure),
    })
    exchange.dialled(dialling)
  }

  /** For its connections: this one can carry another exchange. */
  free(connection: Connection): void {
    this.#active -= 1
    this.#idleCount += 1
    let kept = this.#idle.get(connection.pool)
    if (kept === undefined) {
      kept = []
      this.#idle.set(connection.pool, kept)
    }
    kept.push(connection)
    connection.freeSinceMs = this.#parts.clock.nowMs()
    if (this.#closed || kept.length > this.#settings.idleConnectionsMax) connection.discard()
    else if (!this.#sweeping) this.#sweepLater()
  }

  /** For its connections: this one is closed. */
  gone(connection: Connection): void {
    const kept = this.#idle.get(connection.pool)
    const at = kept?.indexOf(connection) ?? -1
    if (kept === undefined || at === -1) {
      this.#active -= 1
      return
    }
    kept.splice(at, 1)
    this.#idleCount -= 1
  }

  #sweepLater(): void {
    this.#sweeping = true
    this.#parts.clock.after(this.#settings.keepAliveMs / 2, () => {
      this.#sweeping = false
      const oldestMs = this.#parts.clock.nowMs() - this.#settings.keepAliveMs
      for (const [origin, kept] of this.#idle) {
        if (kept.length === 0) this.#idle.delete(origin)
        for (const connection of kept.filter(({ freeSinceMs }) => freeSinceMs <= oldestMs))
          connection.discard()
      }
      if (this.#idleCount > 0) this.#sweepLater()
    })
  }
}

/** What one caller may reach because the operator wrote it, another may not: they share no connections. */
function poolOf({ origin, operatorAddress }: Destination): string {
  return operatorAddress ? `own ${origin}` : origin
}
