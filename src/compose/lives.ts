// The lives of the deployments that a config names, and what of them is so today. A client that names such a deployment
// itself asks the same one, so its days hold there, too.
import { stageOf } from '../core/life.ts'
import type { Life, LifeStage } from '../core/life.ts'
import { lifeTogether } from '../routing/life/life-together.ts'
import type { DeploymentSettings, ModelsSettings } from '../routing/settings.ts'

/** The life that a config writes; undefined for a deployment that it says nothing of. */
export function lifeOf({
  deprecated: deprecatedMs,
  retires: retiresMs,
  replaced_by: replacedBy,
  retired,
}: Pick<DeploymentSettings, 'deprecated' | 'retires' | 'replaced_by' | 'retired'>): Life | undefined {
  if (deprecatedMs === undefined && retiresMs === undefined) return undefined
  return { deprecatedMs, retiresMs, replacedBy, asksRetired: retired === 'allow' }
}

/** A deployment whose stage is another one than when it was last looked at. */
export interface StageChange {
  readonly model: string
  readonly deployment: string
  readonly stage: LifeStage
}

interface DatedDeployment {
  readonly model: string
  readonly deployment: string
  readonly life: Life
}

export class Lives {
  /** By `provider/model`: of a deployment that stands in several models what the first says. */
  readonly #written = new Map<string, DeploymentSettings>()
  readonly #ofModels: ReadonlyMap<string, Life>
  readonly #dated: DatedDeployment[] = []
  #stages: readonly LifeStage[]

  constructor(models: ModelsSettings, wallMs: number) {
    const ofModels: [string, Life][] = []
    for (const [name, { deployments, last_resort: lastResort }] of models) {
      const lives = deployments.map(lifeOf)
      const together = lifeTogether(lives)
      if (together !== undefined) ofModels.push([name, together])
      for (const [index, settings] of deployments.entries()) {
        const place = `${settings.provider}/${settings.model}`
        if (!this.#written.has(place)) this.#written.set(place, settings)
        const life = lives[index]
        if (life !== undefined) this.#dated.push({ model: name, deployment: place, life })
      }
      const last = lastResort === 'off' ? undefined : lastResort.deployment
      const lastLife = last === undefined ? undefined : lifeOf(last)
      if (last !== undefined && lastLife !== undefined) {
        this.#dated.push({ model: name, deployment: `${last.provider}/${last.model}`, life: lastLife })
      }
    }
    this.#ofModels = new Map(ofModels)
    this.#stages = this.#stagesAt(wallMs)
  }

  /** What the config says of a deployment that a client names itself. */
  written(place: string): DeploymentSettings | undefined {
    return this.#written.get(place)
  }

  /** Of a model of the config, or of a deployment by its name; undefined where no end is in sight. */
  ofName(name: string): Life | undefined {
    const own = this.#ofModels.get(name)
    if (own !== undefined) return own
    const written = this.#written.get(name)
    return written === undefined ? undefined : lifeOf(written)
  }

  /** What has changed by the calendar since the last time; for once a minute. */
  changesAt(wallMs: number): readonly StageChange[] {
    const before = this.#stages
    const stages = this.#stagesAt(wallMs)
    this.#stages = stages
    return this.#dated.flatMap(({ model, deployment }, index) => {
      const stage = stages[index]
      return stage === undefined || stage === before[index] ? [] : [{ model, deployment, stage }]
    })
  }

  #stagesAt(wallMs: number): readonly LifeStage[] {
    return this.#dated.map(({ life }) => stageOf(life, wallMs))
  }
}
