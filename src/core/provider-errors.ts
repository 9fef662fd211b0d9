// Failures that a provider is the cause of, as a client sees them.
import { GatewayError } from './errors.ts'

/** The provider refused the request itself (400, 404, 413, 422): its own words, status, param and code survive. */
export class ProviderRefusedRequest extends GatewayError {
  readonly code = 'provider_refused_request'
  readonly status: number
  /** The provider's own error object, as JSON text, when it sent one in the dialect's shape. */
  readonly providerError: string | null
  constructor(provider: string, status: number, providerError: string | null) {
    super(`The provider "${provider}" refused the request with status ${status}.`)
    this.status = status
    this.providerError = providerError
  }
}

export class ContentBlocked extends GatewayError {
  readonly code = 'content_blocked'
  readonly providerError: string | null
  constructor(provider: string, providerError: string | null) {
    super(`The content filter of "${provider}" blocked this request. Change the prompt.`)
    this.providerError = providerError
  }
}

export class ProviderAuth extends GatewayError {
  readonly code = 'provider_auth'
  constructor(provider: string, status: number) {
    super(
      `The provider "${provider}" refused the gateway's own credential (${status}). The operator must check it.`,
    )
  }
}

export class ProviderQuota extends GatewayError {
  readonly code = 'provider_quota'
  constructor(provider: string) {
    super(`The gateway's account at "${provider}" has no credit or quota left. The operator must top it up.`)
  }
}

export class ProviderRateLimited extends GatewayError {
  readonly code = 'provider_rate_limited'
  readonly provider: string
  override readonly retryAfterSeconds: number | null
  constructor(provider: string, retryAfterSeconds: number | null) {
    super(`The provider "${provider}" limits the rate of calls just now. Try again later.`)
    this.provider = provider
    this.retryAfterSeconds = retryAfterSeconds
  }
}

export class ProviderOverloaded extends GatewayError {
  readonly code = 'provider_overloaded'
  override readonly retryAfterSeconds: number | null
  constructor(provider: string, retryAfterSeconds: number | null) {
    super(`The provider "${provider}" is overloaded. Try again later.`)
    this.retryAfterSeconds = retryAfterSeconds
  }
}

export class ProviderFault extends GatewayError {
  readonly code = 'provider_error'
  constructor(provider: string, what: string) {
    super(`The provider "${provider}" failed: ${what}. Try again, or use another model.`)
  }
}

export class ProviderUnreachable extends GatewayError {
  readonly code = 'provider_unreachable'
  constructor(provider: string, what: string) {
    super(`The provider "${provider}" cannot be reached: ${what}. Try again, or use another model.`)
  }
}

export class ProviderTimeout extends GatewayError {
  readonly code = 'provider_timeout'
  constructor(provider: string, what: string) {
    super(`The provider "${provider}" took too long: ${what}. Try again, or use another model.`)
  }
}

/** The answer broke off after a part of it had been sent. */
export class StreamInterrupted extends GatewayError {
  readonly code = 'stream_interrupted'
  constructor(provider: string, what: string) {
    super(`The answer of "${provider}" broke off before its end: ${what}. What came so far is incomplete.`)
  }
}
