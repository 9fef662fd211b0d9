// The runtime's HTTP server. It refuses by itself what breaks HTTP (400, 413, 431, 505 or a closed socket) and
// closes clients that drip headers or bodies; everything that gets past it goes to one function.

/** What can be asked about the connection of a request. */
export interface ServerPeers {
  /** The address of the other end. */
  addressOf(request: Request): string
  /** Nothing idle is closed on this connection any more: our own deadlines watch it. */
  keepOpen(request: Request): void
}

export interface HttpServerSettings {
  readonly host: string
  readonly port: number
  /** Bodies above this are refused by the runtime without a word; ours is below it, with an envelope. */
  readonly bodyBytesMax: number
  /** What to do when nobody can listen there. */
  readonly advice?: string
  readonly tls: { readonly cert: string; readonly key: string } | undefined
  /** Other processes of ours listen there as well: each gets a part of the connections. */
  readonly isShared?: boolean
}

export interface HttpServer {
  /** `http://127.0.0.1:4117`, with the port that was really taken. */
  readonly url: string
  readonly port: number
  /** Requests whose answer is not with its client yet. */
  answersUnderWay(): number
  /** Takes no new connections and closes the idle ones; what is under way goes on. */
  stopListening(): void
  /** Cuts every connection. */
  close(): void
}

/** Nobody listens there already, or we may not: the sentence says which setting to change. */
export class CannotListen extends Error {
  constructor(settings: HttpServerSettings, cause: unknown) {
    super(
      `Cannot listen on ${settings.host}:${settings.port}: ${reasonOf(cause)}. ` +
        (settings.advice ?? 'Choose another address with server.host and server.port, or --port.'),
      { cause },
    )
  }
}

/** The runtime asks "Is port 4117 in use?", which is no answer. */
function reasonOf(cause: unknown): string {
  if (!(cause instanceof Error)) return String(cause)
  return 'code' in cause && cause.code === 'EADDRINUSE' ? 'another process listens there' : cause.message
}

/** A client that sends nothing for this long while its request is not complete is closed. */
const idleSeconds = 10

/** Begins to listen. `answer` must neither throw nor reject. Throws CannotListen. */
export function startHttpServer(
  settings: HttpServerSettings,
  answer: (request: Request, peers: ServerPeers) => Response | Promise<Response>,
): HttpServer {
  try {
    const peers: ServerPeers = {
      addressOf: (request) => server.requestIP(request)?.address ?? '',
      keepOpen: (request) => server.timeout(request, 0),
    }
    const server: Bun.Server<undefined> = Bun.serve({
      hostname: settings.host,
      port: settings.port,
      // The developer's error page is 50 kB of internals.
      development: false,
      // Left out, the runtime shares a port outside development: a second gateway would take every other connection.
      reusePort: settings.isShared === true,
      idleTimeout: idleSeconds,
      maxRequestBodySize: settings.bodyBytesMax,
      ...(settings.tls === undefined ? {} : { tls: { cert: settings.tls.cert, key: settings.tls.key } }),
      fetch: (request) => answer(request, peers),
      error: () => new Response('{"error":{"message":"internal"}}', { status: 500 }),
    })
    return {
      url: `${settings.tls === undefined ? 'http' : 'https'}://${shownHost(settings.host)}:${server.port}`,
      port: Number(server.port),
      answersUnderWay: () => server.pendingRequests,
      stopListening: () => {
        void server.stop(false)
        // Whoever is between two requests would send the next one to a process that is leaving.
        server.closeIdleConnections()
      },
      close: () => void server.stop(true),
    }
  } catch (failure) {
    throw new CannotListen(settings, failure)
  }
}

function shownHost(host: string): string {
  return host.includes(':') ? `[${host}]` : host
}
