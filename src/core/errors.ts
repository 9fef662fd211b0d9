// Every failure that a client can see, by code. A stage knows what went wrong; only the edge knows what HTTP
// calls it (http/error-status.ts). Constructors take facts, so that two places cannot word one failure differently.

/** The stable codes. docs/reference/errors.md has one section for each; a test compares both lists. */
export const errorCodes = [
  'missing_api_key',
  'invalid_api_key',
  'key_ended',
  'conflicting_api_keys',
  'auth_unavailable',
  'too_many_failed_keys',
  'address_not_allowed',
  'scope_not_allowed',
  'model_not_allowed',
  'residency_unsatisfiable',
  'invalid_host',
  'invalid_json',
  'invalid_utf8',
  'json_too_complex',
  'duplicate_member',
  'missing_required_parameter',
  'invalid_type',
  'invalid_value',
  'body_too_large',
  'unknown_path',
  'method_not_allowed',
  'rate_limited',
  'limit_too_small',
  'budget_exhausted',
  'budget_unavailable',
  'price_unknown',
  'model_not_found',
  'model_retired',
  'not_deterministic',
  'ambiguous_model',
  'endpoint_not_supported',
  'unsupported_parameter',
  'call_not_found',
  'trace_not_found',
  'deployment_not_found',
  'audit_unavailable',
  'usage_unavailable',
  'bodies_unavailable',
  'tenant_not_allowed',
  'key_not_found',
  'webhook_not_found',
  'grant_not_allowed',
  'response_not_found',
  'previous_response_not_found',
  'conversation_too_long',
  'reference_not_found',
  'thread_not_found',
  'thread_unsupported_request',
  'provider_refused_request',
  'content_blocked',
  'provider_auth',
  'provider_quota',
  'provider_rate_limited',
  'provider_overloaded',
  'provider_error',
  'provider_unreachable',
  'provider_timeout',
  'stream_interrupted',
  'model_unavailable',
  'model_busy',
  'model_rate_limited',
  'responses_unavailable',
  'usage_spool_full',
  'overloaded',
  'shutting_down',
  'internal',
] as const
export type ErrorCode = (typeof errorCodes)[number]

/** A failure with a sentence for the client: what happened, to what, what to do. Anything else is a bug of ours. */
export abstract class GatewayError extends Error {
  abstract readonly code: ErrorCode
  /** The member of the request that is at fault, as the dialect's `param`. */
  readonly param: string | null = null
  /** Seconds after which trying again makes sense. */
  readonly retryAfterSeconds: number | null = null
  /** What clients of a dialect read besides the code, where it has a place for that. */
  readonly details: Readonly<Record<string, unknown>> | null = null
}

export class MissingApiKey extends GatewayError {
  readonly code = 'missing_api_key'
  constructor() {
    super('No API key was sent. Send it as "Authorization: Bearer sp_…" or in the X-API-Key header.')
  }
}

/** One text for unknown, expired and revoked keys, so that nobody learns which it was. */
export class InvalidApiKey extends GatewayError {
  readonly code = 'invalid_api_key'
  constructor() {
    super('This API key is not valid here. Check it, or make one with "sallyport keys create".')
  }
}

export class ConflictingApiKeys extends GatewayError {
  readonly code = 'conflicting_api_keys'
  constructor() {
    super('The request carries two different API keys. Send exactly one.')
  }
}

export class AuthUnavailable extends GatewayError {
  readonly code = 'auth_unavailable'
  override readonly retryAfterSeconds = 5
  constructor(cause: unknown) {
    super('Keys cannot be checked just now, so nobody knows whether this one is valid. Try again shortly.', {
      cause,
    })
  }
}

export class ScopeNotAllowed extends GatewayError {
  readonly code = 'scope_not_allowed'
  constructor(scope: string) {
    super(`This API key lacks the scope "${scope}". Use a key that has it.`)
  }
}

export class ModelNotAllowed extends GatewayError {
  readonly code = 'model_not_allowed'
  override readonly param = 'model'
  constructor(model: string) {
    super(`This API key may not call the model "${shown(model)}". Use a model on its list, or another key.`)
  }
}

export class InvalidHost extends GatewayError {
  readonly code = 'invalid_host'
  constructor() {
    super('The Host header is not one host and port. Send exactly one, such as "Host: 127.0.0.1:4117".')
  }
}

export class InvalidJson extends GatewayError {
  readonly code = 'invalid_json'
  constructor(problem: string, offsetBytes: number) {
    super(`The body is not valid JSON: ${problem} at byte ${offsetBytes}.`)
  }
}

export class InvalidUtf8 extends GatewayError {
  readonly code = 'invalid_utf8'
  constructor() {
    super('The body is not valid UTF-8. Encode it as UTF-8 and send it again.')
  }
}

