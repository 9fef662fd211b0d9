// Where the gateway can be reached: one listener for clients, and one of their own for operators where the config gives
// them one. Operators' stays until the very end: whoever watches how the process leaves can do so.
import type { Config } from '../config/schema.ts'
import { startHttpServer } from '../platform/http-server.ts'
import type { HttpServer, HttpServerSettings } from '../platform/http-server.ts'
import type { GatewayHandlers } from './gateway-routes.ts'

/** Where it can be reached. */
export interface Listening {
  readonly url: string
  /** Where operators have a listener of their own. */
  readonly adminUrl: string | undefined
}

/** The runtime's own limit stands above ours, so that ours can answer with an envelope. */
const runtimeBodySlackBytes = 1024 * 1024
const operatorAdvice = 'Choose another address with server.admin.host and server.admin.port.'

export class Listeners {
  #ofClients: HttpServer | undefined
  #ofOperators: HttpServer | undefined

  /** Throws CannotListen, with nothing left open. */
  open(
    { ofClients, ofOperators }: GatewayHandlers,
    { host, port, admin, body_limit: bodyLimit }: Config['server'],
    { tls, isShared }: Required<Pick<HttpServerSettings, 'tls' | 'isShared'>>,
  ): Listening {
    const place = { host, port, bodyBytesMax: bodyLimit + runtimeBodySlackBytes, tls, isShared }
    this.#ofClients = startHttpServer(place, ofClients)
    if (admin !== 'off') this.#ofOperators = this.#openToOperators({ ...place, ...admin }, ofOperators)
    return { url: this.#ofClients.url, adminUrl: this.#ofOperators?.url }
  }

  #openToOperators(place: HttpServerSettings, handler: GatewayHandlers['ofOperators']): HttpServer {
    try {
      return startHttpServer({ ...place, advice: operatorAdvice }, handler)
    } catch (failure) {
      this.#ofClients?.close()
      throw failure
    }
  }

  /** Of the clients' one; undefined before it is open. */
  get port(): number | undefined {
    return this.#ofClients?.port
  }

  /** Clients' answers that have not reached their sockets yet. */
  get answersUnderWay(): number {
    return this.#ofClients?.answersUnderWay() ?? 0
  }

  /** Lets no new client in. */
  stopListening(): void {
    this.#ofClients?.stopListening()
  }

  close(): void {
    this.#ofClients?.close()
    this.#ofOperators?.close()
  }
}
