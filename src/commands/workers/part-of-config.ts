// What of a config each of several workers has for itself: bounds that a call meets in its own process, where calls wait in
// line, are shared out, so that all workers together keep to what is written.
import type { LoadedConfig } from '../../config/load-config.ts'
import type { WorkerPlace } from '../../compose/fellow-workers.ts'

type Config = LoadedConfig['config']
type ModelSettings = Config['models'] extends ReadonlyMap<string, infer Model> ? Model : never
type DeploymentSettings = ModelSettings['deployments'][number]

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
  const { max_concurrency: most } = deployment
  return most === undefined ? deployment : { ...deployment, max_concurrency: partOf(most, worker) }
}

/** What does not divide goes to the first of them. */
function partOf(whole: number, { number, count }: WorkerPlace): number {
  return Math.max(1, Math.floor(whole / count) + (number <= whole % count ? 1 : 0))
}
