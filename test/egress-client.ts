// A client for one test: a clock that the test moves, settings that it may change, and requests in one line.
import type { EgressClient, EgressPlace, EgressRequest, RequestBody } from '../src/core/egress.ts'
import { Deadlines } from '../src/platform/deadlines.ts'
import { createEgress } from '../src/platform/egress/egress.ts'
import type { EgressSettings } from '../src/platform/egress/egress.ts'
import { parseDestination } from '../src/platform/egress/destination.ts'
import type { Resolver } from '../src/platform/egress/resolver.ts'
import { VirtualClock } from './virtual-clock.ts'

export interface TestClient extends Disposable {
  readonly egress: EgressClient
  readonly clock: VirtualClock
  readonly deadlines: Deadlines
}

const settings: EgressSettings = {
  connectTimeoutMs: 3_000,
  writeTimeoutMs: 10_000,
  idleTimeoutMs: 60_000,
  keepAliveMs: 30_000,
  idleConnectionsMax: 100,
  allow: [],
  proxy: undefined,
  ca: undefined,
}

/** A client that knows no names but those of `resolve`. */
export function testClient(
  changes: Partial<EgressSettings> = {},
  resolve: Resolver = unknownName,
): TestClient {
  const clock = new VirtualClock()
  const deadlines = new Deadlines(clock)
  const egress = createEgress({ ...settings, ...changes }, { clock, deadlines, resolve })
  return { egress, clock, deadlines, [Symbol.dispose]: () => egress.close() }
}

async function unknownName(): Promise<readonly string[]> {
  throw new Error('there is no such name')
}

/** The pieces, one after the other, as a request's body. */
export function bodyOf(...pieces: readonly Uint8Array[]): RequestBody {
  const bytes = Buffer.concat(pieces)
  return { byteLength: bytes.length, writeInto: (target, at) => void bytes.copy(target, at) }
}

/** A GET of `/`, or what `changes` make of it. */
export function requestTo(
  url: string,
  { body, fresh = false, ...place }: Partial<EgressPlace & EgressRequest> = {},
): EgressRequest {
  const destination = parseDestination(url, 'operator')
  return {
    place: { destination, method: 'GET', path: '/', headers: '', ...place },
    moreHeaders: '',
    body,
    fresh,
  }
}

/** Waits for what another process or the loop brings about, without a time of its own. */
export async function until(holds: () => boolean): Promise<void> {
  const endMs = performance.now() + 4_000
  while (!holds()) {
    if (performance.now() > endMs) throw new Error('it did not come about within 4 s')
    const { promise, resolve } = Promise.withResolvers<undefined>()
    setImmediate(() => resolve(undefined))
    await promise
  }
}
