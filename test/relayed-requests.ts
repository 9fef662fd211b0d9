// What becomes of a request's bytes on their way to a provider of the same dialect.
import type { Relay, RequestPlace } from '../src/dialects/relay.ts'
import type { RelayWishes } from '../src/dialects/relay-request.ts'
import { saidInBody } from '../src/dialects/relay.ts'

const wishes: RelayWishes = { modelJson: '"their-model"', asksForUsage: true, drops: [] }

/** How a body goes out. */
export function relayed(
  relay: Relay,
  body: string,
  more: Partial<RelayWishes & { readonly place: RequestPlace }> = {},
): string {
  const { place = saidInBody, ...wanted } = more
  const request = relay.readRequest(Buffer.from(body), place).bodyFor({ ...wishes, ...wanted })
  const bytes = Buffer.alloc(request.byteLength)
  request.writeInto(bytes, 0)
  return bytes.toString()
}
