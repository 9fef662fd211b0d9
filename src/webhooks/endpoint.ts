// One endpoint as the sender sees it: where it is, what it wants to know, by which keys it knows us, and how it stands.
import type { Destination } from '../core/egress.ts'
import type { EndpointStanding } from './ports.ts'
import { failuresMax, probeWait } from './retry-schedule.ts'

export interface SigningKey {
  readonly key: Uint8Array
  /** Wall clock; Infinity for one that the config names. */
  readonly untilMs: number
}

/** As a config has it. */
export interface Endpoint {
  readonly name: string
  readonly url: string
  readonly events: readonly string[]
  readonly timeoutMs: number
  readonly destination: Destination
  /** Path and query. */
  readonly path: string
  /** The key of now first; those before as long as they sign beside it. */
  readonly keys: readonly SigningKey[]
}

/** What is known of it while the process runs. */
export class EndpointState {
  endpoint: Endpoint
  standing: EndpointStanding
  inFlight = 0
  /** As of the last look. */
  waiting = 0
  /** When one delivery may be tried at an endpoint that has failed too often in a row, wall clock. */
  probeAtMs = 0
  #probes = 0

  constructor(endpoint: Endpoint) {
    this.endpoint = endpoint
    this.standing = freshStanding(endpoint)
  }

  get isDisabled(): boolean {
    return this.standing.disabledBecause !== ''
  }

  /** Too often in a row. */
  get isFailing(): boolean {
    return this.standing.failures >= failuresMax
  }

  /** This is how it stands, unless it is about another address: then nothing is held against it. */
  stand(standing: EndpointStanding | undefined, now: { readonly atMs: number; random(): number }): void {
    const { failures } = this.standing
    this.standing = standing?.url === this.endpoint.url ? standing : freshStanding(this.endpoint)
    if (this.standing.failures === 0) this.#probes = this.probeAtMs = 0
    else if (this.isFailing && this.standing.failures > failures) this.#leaveAlone(now)
  }

  /** It has failed again; what was already on its way when it was left alone says nothing new. */
  #leaveAlone({ atMs, random }: { readonly atMs: number; random(): number }): void {
    if (this.probeAtMs > atMs) return
    this.probeAtMs = atMs + probeWait(this.#probes, random())
    this.#probes += 1
  }
}

/** Nothing is held against it. */
export function freshStanding({ name, url }: Pick<Endpoint, 'name' | 'url'>): EndpointStanding {
  return { name, url, failures: 0, failingSinceMs: null, disabledBecause: '', disabledAtMs: null }
}

const failingMsMax = 3 * 24 * 60 * 60 * 1000

/** How it stands after another failure: who says that it is gone is believed, and who fails for three days is too. */
export function afterFailure(
  standing: EndpointStanding,
  { status, atMs }: { readonly status: number | null; readonly atMs: number },
): EndpointStanding {
  const failingSinceMs = standing.failingSinceMs ?? atMs
  const isTooLong = atMs - failingSinceMs >= failingMsMax
  const why = status === 410 ? 'gone' : isTooLong ? 'failing' : ''
  // What was on its way when it was disabled does not make that undone.
  const disabledBecause = standing.disabledBecause === '' ? why : standing.disabledBecause
  return {
    ...standing,
    failures: standing.failures + 1,
    failingSinceMs,
    disabledBecause,
    disabledAtMs: disabledBecause === '' ? null : (standing.disabledAtMs ?? atMs),
  }
}
