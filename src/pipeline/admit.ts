// Is this a request that may go on? Size and shape of the body, and whether this caller may use this model.
// Only this file can mint an Admitted request, and `route` accepts nothing else.
import type { Caller } from '../core/caller.ts'
import { ModelNotAllowed } from '../core/errors.ts'
import { boundAnswer } from '../dialects/bound-answer.ts'
import type { Door } from '../dialects/doors.ts'
import type { Relay, RequestPlace } from '../dialects/relay.ts'
import type { RelayRequest } from '../dialects/relay-request.ts'
import { mayCall } from '../keys/allows-model.ts'
import type { Authenticated } from './authenticate.ts'

declare const admitted: unique symbol
export type Admitted = RelayRequest & { readonly [admitted]: true }

/** A request's bytes, and what its URL says. */
export interface Asked {
  readonly body: Uint8Array
  readonly place: RequestPlace
}

/** What a caller has to do with a body. */
export type BodyBounds = Pick<Caller, 'models' | 'teamAllows' | 'maxTokens'>

/** Checks a body. Throws the GatewayErrors of bad input, ModelNotAllowed, and InvalidValue for an answer too long. */
export function admit(door: Door, asked: Asked, caller: Authenticated): Admitted {
  return admitAs(door, asked, caller)
}

/** The same for a caller who has not come, for those who only look what would become of a call. */
export function admitAs(door: Door, asked: Asked, caller: BodyBounds): Admitted {
  const request = door.relay.readRequest(asked.body, asked.place)
  if (!mayCall(caller, request.model)) throw new ModelNotAllowed(request.model)
  if (caller.maxTokens === undefined) return request as Admitted
  const body = boundAnswer(asked.body, door.spoken, caller.maxTokens)
  return door.relay.readRequest(body, { ...asked.place, isBounded: true }) as Admitted
}

/** Reads the request of an inner call: the operator's config decides whom it may ask, not the client's key. */
export function admitInner(relay: Relay, asked: Asked): Admitted {
  return relay.readRequest(asked.body, asked.place) as Admitted
}
