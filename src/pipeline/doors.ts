// What each endpoint speaks: the one list that joins the endpoints that do a model's work to their dialects.
import type { Endpoint } from '../core/call.ts'
import { embeddingsRelay } from '../dialects/embeddings/relay.ts'
import { chatRelay } from '../dialects/openai-chat/relay.ts'
import type { Relay } from '../dialects/relay.ts'

export const relays: Readonly<Record<Endpoint, Relay>> = {
  chat: chatRelay,
  embeddings: embeddingsRelay,
}
