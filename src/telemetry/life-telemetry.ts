// What the lives of models leave behind for those who look: for each day on which a deprecated one is used a line, never one
// for each call; and a line when a model changes behind its name.
import type { CallSummary } from '../core/call.ts'
import type { Clock } from '../core/clock.ts'
import type { Log } from './log.ts'
import type { Counter, Registry } from './metrics.ts'

interface ModelChange {
  readonly deployment: string
  readonly from: string
  readonly to: string
  readonly sinceMs: number
  readonly isRepeated: boolean
}

interface StageChange {
  readonly model: string
  readonly deployment: string
  readonly stage: string
}

const dayMs = 86_400_000
/** Models that are remembered to have been spoken of today. */
const spokenOfMax = 10_000

export class LifeTelemetry {
  readonly #log: Log
  readonly #clock: Clock
  readonly #used: Counter
  readonly #changes: Counter
  #day = -1
  readonly #spokenOf = new Set<string>()

  constructor(log: Log, clock: Clock, registry: Registry) {
    this.#log = log
    this.#clock = clock
    this.#used = registry.counter(
      'sallyport_deprecated_calls_total',
      'Calls that a deprecated deployment answered, or one that stands for a retired model.',
      ['provider', 'model'],
    )
    this.#changes = registry.counter(
      'sallyport_model_changes_total',
      'How often a deployment began to report another model.',
      ['provider'],
    )
  }

  /** A call has ended whose deployment has something to say of its end. Says whether that was told for the first time today. */
  usedAtItsEnd({ model, provider, providerModel, notice }: CallSummary): boolean {
    if (notice === undefined) return false
    this.#used.add(1, provider, providerModel)
    const day = Math.floor(this.#clock.wallMs() / dayMs)
    if (day !== this.#day || this.#spokenOf.size >= spokenOfMax) this.#spokenOf.clear()
    this.#day = day
    const deployment = `${provider}/${providerModel}`
    const name = `${model} ${deployment}`
    if (this.#spokenOf.has(name)) return false
    this.#spokenOf.add(name)
    const { deprecated, retires, replacedBy } = notice
    this.#log.warn('model_deprecated', {
      model: model.slice(0, 256),
      deployment,
      deprecated: deprecated || undefined,
      retires: retires || undefined,
      replaced_by: replacedBy || undefined,
    })
    return true
  }

  /** The calendar has moved a deployment on. */
  stageChanged({ model, deployment, stage }: StageChange): void {
    this.#log.warn('model_stage', { model, deployment, stage })
  }

  modelChanged({ deployment, from, to, sinceMs, isRepeated }: ModelChange): void {
    this.#changes.add(1, deployment.slice(0, deployment.indexOf('/')))
    if (isRepeated) return
    this.#log.warn('model_changed', { deployment, from, to, since: new Date(sinceMs).toISOString() })
  }
}
