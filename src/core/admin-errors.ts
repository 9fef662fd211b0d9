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

export class UsageUnavailable extends GatewayError {
  readonly code = 'usage_unavailable'
  override readonly retryAfterSeconds = 5
  constructor(cause: unknown) {
    super('What was used cannot be read just now. Nothing of it is lost: try again shortly.', { cause })
  }
}

export class BodiesUnavailable extends GatewayError {
  readonly code = 'bodies_unavailable'
  override readonly retryAfterSeconds = 5
  constructor(cause: unknown) {
    super('What is kept of prompts and answers cannot be erased just now. Try again shortly.', { cause })
  }
}

export class TenantNotAllowed extends GatewayError {
  readonly code = 'tenant_not_allowed'
  constructor(tenant: string) {
    super(
      `This API key administers the tenant "${shown(tenant)}" and nothing beside it. Use one that belongs to no tenant.`,
    )
  }
}

export class KeyNotFound extends GatewayError {
  readonly code = 'key_not_found'
  constructor(id: string) {
    super(`There is no API key with the id "${shown(id)}". GET /admin/v1/keys lists them.`)
  }
}

export class GrantNotAllowed extends GatewayError {
  readonly code = 'grant_not_allowed'
  constructor(scope: string) {
    super(
      `Nobody gives or changes rights that they have not themselves, and this API key has not "${shown(scope)}".`,
    )
  }
}

export class RestrictionNotLifted extends GatewayError {
  readonly code = 'grant_not_allowed'
  override readonly param: string
  constructor(restriction: string) {
    super(
      `Whoever administers one tenant takes no restriction from a key, and makes no key and no new secret of one that has less than their own: "${restriction}" would bind less.`,
    )
    this.param = restriction
  }
}

export class NameNotAllowed extends GatewayError {
  readonly code = 'grant_not_allowed'
  override readonly param: string
  constructor(member: 'name' | 'user' | 'team', name: string) {
    super(
      `The config has limits or budgets for the ${member} "${shown(name)}", so that only who administers the whole installation gives or takes it.`,
    )
    this.param = member
  }
}

export class WebhookNotFound extends GatewayError {
  readonly code = 'webhook_not_found'
  constructor(name: string) {
    super(
      `There is no webhook or delivery "${shown(name)}". GET /admin/v1/webhooks/endpoints and /deliveries list them.`,
    )
  }
}
