// What is left of a route for one call: what its model's rules and the request's needs leave, and of that what keeps the
// deterministic contract, where it is held to that.
import type { ClientWishes } from './client-wishes.ts'
import { keepDeterministic } from './keep-deterministic.ts'
import { narrow } from './narrow.ts'
import type { NarrowedCall, NarrowParts } from './narrow.ts'
import type { Route } from './route.ts'
import type { CallRecord } from './settle.ts'

interface RoutedCall extends NarrowedCall {
  readonly record: CallRecord
  readonly wishes: ClientWishes
}

interface NarrowRouteParts extends NarrowParts {
  /** SHA-256, as hexadecimal digits. */
  digest(text: string): string
}

/** What is left of a route for this call; the route itself where nothing narrows it. */
export function narrowRoute(call: RoutedCall, found: Route, parts: NarrowRouteParts): Route {
  const deployments = found.plan.narrowing === undefined ? found.deployments : narrow(found, call, parts)
  const left = deployments === found.deployments ? found : { ...found, deployments }
  return call.wishes.deterministic || found.plan.deterministic ? held(left, call, parts) : left
}

/** Under the deterministic contract. */
function held(found: Route, { record, request, door }: RoutedCall, parts: NarrowRouteParts): Route {
  const kept = keepDeterministic(found, { request, door }, (text) => parts.digest(text))
  record.contract = kept.contract
  return kept
}
