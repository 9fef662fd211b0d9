// Which model a deployment's answers say they are from. The first that is heard is learnt, alias or not; when it changes
// afterwards, somebody has put another model behind the same name, and those who watch are told.
import type { Clock } from '../../core/clock.ts'

export interface ReportedModel {
  readonly model: string
  /** Wall clock: when it was first heard here. */
  readonly sinceMs: number
}

export interface ModelChange {
  readonly deployment: string
  readonly from: string
  readonly to: string
  /** Since when it was `from`. */
  readonly sinceMs: number
  /** It was told not long ago that this deployment's model changes: this one is only to be counted. */
  readonly isRepeated: boolean
}

/** Where it is kept, so that a restart forgets nothing. Neither throws. */
export interface ReportedModelsStore {
  /** Undefined when there is nothing that can be read. */
  read(): unknown
  /** Whether it is written. */
  write(models: Readonly<Record<string, ReportedModel>>): boolean
}

export interface ReportedModelsParts {
  readonly store: ReportedModelsStore
  readonly clock: Clock
  readonly onChange: (change: ModelChange) => void
}

/** Clients may make names up; whoever was first heard longest ago goes first. */
export const deploymentsMax = 2_000
/** Behind some names two versions take turns: that is said once in this time. */
export const quietMs = 60 * 60_000
const nameCharsMax = 256

export class ReportedModels {
  readonly #parts: ReportedModelsParts
  readonly #known: Map<string, ReportedModel>
  /** When it was last said that a deployment's model changed; monotonic. */
  readonly #saidMs = new Map<string, number>()
  #isSaved = true

  constructor(parts: ReportedModelsParts) {
    this.#parts = parts
    this.#known = new Map(entriesOf(parts.store.read()))
  }

  of(deployment: string): ReportedModel | undefined {
    return this.#known.get(deployment)
  }

  /** An answer of this deployment says that it is from this model; empty when it does not say. */
  heard(deployment: string, model: string): void {
    if (model === '') return
    const before = this.#known.get(deployment)
    if (before?.model === model) return
    this.#remember(deployment, { model, sinceMs: this.#parts.clock.wallMs() })
    if (before === undefined) return
    const { model: from, sinceMs } = before
    const isRepeated = this.#isRepeated(deployment)
    this.#parts.onChange({ deployment, from, to: model, sinceMs, isRepeated })
  }

  /** Writes what is new; for once a minute and the end. */
  save(): void {
    if (this.#isSaved) return
    this.#isSaved = this.#parts.store.write(Object.fromEntries(this.#known))
  }

  #remember(deployment: string, reported: ReportedModel): void {
    if (!this.#known.has(deployment) && this.#known.size >= deploymentsMax) {
      const [oldest] = this.#known.keys()
      if (oldest !== undefined) this.#forget(oldest)
    }
    this.#known.set(deployment, reported)
    this.#isSaved = false
  }

  #forget(deployment: string): void {
    this.#known.delete(deployment)
    this.#saidMs.delete(deployment)
  }

  #isRepeated(deployment: string): boolean {
    const nowMs = this.#parts.clock.nowMs()
    const saidMs = this.#saidMs.get(deployment)
    if (saidMs !== undefined && nowMs - saidMs < quietMs) return true
    this.#saidMs.set(deployment, nowMs)
    return false
  }
}

/** What a store holds, as far as it is what was once written. */
function entriesOf(stored: unknown): [string, ReportedModel][] {
  if (typeof stored !== 'object' || stored === null) return []
  return Object.entries(stored)
    .slice(0, deploymentsMax)
    .flatMap(([deployment, value]: [string, unknown]): [string, ReportedModel][] => {
      if (typeof value !== 'object' || value === null) return []
      const { model, sinceMs } = value as Record<string, unknown>
      if (typeof model !== 'string' || model === '' || model.length > nameCharsMax) return []
      return typeof sinceMs === 'number' && sinceMs >= 0 ? [[deployment, { model, sinceMs }]] : []
    })
}
