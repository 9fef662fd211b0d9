// Why a setting is not carried, in one sentence for each kind.

const limits = 'limits of requests and tokens are not part of this version'
const order = 'the first deployment in order is called, and the next when it fails'
const once = 'each deployment is tried once, and at most three for a call'
const facts = 'facts about models are not set here'
const headers = 'headers of your own are not sent to a provider'
const oneList = 'there is one list of deployments for every kind of failure'
const shared = 'gateways share nothing but their data directory in this version'
const noCache = 'answers are not cached in this version'
const elsewhere = 'calls are told by log lines, /metrics and usage records, and nowhere else in this version'
const database =
  'keys and records are kept in the data directory; make keys anew with "sallyport keys create"'
const cloud = 'this version calls with keys alone'

const reasons: ReadonlyMap<string, string> = new Map([
  ['request-field', 'fields of a request are not filled in; let the client send it'],
  ['model_info', facts],
  ['rpm', limits],
  ['tpm', limits],
  ['max_parallel_requests', limits],
  ['global_max_parallel_requests', limits],
  ['default_max_parallel_requests', limits],
  ['max_budget', limits],
  ['weight', order],
  ['routing_strategy', order],
  ['routing_strategy_args', order],
  ['num_retries', once],
  ['max_retries', once],
  ['max_fallbacks', once],
  ['retry_after', once],
  ['retry_policy', once],
  ['model_group_retry_policy', once],
  ['allowed_fails', once],
  ['allowed_fails_policy', once],
  ['cooldown_time', once],
  ['disable_cooldowns', once],
  ['context_window_fallbacks', oneList],
  ['content_policy_fallbacks', oneList],
  ['extra_headers', headers],
  ['headers', headers],
  ['organization', headers],
  ['project', headers],
  ['api_version', "Azure's first version of the API is called, which wants no date"],
  ['stream_timeout', 'a deployment has one timeout, until the first token or the whole answer'],
  ['input_cost_per_token', facts],
  ['output_cost_per_token', facts],
  ['drop_params', 'what a provider is known to refuse is cut out of a request in any case'],
  ['additional_drop_params', 'what a provider is known to refuse is cut out of a request in any case'],
  ['azure_ad_token', cloud],
  ['tenant_id', cloud],
  ['client_id', cloud],
  ['client_secret', cloud],
  ['redis_host', shared],
  ['redis_port', shared],
  ['redis_password', shared],
  ['redis_url', shared],
  ['redis_db', shared],
  ['cache', noCache],
  ['cache_params', noCache],
  ['callbacks', elsewhere],
  ['success_callback', elsewhere],
  ['failure_callback', elsewhere],
  ['service_callbacks', elsewhere],
  ['callback_settings', elsewhere],
  ['alerting', elsewhere],
  ['database_url', database],
  ['store_model_in_db', database],
  ['guardrails', 'there are no guardrails in this version'],
  ['mcp_servers', 'tools are the client’s own in this version'],
  ['include', 'other files are not read; import each by itself'],
])

/** The reason by the setting's name. */
export function reasonFor(name: string): string {
  return reasons.get(name) ?? 'there is no setting for this'
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
