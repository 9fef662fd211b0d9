// Failures of those who look into the gateway itself.
import { GatewayError, shown } from './errors.ts'

export class TraceNotFound extends GatewayError {
  readonly code = 'trace_not_found'
  constructor(callId: string) {
    super(
      `There is no trace of the call "${shown(callId)}": it was not asked for, or newer ones took its place.`,
    )
  }
}

export class DeploymentNotFound extends GatewayError {
  readonly code = 'deployment_not_found'
  constructor(name: string) {
    super(`No deployment "${shown(name)}" is configured or has been asked. Write it as provider/model.`)
  }
}

export class AuditUnavailable extends GatewayError {
  readonly code = 'audit_unavailable'
  override readonly retryAfterSeconds = 5
  constructor(cause: unknown) {
    super(
      'What was asked for cannot be written into the audit trail, so it was not done. Try again shortly.',
      {
        cause,
      },
    )
  }
}
