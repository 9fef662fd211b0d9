// One attempt on one deployment, over the network: the request is built from scratch, so nothing of a client's
// headers reaches a provider, and the credential goes only to the host it was configured for.
import type { Endpoint } from '../core/call.ts'
import type { Destination, EgressClient, EgressExchange, EgressPlace, EgressSink } from '../core/egress.ts'
import type { Outbound, Sender } from './deployment.ts'
import type { Provider } from './provider.ts'
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

/** Header lines that every request to this provider carries. Throws when the credential cannot stand in a header. */
export function fixedHeaders({ provider, credential }: Connection): string {
  const own = Object.entries(provider.quirks.headers ?? {}).map(([name, value]) => `${name}: ${value}\r\n`)
  return `${userAgent}${signingHeaders(provider.signing, credential)}${own.join('')}`
}

/** Makes the sender of a provider. */
export function createSender(connection: Connection, egress: EgressClient): Sender {
  const { provider, destination, basePath } = connection
  const fixed = `${fixedHeaders(connection)}content-type: application/json\r\n`
  const idHeader = provider.quirks.attemptIdHeader
  const placesFor = (accept: string): Record<Endpoint, EgressPlace> => {
    const same = { destination, method: 'POST' as const, headers: `${fixed}accept: ${accept}\r\n` }
    return {
      chat: { ...same, path: basePath + (provider.paths.answers['openai-chat'] ?? '') },
      embeddings: { ...same, path: basePath + (provider.paths.embeddings ?? '') },
    }
  }
  const streamed = placesFor('text/event-stream')
  const whole = placesFor('application/json')
  return {
    send({ endpoint, attemptId, stream, body, fresh }: Outbound, sink: EgressSink): EgressExchange {
      const place = (stream ? streamed : whole)[endpoint]
      const moreHeaders = idHeader === undefined ? '' : `${idHeader}: ${attemptId}\r\n`
      return egress.send({ place, moreHeaders, body, fresh }, sink)
    },
  }
}
