// Failures that are nobody's answer: a model is there, and just now no deployment of it can be asked.
import { GatewayError, shown } from './errors.ts'
import { demandsText } from './residency.ts'
import type { Demand } from './residency.ts'

export class ModelUnavailable extends GatewayError {
  readonly code = 'model_unavailable'
  override readonly retryAfterSeconds: number | null
  constructor(model: string, why: string, retryAfterSeconds: number | null) {
    super(
      `The model "${shown(model)}" cannot be asked just now: ${why}. Try again later, or use another model.`,
    )
    this.retryAfterSeconds = retryAfterSeconds
  }
}

export class ModelBusy extends GatewayError {
  readonly code = 'model_busy'
  override readonly retryAfterSeconds = 1
  constructor(model: string, what: string) {
    super(`All places of the model "${shown(model)}" are taken, ${what}. Try again shortly.`)
  }
}

/** All deployments of a model have retired. The sentence says since when, and what to ask for instead. */
export class ModelRetired extends GatewayError {
  readonly code = 'model_retired'
  override readonly param = 'model'
  constructor(sentence: string) {
    super(sentence)
  }
}

/** The same question cannot be given the same answer: the sentence says what is missing, and where. */
export class NotDeterministic extends GatewayError {
  readonly code = 'not_deterministic'
  override readonly param: 'seed' | 'model'
  constructor(param: 'seed' | 'model', sentence: string) {
    super(sentence)
    this.param = param
  }
}

/** Nothing of a model is where the call has to stay. It names places in the operator's words, and nobody's provider. */
export class ResidencyUnsatisfiable extends GatewayError {
  readonly code = 'residency_unsatisfiable'
  constructor(model: string, demands: readonly Demand[], but: string) {
    super(
      `The model "${shown(model)}" cannot be asked: ${demandsText(demands)}, and ${but}. Nothing was sent. ` +
        'Ask for another model, or have the operator say where its deployments are.',
    )
  }
}
