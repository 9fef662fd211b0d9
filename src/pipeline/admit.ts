// Is this a request that may go on? Size and shape of the body, and whether this caller may use this model.
// Only this file can mint an Admitted request, and `route` accepts nothing else.
import { ModelNotAllowed } from '../core/errors.ts'
import type { Relay, RequestPlace } from '../dialects/relay.ts'
import type { RelayRequest } from '../dialects/relay-request.ts'
import { allowsModel } from '../keys/allows-model.ts'
import type { Authenticated } from './authenticate.ts'

declare const admitted: unique symbol
export type Admitted = RelayRequest & { readonly [admitted]: true }

/** A request's bytes, and what its URL says. */
export interface Asked {
  readonly body: Uint8Array
  readonly place: RequestPlace
}

/** Checks a body. Throws the GatewayErrors of bad input, and ModelNotAllowed. */
export function admit(relay: Relay, asked: Asked, caller: Authenticated): Admitted {
  const request = relay.readRequest(asked.body, asked.place)
  if (!allowsModel(caller.models, request.model)) throw new ModelNotAllowed(request.model)
  return request as Admitted
}

/** Reads the request of an inner call: the operator's config decides whom it may ask, not the client's key. */
export function admitInner(relay: Relay, asked: Asked): Admitted {
  return relay.readRequest(asked.body, asked.place) as Admitted
}
