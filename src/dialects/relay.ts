// What each dialect's folder offers a relay: reading just enough of a client's bytes, and of a provider's, that they
// can pass as they are. One implementation per folder, in its `relay.ts`.
import type { Passage } from './passage.ts'
import type { RelayRequest } from './relay-request.ts'

export interface Relay extends Passage {
  /** Reads a client's request. Throws the GatewayErrors of bad input, each naming the member. */
  readRequest(bytes: Uint8Array, place: RequestPlace): RelayRequest
}

/** What some dialects say in the URL instead of the body. */
export interface RequestPlace {
  /** The model, decoded; empty where the body names it. */
  readonly model: string
  /** The answer is to be streamed; false where the body says it. */
  readonly stream: boolean
  /** The operator bounds the answer, so each provider must be told in the word that it heeds. */
  readonly isBounded?: true
  /** Its tokens are only to be counted: nothing is written. */
  readonly onlyCounts?: true
  /** Tokens of what its provider has of the conversation, where that is not in the body. */
  readonly tokensBefore?: number
}

/** The place of a request that says everything in its body. */
export const saidInBody: RequestPlace = { model: '', stream: false }
