// What is kept of calls, put together: for later requests the responses themselves and whose ids are with which provider, for
// the operator what was said, and the forgetting of all that.
import type { Clock } from '../core/clock.ts'
import { carriedSeal } from '../dialects/carried-seal.ts'
import type { Bodies } from '../bodies/bodies.ts'
import type { BodyStore } from '../bodies/ports.ts'
import { Forgetting } from '../responses/forgetting.ts'
import type { HeldIdStore, ResponseStore } from '../responses/ports.ts'
import { Responses } from '../responses/responses.ts'
import type { ResponsesSettings } from '../responses/settings.ts'
import { Stickiness } from '../responses/stickiness.ts'
import type { Log } from '../telemetry/log.ts'
import { keptBodies } from './kept-bodies.ts'
import type { Registry } from '../telemetry/metrics.ts'
import { ResponseTelemetry } from '../telemetry/response-telemetry.ts'

/** Where all that is kept. */
export interface KeptStores {
  readonly responses: ResponseStore
  readonly heldIds: HeldIdStore
  readonly bodies: BodyStore
}

export interface KeptResponses {
  /** What calls are made with. */
  readonly parts: {
    readonly responses: Responses
    readonly stickiness: Stickiness
    readonly bodies: Bodies
  }
  /** Begins to forget. */
  start(): void
  /** Writes what is pending, now. */
  flush(): Promise<unknown>
  /** Writes what is pending, and nothing after that. */
  close(): Promise<void>
}

export function keptResponses(
  stores: KeptStores,
  settings: ResponsesSettings,
  { clock, log, registry }: { readonly clock: Clock; readonly log: Log; readonly registry: Registry },
): KeptResponses {
  const observer = new ResponseTelemetry(log, registry)
  const stickiness = new Stickiness({ store: stores.heldIds, clock, observer }, settings.keep)
  const parts = { store: stores.responses, stickiness, clock, observer, sealTravels }
  const responses = new Responses(parts, settings)
  const bodies = keptBodies(stores.bodies, { clock, log, registry })
  const forgetting = new Forgetting({ ...stores, clock, observer })
  return {
    parts: { responses, stickiness, bodies },
    start: () => {
      forgetting.start()
      bodies.start()
    },
    flush: () => Promise.all([responses.flush(), stickiness.flush(), bodies.flush()]),
    close: async () => {
      forgetting.stop()
      await responses.close()
      await stickiness.close()
      await bodies.close()
    },
  }
}

/** What another dialect's provider sealed is in our wrapping, and taken out of it for whoever can read it. */
function sealTravels(seal: string): boolean {
  const carried = carriedSeal(seal)
  return carried !== undefined && carried.from !== 'openai-responses'
}
