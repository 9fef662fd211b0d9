// Is this a request that may go on? Size and shape of the body, and whether this caller may use this model.
// Only this file can mint an Admitted request, and `route` accepts nothing else.
import type { Endpoint } from '../core/call.ts'
import { ModelNotAllowed } from '../core/errors.ts'
import { readEmbeddingsRequest } from '../dialects/embeddings/read-request.ts'
import { readChatRequest } from '../dialects/openai-chat/read-request.ts'
import type { RelayRequest } from '../dialects/relay-request.ts'
import { allowsModel } from '../keys/allows-model.ts'
import type { Authenticated } from './authenticate.ts'

declare const admitted: unique symbol
export type Admitted = RelayRequest & { readonly [admitted]: true }

/** Checks a body. Throws the GatewayErrors of bad input, and ModelNotAllowed. */
export function admit(endpoint: Endpoint, body: Uint8Array, caller: Authenticated): Admitted {
  const request = endpoint === 'chat' ? readChatRequest(body) : readEmbeddingsRequest(body)
  if (!allowsModel(caller.models, request.model)) throw new ModelNotAllowed(request.model)
  return request as Admitted
}
