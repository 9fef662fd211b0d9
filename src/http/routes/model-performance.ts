// GET /v1/models/{id}/performance: how fast a model is just now, as this process has measured it on the calls of everybody.
import type { HealthRegistry, HealthPlace } from '../../routing/health/health-registry.ts'
import { jointSpeed, speedWindowMs } from '../../routing/health/speed.ts'
import type { JointSpeed } from '../../routing/health/speed.ts'
import { percentiles } from '../admin/described-deployment.ts'

/** A deployment of the model that is asked about. */
export interface MeasuredPlace extends HealthPlace {
  readonly name: string
}

/** The speed of a model, and of each of its deployments; nulls where nothing was measured yet. */
export function performanceOf(
  model: string,
  places: readonly MeasuredPlace[],
  { health, nowMs }: { readonly health: HealthRegistry; readonly nowMs: number },
): object {
  const measured = places.map((place) => ({ name: place.name, speed: health.find(place)?.speed }))
  const speeds = measured.flatMap(({ speed }) => speed ?? [])
  return {
    object: 'model.performance',
    model,
    window_seconds: speedWindowMs / 1_000,
    ...shown(jointSpeed(speeds, nowMs)),
    deployments: measured.map(({ name, speed }) => ({
      name,
      ...shown(jointSpeed(speed === undefined ? [] : [speed], nowMs)),
    })),
  }
}

function shown({ firstTokenMs, tokensPerSecond }: JointSpeed): object {
  return { first_token_ms: percentiles(firstTokenMs), tokens_per_second: percentiles(tokensPerSecond) }
}
