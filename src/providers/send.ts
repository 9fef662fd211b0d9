// One attempt on one deployment, over the network: the request is built from scratch, so nothing of a client's
// headers reaches a provider, and the credential goes only to the host it was configured for.
import type { Destination, EgressClient, EgressExchange, EgressPlace, EgressSink } from '../core/egress.ts'
import type { DialectName } from '../core/model-request.ts'
import type { Spoken } from '../dialects/doors.ts'
import type { Outbound, Sender } from './deployment.ts'
import { signingFor } from './provider.ts'
import type { Place, Provider } from './provider.ts'
import { signingHeaders } from './signing.ts'

/** Where a provider is and how to speak to it, worked out when the config was loaded. */
export interface Connection {
  readonly provider: Provider
  readonly destination: Destination
  /** The path of the base URL, without a slash at the end. */
  readonly basePath: string
  /** Empty for a provider without one. */
  readonly credential: string
}

const userAgent = 'user-agent: sallyport/0.1\r\n'

/** Header lines that every request to this place carries. Throws when the credential cannot stand in a header. */
export function fixedHeaders({ provider, credential }: Connection, place: Place): string {
  return `${userAgent}${signingHeaders(signingFor(provider, place), credential)}`
}

/** The provider's default headers, built once: given the header lines of a client, those that are not among them. */
export function defaultHeadersOf({ quirks }: Provider): (headerLines: string) => string {
  const headers = Object.entries(quirks.defaultHeaders ?? {}).map(([name, value]) => ({
    start: `\r\n${name}:`,
    line: `${name}: ${value}\r\n`,
  }))
  const all = headers.map(({ line }) => line).join('')
  return (headerLines) => {
    if (all === '' || headerLines === '') return all
    const sent = `\r\n${headerLines}`.toLowerCase()
    return headers.map(({ start, line }) => (sent.includes(start) ? '' : line)).join('')
  }
}

/** Makes the sender of a provider. */
export function createSender(connection: Connection, egress: EgressClient): Sender {
  const streamed = new Places(connection, 'text/event-stream')
  const whole = new Places(connection, 'application/json')
  const idHeader = connection.provider.quirks.attemptIdHeader
  const defaultHeaders = defaultHeadersOf(connection.provider)
  return {
    send(outbound: Outbound, sink: EgressSink): EgressExchange {
      const { attemptId, stream, body, headerLines, fresh } = outbound
      const place = (stream ? streamed : whole).of(outbound)
      const idLine = idHeader === undefined ? '' : `${idHeader}: ${attemptId}\r\n`
      const moreHeaders = idLine + headerLines + defaultHeaders(headerLines)
      return egress.send({ place, moreHeaders, body, fresh }, sink)
    },
  }
}

/** Paths that hold the model's name are as many as the names that clients make up. */
const rememberedMax = 1_000

/** Where a provider's answers are had, each place made once. */
class Places {
  readonly #connection: Connection
  readonly #accept: string
  readonly #places = new Map<Spoken, EgressPlace>()
  readonly #placesOfModels = new Map<string, EgressPlace>()

  constructor(connection: Connection, accept: string) {
    this.#connection = connection
    this.#accept = accept
  }

  of({ to, providerModel, stream }: Outbound): EgressPlace {
    const known = this.#places.get(to)
    if (known !== undefined) return known
    const path = pathTo(this.#connection.provider, to, stream)
    if (!path.includes(modelMark)) {
      const place = this.#place(to, path)
      this.#places.set(to, place)
      return place
    }
    return this.#placeOfModel(to, path.replace(modelMark, encodeURIComponent(providerModel)))
  }

  #placeOfModel(to: Spoken, path: string): EgressPlace {
    const known = this.#placesOfModels.get(path)
    if (known !== undefined) return known
    if (this.#placesOfModels.size >= rememberedMax) this.#placesOfModels.clear()
    const place = this.#place(to, path)
    this.#placesOfModels.set(path, place)
    return place
  }

  #place(to: Spoken, path: string): EgressPlace {
    const { destination, basePath } = this.#connection
    const headers = `${fixedHeaders(this.#connection, to)}content-type: application/json\r\naccept: ${this.#accept}\r\n`
    return { destination, method: 'POST', path: basePath + path, headers }
  }
}

const modelMark = '{model}'

function isDialect(to: Spoken): to is DialectName {
  return to !== 'embeddings' && to !== 'anthropic-messages/count' && to !== 'gemini/count'
}

function pathTo({ name, paths }: Provider, to: Spoken, stream: boolean): string {
  const path = isDialect(to)
    ? ((stream ? paths.streams?.[to] : undefined) ?? paths.answers[to])
    : to === 'embeddings'
      ? paths.embeddings
      : paths.countTokens
  if (path === undefined) throw new Error(`The provider "${name}" has no place for ${to}.`)
  return path
}
