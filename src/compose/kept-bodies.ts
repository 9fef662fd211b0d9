// What is kept of prompts and answers, put together.
import type { Clock } from '../core/clock.ts'
import { Bodies } from '../bodies/bodies.ts'
import type { BodyStore } from '../bodies/ports.ts'
import type { BodiesSetting } from '../bodies/settings.ts'
import type { BodyParts } from '../pipeline/keep-bodies.ts'
import { evenRandom } from '../platform/random.ts'
import { BodyTelemetry } from '../telemetry/body-telemetry.ts'
import type { Log } from '../telemetry/log.ts'
import type { Registry } from '../telemetry/metrics.ts'

export function keptBodies(
  store: BodyStore,
  { clock, log, registry }: { readonly clock: Clock; readonly log: Log; readonly registry: Registry },
): Bodies {
  return new Bodies({ store, clock, observer: new BodyTelemetry(log, registry), random: evenRandom })
}

/** What the pipeline goes by; undefined where nothing is kept. */
export function bodyParts(bodies: Bodies, settings: BodiesSetting): BodyParts | undefined {
  return settings === 'off' ? undefined : { bodies, settings }
}
