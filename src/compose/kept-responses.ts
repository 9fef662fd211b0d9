// What is kept of Responses for later requests, put together: the responses themselves, whose ids are with which provider,
// and the forgetting of both.
import type { Clock } from '../core/clock.ts'
import { carriedSeal } from '../dialects/carried-seal.ts'
import { Forgetting } from '../responses/forgetting.ts'
import type { HeldIdStore, ResponseStore } from '../responses/ports.ts'
import { Responses } from '../responses/responses.ts'
import type { ResponsesSettings } from '../responses/settings.ts'
import { Stickiness } from '../responses/stickiness.ts'
import type { Log } from '../telemetry/log.ts'
import type { Registry } from '../telemetry/metrics.ts'
import { ResponseTelemetry } from '../telemetry/response-telemetry.ts'

/** Where both are kept. */
export interface KeptStores {
  readonly responses: ResponseStore
  readonly heldIds: HeldIdStore
}

export interface KeptResponses {
  readonly responses: Responses
  readonly stickiness: Stickiness
  readonly forgetting: Forgetting
  /** Writes what is pending. */
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
  const forgetting = new Forgetting({ ...stores, clock, observer })
  return {
    responses,
    stickiness,
    forgetting,
    close: async () => {
      forgetting.stop()
      await responses.close()
      await stickiness.close()
    },
  }
}

/** What another dialect's provider sealed is in our wrapping, and taken out of it for whoever can read it. */
function sealTravels(seal: string): boolean {
  const carried = carriedSeal(seal)
  return carried !== undefined && carried.from !== 'openai-responses'
}