export class JsonTooComplex extends GatewayError {
  readonly code = 'json_too_complex'
  constructor(what: 'depth' | 'keys', limit: number) {
    super(
      what === 'depth'
        ? `The body is nested deeper than ${limit} levels. Send a flatter one.`
        : `The body has more than ${limit} object members. Send a smaller one.`,
    )
  }
}

export class DuplicateMember extends GatewayError {
  readonly code = 'duplicate_member'
  override readonly param: string
  constructor(name: string) {
    super(`The member "${name}" stands twice in the body. Send it once.`)
    this.param = name
  }
}

export class MissingParameter extends GatewayError {
  readonly code = 'missing_required_parameter'
  override readonly param: string
  constructor(name: string) {
    super(`Missing required parameter: "${name}".`)
    this.param = name
  }
}

export class InvalidType extends GatewayError {
  readonly code = 'invalid_type'
  override readonly param: string
  constructor(name: string, expected: string) {
    super(`Invalid type for "${name}": expected ${expected}.`)
    this.param = name
  }
}

/** `path` is the JSON path of the member (`messages[2].content[0].type`), `problem` says what is wrong and what would be right. */
export class InvalidValue extends GatewayError {
  readonly code = 'invalid_value'
  override readonly param: string
  constructor(path: string, problem: string) {
    super(`Invalid value for "${path}": ${problem}.`)
    this.param = path
  }
}

export class BodyTooLarge extends GatewayError {
  readonly code = 'body_too_large'
  constructor(limitBytes: number) {
    super(`The body is larger than ${limitBytes} bytes (server.body_limit). Send a smaller one.`)
  }
}

const whatThereIs =
  'Models answer at POST /v1/chat/completions, /v1/responses, /v1/messages and /v1beta/models/{model}:generateContent.'

export class UnknownPath extends GatewayError {
  readonly code = 'unknown_path'
  constructor(method: string, path: string) {
    super(`There is nothing at ${method} ${shown(path)}. ${whatThereIs}`)
  }
}

export class MethodNotAllowed extends GatewayError {
  readonly code = 'method_not_allowed'
  readonly allowed: string
  constructor(path: string, allowed: string) {
    super(`${shown(path)} takes ${allowed} only.`)
    this.allowed = allowed
  }
}

export class ModelNotFound extends GatewayError {
  readonly code = 'model_not_found'
  override readonly param = 'model'
  constructor(sentence: string) {
    super(sentence)
  }
}

export class AmbiguousModel extends GatewayError {
  readonly code = 'ambiguous_model'
  override readonly param = 'model'
  constructor(sentence: string) {
    super(sentence)
  }
}

export class EndpointNotSupported extends GatewayError {
  readonly code = 'endpoint_not_supported'
  override readonly param = 'model'
  constructor(provider: string, endpoint: string) {
    super(`The provider "${provider}" has no ${endpoint} endpoint. Choose a model of another provider.`)
  }
}

/** A model with `on_unsupported: error`: none of its deployments can carry these. `names` as the client spells them. */
export class UnsupportedParameter extends GatewayError {
  readonly code = 'unsupported_parameter'
  override readonly param: string | null
  constructor(provider: string, names: readonly string[]) {
    const list = names.map((name) => `"${shown(name)}"`).join(', ')
    super(`The provider "${provider}" cannot be sent ${list}. Leave it out, or choose another model.`)
    this.param = names[0] ?? null
  }
}

export class CallNotFound extends GatewayError {
  readonly code = 'call_not_found'
  constructor(callId: string) {
    super(`This key has made no call with the id "${shown(callId)}".`)
  }
}

export class UsageSpoolFull extends GatewayError {
  readonly code = 'usage_spool_full'
  override readonly retryAfterSeconds = 30
  constructor(cause: unknown) {
    super('Usage cannot be recorded just now, so no call is made. The operator must look at the disk.', {
      cause,
    })
  }
}

/** Too much is going on for this call: it was turned away before it was read. */
export class Overloaded extends GatewayError {
  readonly code = 'overloaded'
  override readonly retryAfterSeconds: number
  constructor(retryAfterSeconds: number) {
    super('The gateway has more to do than it can. Try again shortly; calls of a higher priority come first.')
    this.retryAfterSeconds = retryAfterSeconds
  }
}

export class ShuttingDown extends GatewayError {
  readonly code = 'shutting_down'
  override readonly retryAfterSeconds = 1
  constructor() {
    super('The gateway is shutting down. Try again; another instance will answer.')
  }
}

/** What a client sees of a bug: an id to quote, and nothing else. */
export class Internal extends GatewayError {
  readonly code = 'internal'
  constructor(cause: unknown) {
    super('Something went wrong inside the gateway. Quote the request id when you report it.', { cause })
  }
}

/** A client's own text, cut and made harmless for a message. */
export function shown(text: string): string {
  const clean = text.replace(/[^\x20-\x7e]/g, '?')
  return clean.length > 120 ? `${clean.slice(0, 120)}…` : clean
}
