// Which HTTP status a failure is. A code without a status does not compile.
import { lastsUntilRaised } from '../core/limit-errors.ts'
import { ProviderRefusedRequest } from '../core/provider-errors.ts'
import type { ErrorCode, GatewayError } from '../core/errors.ts'
import type { Door } from '../dialects/doors.ts'

export const statusOfCode = {
  missing_api_key: 401,
  invalid_api_key: 401,
  key_ended: 401,
  conflicting_api_keys: 400,
  auth_unavailable: 503,
  too_many_failed_keys: 429,
  address_not_allowed: 403,
  scope_not_allowed: 403,
  model_not_allowed: 403,
  residency_unsatisfiable: 403,
  invalid_host: 400,
  invalid_json: 400,
  invalid_utf8: 400,
  json_too_complex: 400,
  duplicate_member: 400,
  missing_required_parameter: 400,
  invalid_type: 400,
  invalid_value: 400,
  body_too_large: 413,
  unknown_path: 404,
  method_not_allowed: 405,
  rate_limited: 429,
  limit_too_small: 429,
  budget_exhausted: 429,
  budget_unavailable: 503,
  price_unknown: 400,
  model_not_found: 404,
  model_retired: 404,
  not_deterministic: 400,
  ambiguous_model: 400,
  endpoint_not_supported: 400,
  unsupported_parameter: 400,
  call_not_found: 404,
  trace_not_found: 404,
  deployment_not_found: 404,
  audit_unavailable: 503,
  usage_unavailable: 503,
  bodies_unavailable: 503,
  tenant_not_allowed: 403,
  key_not_found: 404,
  webhook_not_found: 404,
  grant_not_allowed: 403,
  response_not_found: 404,
  previous_response_not_found: 400,
  conversation_too_long: 400,
  reference_not_found: 404,
  thread_not_found: 404,
  thread_unsupported_request: 400,
  provider_refused_request: 400,
  content_blocked: 400,
  provider_auth: 502,
  provider_quota: 502,
  provider_rate_limited: 429,
  provider_overloaded: 503,
  provider_error: 502,
  provider_unreachable: 502,
  provider_timeout: 504,
  stream_interrupted: 502,
  model_unavailable: 503,
  model_busy: 503,
  model_rate_limited: 429,
  responses_unavailable: 503,
  usage_spool_full: 503,
  overloaded: 503,
  shutting_down: 503,
  internal: 500,
} as const satisfies Record<ErrorCode, number>

/** The client left before it got a status; only our own records say so (nginx's number for the same). */
export const clientLeftStatus = 499

/** The status of a failure at a door. A provider's refusal of the request keeps the provider's own. */
export function statusOf(
  error: GatewayError,
  { statusUntilRaised }: Pick<Door, 'statusUntilRaised'>,
): number {
  if (statusUntilRaised !== undefined && lastsUntilRaised(error)) return statusUntilRaised
  return error instanceof ProviderRefusedRequest ? error.status : statusOfCode[error.code]
}
