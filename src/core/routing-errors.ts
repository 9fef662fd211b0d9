// Failures that are nobody's answer: a model is there, and just now no deployment of it can be asked.
import { GatewayError, shown } from './errors.ts'

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
