// The config of a run with canaries: as much as there is is on.

export interface ConfigFacts {
  readonly baseUrl: string
  readonly issuerUrl: string
  readonly keepsBodies: boolean
  /** Where webhooks go. */
  readonly hookUrl: string
  /** What it says of the stores of a fleet; nothing for a gateway that is alone. */
  readonly stores: readonly string[]
}

/** Its last section are the keys. */
export function canaryConfig({ baseUrl, issuerUrl, keepsBodies, hookUrl, stores }: ConfigFacts): string {
  const chatKey = stores.length > 0 ? '"vault:kv/ai#chat"' : 'env:PROVIDER_KEY'
  return [
    'discover: off',
    'server: { drain_delay: 0s, drain_timeout: 1s, cors: ["https://app.example"], admin: { port: 0 } }',
    `log: { level: debug, bodies: ${keepsBodies ? '{}' : 'off'} }`,
    'timeouts: { first_token: 2s, attempt: 2s, stall: 2s, total: 20s }',
    'routing: { failures_in_row: 1000, failure_rate: 1, calls_min: 100000, outliers: off }',
    'providers:',
    `  chat: { type: openai-compatible, base_url: "${baseUrl}/v1", api_key: ${chatKey} }`,
    `  responses: { type: openai, dialect: openai-responses, base_url: "${baseUrl}/v1", api_key: env:PROVIDER_KEY }`,
    `  claude: { type: anthropic, base_url: "${baseUrl}/v1", api_key: "file:secrets/claude" }`,
    `  gem: { type: gemini, base_url: "${baseUrl}/v1beta", api_key: env:PROVIDER_KEY }`,
    `  local: { type: ollama, dialect: ollama, base_url: "${baseUrl}", api_key: env:PROVIDER_KEY }`,
    '  gone: { type: openai-compatible, base_url: "http://127.0.0.1:1/v1", api_key: env:PROVIDER_KEY }',
    'models:',
    '  clever:',
    '    on_break: continue',
    '    sticky: user',
    '    hedge: { after: 100ms }',
    '    classifier: { judge: judge, hard: [claude/m], simple: [chat/m] }',
    '    deployments: [{ provider: chat, model: m }, { provider: claude, model: m }]',
    '    last_resort: { deployment: { provider: gem, model: m } }',
    '  judge: { deployments: [{ provider: chat, model: judge }] }',
    'limits: { addresses: { requests: 100000/m }, keys: { "*": { requests: 100000/m, tokens: 900M/m } } }',
    'budgets: { keys: { "*": [{ tokens: 900000000, per: day }], client: [{ tokens: 9, per: day, stops: off }] } }',
    `webhooks: [{ name: ops, url: "${hookUrl}", insecure: on, secret: env:HOOK_SECRET }]`,
    'egress: { allow: [127.0.0.0/8] }',
    ...stores,
    'failed_keys: { per_address: 10000, in_all: 10000 }',
    `oidc: [{ name: corp, issuer: "${issuerUrl}", audience: sallyport }]`,
    'teams: { lab: { tenant: acme } }',
    'keys:',
    '  - { name: client, secret: env:CLIENT_KEY, team: lab, scopes: [chat, embeddings, models, calls] }',
    '  - { name: root, secret: env:ROOT_KEY, scopes: [admin, metrics] }',
    '',
  ].join('\n')
}

/** Somebody wrote a key where the name of one belongs. */
export function spoiledConfig(facts: ConfigFacts, slip: string): string {
  return canaryConfig(facts)
    .replaceAll('api_key: env:PROVIDER_KEY', `api_key: ${slip}`)
    .replace('secret: env:CLIENT_KEY', `secret: "env:${slip}"`)
    .replace('level: debug', `level: ${slip}`)
    .replace('base_url: "http://127.0.0.1:1/', `base_url: "http://user:${slip}@127.0.0.1:1/`)
    .replace('http://127.0.0.1:1/v1', `http://127.0.0.1:1/v1?key=${slip}`)
    .replace('secret: env:HOOK_SECRET', `secret: ${slip}`)
    .replace('database: env:KEPT_IN', `database: "postgres://ann:${slip}@127.0.0.1:1/x"`)
    .replace('redis: env:COUNTED_IN', `redis: "redis://ann:${slip}@127.0.0.1:1"`)
    .replace('key: env:MASTER_KEY', `key: ${slip}`)
    .replace('token: env:VAULT_OPENS', `token: ${slip}`)
    .replace('audience: sallyport', `audience: [sallyport, "${slip} "]`)
}
