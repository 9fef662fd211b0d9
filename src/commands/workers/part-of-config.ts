// What of a config each of several workers has for itself: limits that a call meets in its own process are shared out, so that
// all workers together keep to what is written.
import type { LoadedConfig } from '../../config/load-config.ts'
import type { WorkerPlace } from '../../compose/fellow-workers.ts'

type Config = LoadedConfig['config']
type ModelSettings = Config['models'] extends ReadonlyMap<string, infer Model> ? Model : never
type DeploymentSettings = ModelSettings['deployments'][number]
type DeploymentLimits = NonNullable<DeploymentSettings['limits']>
type Rates = DeploymentLimits['requests']

/** The part of one worker. What is one alone is one for each. */
export function partOfConfig(config: Config, worker: WorkerPlace): Config {
  const { overload, models } = config
  return {
    ...config,
    overload: { ...overload, calls_max: partOf(overload.calls_max, worker) },
    models: new Map([...models].map(([name, model]) => [name, partOfModel(model, worker)])),
  }
}

function partOfModel(model: ModelSettings, worker: WorkerPlace): ModelSettings {
  const { max_concurrency: most, deployments } = model
  return {
    ...model,
    ...(most !== undefined && { max_concurrency: partOf(most, worker) }),
    deployments: deployments.map((deployment) => partOfDeployment(deployment, worker)),
  }
}

function partOfDeployment(deployment: DeploymentSettings, worker: WorkerPlace): DeploymentSettings {
  const { max_concurrency: most, limits } = deployment
  return {
    ...deployment,
    ...(most !== undefined && { max_concurrency: partOf(most, worker) }),
    ...(limits !== undefined && { limits: partOfLimits(limits, worker) }),
  }
}

/**
 * Requests are shared out altogether. Of tokens only what comes in again is: what may be used at once stays whole, or a long
 * call would find no room with anybody.
 */
function partOfLimits(limits: DeploymentLimits, { count }: WorkerPlace): DeploymentLimits {
  const slower = (rates: Rates): Rates =>
    rates?.map((rate) => ({ ...rate, amount: rate.amount / count, burst: rate.burst ?? rate.amount }))
  return {
    requests: limits.requests?.map((rate) => ({
      ...rate,
      amount: rate.amount / count,
      burst: Math.max(1, (rate.burst ?? rate.amount) / count),
    })),
    input_tokens: slower(limits.input_tokens),
    output_tokens: slower(limits.output_tokens),
    tokens: slower(limits.tokens),
  }
}

/** What does not divide goes to the first of them. */
function partOf(whole: number, { number, count }: WorkerPlace): number {
  return Math.max(1, Math.floor(whole / count) + (number <= whole % count ? 1 : 0))
}
