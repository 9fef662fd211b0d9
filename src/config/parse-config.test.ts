import { describe, expect, test } from 'bun:test'
import { configOf, problemsOf } from '../../test/parsed-configs.ts'

describe('a good config', () => {
  test('that is empty, blank or only comments is the defaults', () => {
    const { config } = configOf('')
    expect(config.server).toEqual({
      host: '127.0.0.1',
      port: 4117,
      workers: 1,
      body_limit: 10_000_000,
      trusted_proxies: [],
      cors: 'off',
      tls: 'off',
      admin: 'off',
      recheck_keys: 60_000,
      drain_delay: 5_000,
      drain_timeout: 600_000,
    })
    expect(config.timeouts).toEqual({
      total: 600_000,
      attempt: 300_000,
      first_token: 30_000,
      stall: 30_000,
      headers_wait: 10_000,
      keep_alive: 15_000,
    })
    expect(config).toMatchObject({ database: 'auto', redis: 'auto', discover: true, keys: [] })
    for (const text of ['\n', '# nothing', '---\n', '\uFEFF', 'providers:\nkeys:\nserver: # later', '{}']) {
      expect(configOf(text).config).toEqual(config)
    }
  })

  test('holds what was written, read', () => {
    const { config, secrets } = configOf(`
server: { host: "::1", port: 0, body_limit: 1.5MiB, trusted_proxies: [10.0.0.0/8, "::1"], cors: ["https://a.example"] }
discover: off
log: { format: json }
egress: { allow: [192.168.0.0/16], proxy: http://proxy:3128/, ca_file: tls.pem }
providers:
  openai: { api_key: env:OPENAI_API_KEY }
  claude: { type: anthropic, api_key: file:key.txt }
  office: { type: openai-compatible, base_url: http://127.0.0.1:8000/v1/, region: eu, class: self-hosted, models: [a, b] }
  demo:
models:
  fast:
    deployments:
      - { provider: openai, model: gpt-5-mini, timeout: 30s }
      - { provider: office, model: a, priority: 2 }
keys:
  - { name: ci, secret: env:CI_KEY, models: [fast, b, openai/*, "*"], scopes: [chat] }
`)
    expect(config.server).toMatchObject({
      host: '::1',
      port: 0,
      body_limit: 1_572_864,
      cors: ['https://a.example'],
    })
    expect(config.discover).toBe(false)
    expect(config.egress).toMatchObject({ proxy: 'http://proxy:3128', ca_file: 'file:tls.pem' })
    expect([...config.providers.keys()]).toEqual(['openai', 'claude', 'office', 'demo'])
    expect(config.providers.get('office')?.base_url).toBe('http://127.0.0.1:8000/v1')
    expect(config.models.get('fast')).toEqual({
      policy: 'priority',
      sticky: 'off',
      attempts: 3,
      on_break: 'error',
      hedge: 'off',
      last_resort: 'off',
      on_unsupported: 'drop',
      on_retired: 'error',
      deterministic: 'off',
      cache_aware: true,
      deployments: [
        {
          provider: 'openai',
          model: 'gpt-5-mini',
          timeout: 30_000,
          priority: 1,
          weight: 1,
          tags: [],
          prefill: false,
          retired: 'refuse',
        },
        {
          provider: 'office',
          model: 'a',
          priority: 2,
          weight: 1,
          tags: [],
          prefill: false,
          retired: 'refuse',
        },
      ],
    })
    expect(secrets.get('file:key.txt')?.reveal()).toBe('sk-from-a-file')
    expect(secrets.get('env:CI_KEY')?.reveal()).toBe('canary-0123456789')
    expect(secrets.get('file:tls.pem')?.reveal()).toContain('BEGIN CERTIFICATE')
  })

  test('cannot be changed afterwards', () => {
    const { config } = configOf('server: { port: 1 }')
    expect(Object.isFrozen(config) && Object.isFrozen(config.server)).toBe(true)
    expect(Object.isFrozen(config.server.trusted_proxies)).toBe(true)
  })

  test('may say on and off in every way of YAML', () => {
    for (const word of ['on', 'true', '"on"'])
      expect(configOf(`discover: ${word}`).config.discover).toBe(true)
    for (const word of ['off', 'false']) {
      const { config } = configOf(
        `discover: ${word}\nredis: ${word}\nserver: { cors: ${word}, tls: ${word} }`,
      )
      expect(config).toMatchObject({ discover: false, redis: 'off', server: { cors: 'off', tls: 'off' } })
    }
  })

  test('may refer to local servers and keys in the environment while discover is on', () => {
    const models = (provider: string) =>
      `models: { a: { deployments: [{ provider: ${provider}, model: x }] } }`
    expect(problemsOf(models('openai'))).toEqual([])
    expect(problemsOf(models('ollama'))).toEqual([])
  })

  test('may name one provider or model like a member of every object', () => {
    const { config } = configOf(
      'providers: { constructor: { type: ollama } }\nmodels: { toString: { deployments: [{ provider: constructor, model: x }] } }',
    )
    expect(config.models.get('toString')?.deployments).toHaveLength(1)
    expect(config.models.get('valueOf')).toBeUndefined()
  })

  test('may use a few aliases', () => {
    const { config } = configOf(
      'providers: { a: &a { type: ollama, class: &c gpu }, b: *a, d: { type: vllm, class: *c } }',
    )
    expect(config.providers.get('b')).toMatchObject({ type: 'ollama', class: 'gpu' })
  })

  test('states what a deployment can do, its limits in tokens, thousands or millions of them', () => {
    const capabilities =
      '{ vision: off, json_schema: true, n: false, context: 32k, output: 8192, thinking: budget }'
    const { config } = configOf(
      `models: { fast: { deployments: [{ provider: ollama, model: m, capabilities: ${capabilities} }] } }`,
    )
    expect(config.models.get('fast')?.deployments[0]?.capabilities).toEqual({
      vision: false,
      json_schema: true,
      n: false,
      context: 32_000,
      output: 8_192,
      thinking: 'budget',
    })
  })

  test.each([
    ['1', 1],
    ['1_000_000_000', 1_000_000_000],
    ['"1.5k"', 1_500],
    ['1M', 1_000_000],
    ['1000M', 1_000_000_000],
  ])('takes %s for a number of tokens', (written, tokens) => {
    const { config } = configOf(
      `models: { f: { deployments: [{ provider: ollama, model: m, capabilities: { context: ${written.replaceAll('_', '')} } }] } }`,
    )
    expect(config.models.get('f')?.deployments[0]?.capabilities?.context).toBe(tokens)
  })

  test.each([
    '0',
    '-1',
    '1.5',
    '1000000001',
    '1001M',
    '0k',
    '32 k',
    '32K',
    '32kB',
    '""',
    'many',
    '[1]',
    'true',
  ])('takes no %s for a number of tokens', (written) => {
    const problems = problemsOf(
      `models: { f: { deployments: [{ provider: ollama, model: m, capabilities: { context: ${written} } }] } }`,
    )
    expect(problems).toEqual([expect.stringContaining('write a number of tokens, such as 8192, 200k or 1M')])
  })
})
