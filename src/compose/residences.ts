// Where each deployment is: as its provider, unless the config says so of the deployment itself. What it says of one holds
// wherever that one is named, by another model or by a client: a prompt must not get a better place by another name.
import type { Residence } from '../core/residency.ts'
import type { DeploymentSettings, ModelsSettings } from '../routing/settings.ts'

export class Residences {
  /** By `provider/model`. */
  readonly #written = new Map<string, Residence>()

  constructor(models: ModelsSettings) {
    for (const { deployments, last_resort: last } of models.values()) {
      const lastResort = last === 'off' ? undefined : last.deployment
      for (const settings of deployments) this.#read(settings)
      if (lastResort !== undefined) this.#read(lastResort)
    }
  }

  /** `provider`: where its provider is. */
  of(name: string, provider: Residence): Residence {
    const written = this.#written.get(name)
    if (written === undefined) return provider
    return {
      region: written.region ?? provider.region,
      dataClass: written.dataClass ?? provider.dataClass,
    }
  }

  /** The config was checked, so no two say different things of one place. */
  #read({ provider, model, region, class: dataClass }: DeploymentSettings): void {
    if (region === undefined && dataClass === undefined) return
    const name = `${provider}/${model}`
    const before = this.#written.get(name)
    this.#written.set(name, {
      region: region ?? before?.region,
      dataClass: dataClass ?? before?.dataClass,
    })
  }
}
