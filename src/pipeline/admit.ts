// Is this a request that may go on? Size and shape of the body, and whether this caller may use this model.
// Only this file can mint an Admitted request, and `route` accepts nothing else.
import type { Caller } from '../core/caller.ts'
import type { Endpoint } from '../core/call.ts'
import { ModelNotAllowed } from '../core/errors.ts'
import { readEmbeddingsRequest } from '../dialects/embeddings/read-request.ts'
import { readChatRequest, relayedBody } from '../dialects/openai-chat/read-request.ts'
import type { ChatRequest } from '../dialects/openai-chat/read-request.ts'
import { allowsModel } from '../keys/allows-model.ts'
import type { Deployment } from '../providers/deployment.ts'
import type { Authenticated } from './authenticate.ts'

declare const admitted: unique symbol

export interface RequestFacts {
  readonly endpoint: Endpoint
  readonly caller: Caller
  readonly model: string
  readonly stream: boolean
  readonly choices: number
  /** Ask for the usage chunk where the provider wants to be asked, and keep it from the client. */
  readonly hideUsage: boolean
  readonly estimatedInputTokens: number
  /** The bytes for one deployment: the client's own, with only what must change spliced. */
  bodyFor(deployment: Deployment): readonly Uint8Array[]
  /** Lets go of the request's bytes: a long prompt must not lie in memory for as long as its answer streams. */
  release(): void
}
export type Admitted = RequestFacts & { readonly [admitted]: true }

/** Checks a body. Throws the GatewayErrors of bad input, and ModelNotAllowed. */
export function admit(endpoint: Endpoint, body: Uint8Array, caller: Authenticated): Admitted {
  const facts = endpoint === 'chat' ? chatFacts(body, caller) : embeddingsFacts(body, caller)
  if (!allowsModel(caller.models, facts.model)) throw new ModelNotAllowed(facts.model)
  return facts as Admitted
}

function chatFacts(body: Uint8Array, caller: Caller): RequestFacts {
  const request = readChatRequest(body)
  let held: ChatRequest | undefined = request
  return {
    endpoint: 'chat',
    caller,
    model: request.model,
    stream: request.stream,
    choices: request.choices,
    hideUsage: !request.wantsUsage,
    estimatedInputTokens: request.estimatedInputTokens,
    bodyFor: (deployment) => (held === undefined ? [] : relayedBody(held, deployment)),
    release: () => {
      held = undefined
    },
  }
}

function embeddingsFacts(body: Uint8Array, caller: Caller): RequestFacts {
  const request = readEmbeddingsRequest(body)
  return {
    endpoint: 'embeddings',
    caller,
    model: request.model,
    stream: false,
    choices: 1,
    hideUsage: false,
    estimatedInputTokens: request.estimatedInputTokens,
    bodyFor: (deployment) => request.bodyFor(deployment.modelJson),
    // The answer comes whole, so there is no while for which to let go.
    release: () => {},
  }
}
