// Why a setting is not carried, in one sentence for each kind, with the setting of ours that comes nearest.
import { datedApiReason } from './litellm-providers.ts'

const concurrency =
  'calls at a time are max_concurrency of a model or a deployment, and overload.calls_max for all'
const quotas =
  'limits and budgets of keys, users, teams and tenants stand under limits and budgets, those of a deployment in its limits'
const budgets =
  'there are budgets for keys, users, teams, tenants and tags, under budgets; none for a provider'
const spread = 'how a deployment is chosen is policy of a model'
const tries = 'how often a call is tried is attempts of a model; the failure decides what may be tried again'
const left = 'when a deployment is left alone, and for how long, is set under routing'
const facts = 'what a model can do stands in capabilities of its deployments, and what it costs in price'
const headers = 'headers of your own are not sent to a provider'
const wider =
  'a deployment that is too small for a request is passed over: list the larger one as a further deployment'
const filtered = 'what a content filter refuses is told to the client, and asked of nobody else'
const noCache = 'answers are not cached; a Redis for limits and budgets of several gateways is redis'
const told = 'calls are told by log lines, /metrics, usage records and webhooks, set under log and webhooks'
const models = 'models stand in the config alone; a change of it is taken over by a reload'
const cloud = 'this version calls with keys alone'
const unsupported =
  'what a deployment is known not to take is cut out of a request; what is not known stands in its capabilities'
const heartbeats = 'whether a provider is there is asked by heartbeat of the provider'
const tags = 'tags of a deployment are what rules and splits of a model choose by'

const reasons: ReadonlyMap<string, string> = new Map([
  ['request-field', 'fields of a request are not filled in; let the client send it'],
  ['model_info', facts],
  ['max_input_tokens', 'how much goes into a request and its answer together is capabilities.context'],
  ['max_parallel_requests', concurrency],
  ['global_max_parallel_requests', concurrency],
  ['upperbound_key_generate_params', quotas],
  ['max_user_budget', quotas],
  ['max_end_user_budget', quotas],
  ['max_budget', budgets],
  ['budget_duration', budgets],
  ['provider_budget_config', budgets],
  ['routing_strategy_args', spread],
  ['max_fallbacks', tries],
  ['retry_after', tries],
  ['retry_policy', tries],
  ['model_group_retry_policy', tries],
  ['allowed_fails', left],
  ['allowed_fails_policy', left],
  ['cooldown_time', left],
  ['disable_cooldowns', left],
  ['context_window_fallbacks', wider],
  ['content_policy_fallbacks', filtered],
  ['extra_headers', headers],
  ['headers', headers],
  ['organization', headers],
  ['project', headers],
  ['api_version', datedApiReason],
  [
    'stream_timeout',
    'a deployment has one timeout, until the first token or the whole answer; timeouts.first_token is for all',
  ],
  ['additional_drop_params', unsupported],
  ['models', 'which models may be called is models of a key or a team'],
  ['tags', tags],
  ['enable_tag_filtering', tags],
  ['region_name', 'where it runs is region of a provider or a deployment'],
  ['enable_pre_call_checks', 'whether a request fits into a deployment is looked at in any case'],
  ['azure_ad_token', cloud],
  ['tenant_id', cloud],
  ['client_id', cloud],
  ['client_secret', cloud],
  ['cache', noCache],
  ['cache_params', noCache],
  ['callbacks', told],
  ['success_callback', told],
  ['failure_callback', told],
  ['service_callbacks', told],
  ['callback_settings', told],
  ['alerting', 'what goes wrong is told to webhooks'],
  ['alerting_threshold', 'what goes wrong is told to webhooks'],
  ['store_model_in_db', models],
  ['background_health_checks', heartbeats],
  ['health_check_interval', heartbeats],
  ['enable_jwt_auth', 'tokens of your own sign-in are taken by oidc'],
  ['litellm_jwtauth', 'tokens of your own sign-in are taken by oidc'],
  ['allowed_ips', 'where a key may be used from is addresses of a key or a team'],
  ['key_management_system', 'secrets are named as vault: or aws:, and their stores under secrets'],
  ['key_management_settings', 'secrets are named as vault: or aws:, and their stores under secrets'],
  ['store_prompts_in_spend_logs', 'what is kept of prompts and answers is log.bodies'],
  ['set_verbose', 'how much is logged is log.level'],
  ['ssl_verify', 'authorities of your own stand in egress.ca_file'],
  ['guardrails', 'there are no guardrails in this version'],
  ['mcp_servers', 'tools are the client’s own in this version'],
  ['include', 'other files are not read; import each by itself'],
])

/** The reason by the setting's name, or else by that of the group it stands in. */
export function reasonFor(name: string, group = ''): string {
  return reasons.get(name) ?? reasons.get(group) ?? 'there is no setting for this'
}

/** Members of a request that an entry may fill in. */
export const requestFields: ReadonlySet<string> = new Set([
  'dimensions',
  'extra_body',
  'frequency_penalty',
  'logit_bias',
  'max_completion_tokens',
  'max_tokens',
  'modalities',
  'n',
  'parallel_tool_calls',
  'presence_penalty',
  'reasoning_effort',
  'response_format',
  'seed',
  'service_tier',
  'stop',
  'stream',
  'stream_options',
  'temperature',
  'thinking',
  'tool_choice',
  'tools',
  'top_k',
  'top_p',
  'user',
  'verbosity',
])
