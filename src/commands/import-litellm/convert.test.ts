import { describe, expect, test } from 'bun:test'
import { parseConfig } from '../../config/parse-config.ts'
import { printYaml } from '../../config/print-yaml.ts'
import { readYaml } from '../../config/read-yaml.ts'
import { catalogue, findProvider } from '../../providers/catalogue.ts'
import { convertLitellm } from './convert.ts'
import type { Converted } from './convert.ts'

function convert(text: string, environment: Record<string, string> = {}): Converted {
  const read = readYaml(text)
  if (!read.ok) throw new Error(JSON.stringify(read.problems))
  return convertLitellm(read.yaml.value, environment)
}

/** The settings, after the real loader has taken them. */
function settingsOf(converted: Converted): Record<string, Record<string, unknown>> {
  const environment = Object.fromEntries(
    converted.variables.map((name, at) => [name, `a-long-enough-secret-${at}`]),
  )
  const readText = () => ({ ok: false, missing: true, reason: 'is not read' }) as const
  const text = printYaml(converted.settings, 'x')
  const parsed = parseConfig(text, { knownProviders: catalogue, environment, readText })
  expect(parsed).toMatchObject({ ok: true })
  return converted.settings as Record<string, Record<string, unknown>>
}

function notesOf({ notes }: Converted, kind: 'lost' | 'changed'): readonly string[] {
  return notes.filter((note) => note.kind === kind).map(({ path, message }) => `${path}: ${message}`)
}

/** One model called `m` with these parameters. */
function oneModel(params: string): string {
  return `model_list:\n  - { model_name: m, litellm_params: { ${params} } }\n`
}

/** The path that the catalogue's address of a provider ends in. */
function pathOf(name: string): string {
  return new URL(findProvider(name)?.baseUrl ?? '').pathname.replace(/\/$/, '')
}

describe('a provider', () => {
  test.each([
    ['model: openai/gpt-5', { openai: { api_key: 'env:OPENAI_API_KEY' } }, 'gpt-5'],
    ['model: gpt-4o-mini', { openai: { api_key: 'env:OPENAI_API_KEY' } }, 'gpt-4o-mini'],
    ['model: claude-sonnet-5', { anthropic: { api_key: 'env:ANTHROPIC_API_KEY' } }, 'claude-sonnet-5'],
    [
      'model: gpt-5, api_base: "https://api.openai.com/v1/"',
      { openai: { api_key: 'env:OPENAI_API_KEY' } },
      'gpt-5',
    ],
    [
      'model: anthropic/claude-x, api_key: os.environ/TEAM_KEY',
      { anthropic: { api_key: 'env:TEAM_KEY' } },
      'claude-x',
    ],
    ['model: together_ai/meta/llama-3', { together: { api_key: 'env:TOGETHER_API_KEY' } }, 'meta/llama-3'],
    ['model: fireworks_ai/accounts/x/y', { fireworks: { api_key: 'env:FIREWORKS_API_KEY' } }, 'accounts/x/y'],
    ['model: gemini/gemini-3-flash', { gemini: { api_key: 'env:GEMINI_API_KEY' } }, 'gemini-3-flash'],
    ['model: openrouter/openai/gpt-5', { openrouter: { api_key: 'env:OPENROUTER_API_KEY' } }, 'openai/gpt-5'],
    ['model: groq/x', { groq: { api_key: 'env:GROQ_API_KEY' } }, 'x'],
    ['model: ollama_chat/llama3', { ollama: {} }, 'llama3'],
    [
      'model: ollama/llama3, api_base: "http://10.0.0.5:11434"',
      { ollama: { base_url: `http://10.0.0.5:11434${pathOf('ollama')}` } },
      'llama3',
    ],
    [
      'model: hosted_vllm/org/m, api_base: "http://10.0.0.5:8000/v1"',
      { vllm: { base_url: 'http://10.0.0.5:8000/v1' } },
      'org/m',
    ],
    [
      'model: lm_studio/m, api_base: "http://10.0.0.5:1234/v1", api_key: lm-studio',
      { lmstudio: { base_url: 'http://10.0.0.5:1234/v1' } },
      'm',
    ],
    [
      'model: openai/org/m, api_base: "https://llm.office.example/api/v1/chat/completions", api_key: none',
      { llm: { type: 'openai-compatible', base_url: 'https://llm.office.example/api/v1' } },
      'org/m',
    ],
    [
      'model: azure/dep, api_base: "https://res.openai.azure.com/", api_key: os.environ/AZ, api_version: "2024-06-01"',
      {
        res: {
          type: 'azure-openai',
          base_url: 'https://res.openai.azure.com/openai/v1',
          api_key: 'env:AZ',
        },
      },
      'dep',
    ],
    ['model: m, custom_llm_provider: xai', { xai: { api_key: 'env:XAI_API_KEY' } }, 'm'],
  ])('is found behind %s', (params, providers, model) => {
    const settings = settingsOf(convert(oneModel(params)))
    expect(settings['providers']).toEqual(providers)
    const [provider = ''] = Object.keys(providers)
    expect(settings['models']).toEqual({ m: { deployments: [{ provider, model }] } })
  })

  test.each([
    ['model: bedrock/anthropic.claude-v2', 'signed with a cloud'],
    ['model: vertex_ai/gemini-3', 'signed with a cloud'],
    ['model: azure/dep', 'Azure has an address for each resource'],
    ['model: azure/dep, api_base: "https://r.openai.azure.com", azure_ad_token: x', 'with a key alone'],
    ['model: replicate/org/m', 'there is no provider replicate here'],
    ['model: "*"', 'name the providers'],
    ['model: some-model', 'nothing says which provider has "some-model"'],
    ['model: openai/m, api_base: "llm.example:8000"', 'is no plain http or https address'],
    ['model: openai/m, api_base: "https://user:pass@llm.example/v1"', 'is no plain http or https address'],
    ['model: openai/m, api_base: os.environ/NOT_SET', 'stands in a variable that is not set here'],
    ['temperature: 1', 'an entry needs a model_name and a litellm_params.model'],
  ])('is not found behind %s, and that is said', (params, message) => {
    const converted = convert(oneModel(params))
    expect(converted.counts).toEqual({ providers: 0, models: 0, keys: 0 })
    expect(notesOf(converted, 'lost').join('\n')).toContain(message)
    expect(notesOf(converted, 'lost').join('\n')).not.toContain('pass')
  })

  test('of a kind that is not known is called as a server of OpenAI’s API where it has an address', () => {
    const converted = convert(
      oneModel('model: novel/m, api_base: "https://novel.example/v1", api_key: os.environ/N'),
    )
    expect(settingsOf(converted)['providers']).toEqual({
      novel: { type: 'openai-compatible', base_url: 'https://novel.example/v1', api_key: 'env:N' },
    })
    expect(notesOf(converted, 'changed')[0]).toStartWith(
      'model_list[0].litellm_params.api_base: is called as',
    )
  })

  test('has an address that can be called', () => {
    const of = (address: string) => convert(oneModel(`model: openai/m, api_base: "${address}", api_key: x`))
    const everywhere = of('http://0.0.0.0:4000/v1')
    expect(settingsOf(everywhere)['providers']).toEqual({
      'server-4000': { type: 'openai-compatible', base_url: 'http://127.0.0.1:4000/v1' },
    })
    expect(notesOf(everywhere, 'changed')[0]).toContain('becomes 127.0.0.1')
    for (const name of ['http://ollama:11434', 'http://host.docker.internal:1', 'http://gpu.lan/v1']) {
      expect(notesOf(of(name), 'changed')[0]).toContain('egress.allow')
    }
    for (const name of [
      'http://localhost:1',
      'http://10.1.1.1',
      'https://llm.example',
      'http://[::1]:8000/v1',
    ]) {
      settingsOf(of(name))
      expect([name, notesOf(of(name), 'changed')]).toEqual([name, []])
    }
  })

  test('is one for each address and key, under names that differ', () => {
    const entry = (name: string, params: string) =>
      `  - { model_name: ${name}, litellm_params: { ${params} } }`
    const converted = convert(
      [
        'model_list:',
        entry('a', 'model: openai/x, api_key: os.environ/KEY_1'),
        entry('a', 'model: openai/x, api_key: os.environ/KEY_2'),
        entry('b', 'model: openai/y, api_key: os.environ/KEY_1'),
        entry('c', 'model: openai/z, api_base: "https://openai.example/v1"'),
      ].join('\n'),
    )
    const settings = settingsOf(converted)
    expect(settings['providers']).toEqual({
      openai: { api_key: 'env:KEY_1' },
      'openai-2': { type: 'openai', api_key: 'env:KEY_2' },
      'openai-server': { type: 'openai-compatible', base_url: 'https://openai.example/v1' },
    })
    expect(settings['models']?.['a']).toEqual({
      deployments: [
        { provider: 'openai', model: 'x' },
        { provider: 'openai-2', model: 'x' },
      ],
    })
    expect(notesOf(converted, 'changed')).toEqual([expect.stringContaining('calls are not spread')])
  })
})

describe('a key', () => {
  test('that stands in the file becomes the name of a variable and is repeated nowhere', () => {
    const converted = convert(
      [
        'model_list:',
        '  - { model_name: a, litellm_params: { model: openai/x, api_key: sk-literal-1 } }',
        '  - { model_name: b, litellm_params: { model: openai/y } }',
        '  - { model_name: c, litellm_params: { model: groq/y, api_key: sk-literal-1 } }',
        'general_settings: { master_key: sk-literal-0123456789 }',
        'environment_variables: { OPENAI_API_KEY: sk-literal-3, OTHER: sk-literal-4 }',
      ].join('\n'),
    )
    const settings = settingsOf(converted)
    expect(settings['providers']).toEqual({
      openai: { api_key: 'env:OPENAI_API_KEY_2' },
      'openai-2': { type: 'openai', api_key: 'env:OPENAI_API_KEY' },
      groq: { api_key: 'env:OPENAI_API_KEY_2' },
    })
    expect(settings['keys']).toEqual([{ name: 'master', secret: 'env:LITELLM_MASTER_KEY' }] as never)
    expect(notesOf(converted, 'changed')).toEqual([
      'model_list[0].litellm_params.api_key: is a key as it is; put it into the variable OPENAI_API_KEY_2',
      'model_list[2].litellm_params.api_key: is a key as it is; put it into the variable OPENAI_API_KEY_2',
      'general_settings.master_key: stands in the file as it is; put it into the variable LITELLM_MASTER_KEY',
      'general_settings.master_key: is the key "master", which may call every model; it administers nothing',
      'environment_variables.OPENAI_API_KEY: set it in the environment that Sallyport starts in',
    ])
    expect(notesOf(converted, 'lost')).toEqual(['environment_variables.OTHER: no variables are set here'])
    expect(JSON.stringify(converted)).not.toContain('sk-literal')
  })

  test('of LiteLLM’s own that is too short is not carried', () => {
    const model = oneModel('model: openai/x')
    const short = convert(`${model}general_settings: { master_key: sk-1234 }`)
    const shortElsewhere = convert(`${model}general_settings: { master_key: os.environ/MASTER }`, {
      MASTER: 'sk-1234',
    })
    for (const converted of [short, shortElsewhere]) {
      expect(settingsOf(converted)['keys']).toBeUndefined()
      expect(notesOf(converted, 'lost')[0]).toContain('has fewer than 16 characters')
      expect(JSON.stringify(converted)).not.toContain('sk-1234')
    }
    const unknown = convert(`${model}general_settings: { master_key: os.environ/MASTER }`)
    expect(settingsOf(unknown)['keys']).toEqual([{ name: 'master', secret: 'env:MASTER' }] as never)
  })

  test('comes from a named credential too', () => {
    const converted = convert(
      [
        'model_list:',
        '  - { model_name: a, litellm_params: { model: azure/x, litellm_credential_name: eu } }',
        '  - { model_name: b, litellm_params: { model: openai/x, litellm_credential_name: none-such } }',
        'credential_list:',
        '  - credential_name: eu',
        '    credential_values: { api_key: os.environ/AZ, api_base: "https://eu.openai.azure.com" }',
      ].join('\n'),
    )
    expect(settingsOf(converted)['providers']).toMatchObject({ eu: { api_key: 'env:AZ' } })
    expect(notesOf(converted, 'lost')).toEqual([
      'model_list[1].litellm_params.litellm_credential_name: names no entry of credential_list',
    ])
  })
})

describe('a model', () => {
  test('has its deployments in their order, then those of its fallbacks', () => {
    const converted = convert(
      [
        'model_list:',
        '  - { model_name: big, litellm_params: { model: openai/b2, order: 2 } }',
        '  - { model_name: big, litellm_params: { model: groq/b1, order: 1, timeout: 2.5 } }',
        '  - { model_name: small, litellm_params: { model: openai/s } }',
        '  - { model_name: last, litellm_params: { model: mistral/l, timeout: 90000 } }',
        'litellm_settings: { fallbacks: [{ small: [big] }], default_fallbacks: [last] }',
        'router_settings:',
        '  fallbacks: [{ big: [small, none-such] }, { nobody: [big] }]',
        '  model_group_alias: { large: big, gone: none-such, hid: { model: small, hidden: true } }',
      ].join('\n'),
    )
    const settings = settingsOf(converted)
    const b1 = { provider: 'groq', model: 'b1', timeout: '2.5s', priority: 1 }
    const last = { provider: 'mistral', model: 'l', timeout: '1h' }
    expect(settings['models']).toEqual({
      big: {
        deployments: [
          b1,
          { provider: 'openai', model: 'b2', priority: 2 },
          { provider: 'openai', model: 's', priority: 3 },
        ],
      },
      small: {
        deployments: [
          { provider: 'openai', model: 's', priority: 1 },
          { ...last, priority: 2 },
        ],
      },
      last: { deployments: [last] },
      large: {
        deployments: [b1, { provider: 'openai', model: 'b2', priority: 2 }, { ...last, priority: 3 }],
      },
      hid: {
        deployments: [
          { provider: 'openai', model: 's', priority: 1 },
          { ...last, priority: 2 },
        ],
      },
    })
    expect(notesOf(converted, 'lost')).toEqual([
      'router_settings.fallbacks[1].nobody: names no model of this file',
      'router_settings.model_group_alias.gone: names no model of this file',
      'router_settings.fallbacks[0].big[1]: names no model of this file',
    ])
    expect(notesOf(converted, 'changed').join('\n')).toContain('becomes 1h, the nearest that can be set')
  })

  test('whose name has a slash is called as before where it can be, and renamed where not', () => {
    const converted = convert(
      [
        'model_list:',
        '  - { model_name: openai/gpt-5, litellm_params: { model: openai/gpt-5 } }',
        '  - { model_name: team a/llama, litellm_params: { model: groq/llama } }',
        '  - { model_name: team-a-llama, litellm_params: { model: groq/other } }',
        '  - { model_name: "mistral/*", litellm_params: { model: "mistral/*" } }',
        '  - { model_name: "*", litellm_params: { model: "xai/*" } }',
        '  - { model_name: "gpt-*", litellm_params: { model: "openai/gpt-*" } }',
      ].join('\n'),
    )
    expect(Object.keys(settingsOf(converted)['models'] ?? {})).toEqual(['team-a-llama', 'team-a-llama-2'])
    expect(Object.keys(settingsOf(converted)['providers'] ?? {})).toEqual([
      'openai',
      'groq',
      'mistral',
      'xai',
    ])
    expect(notesOf(converted, 'changed')).toEqual([
      'model_list[4]: every model of this provider is called as xai/<its name>',
      'model_list[1]: is called "team-a-llama" here: a name with "/" means provider/model',
      'model_list[2]: is called "team-a-llama-2" here: a name with "/" means provider/model',
    ])
    expect(notesOf(converted, 'lost')).toEqual([
      'model_list[5]: a wildcard within a name is not known here; name each model',
    ])
  })

  test('is tried at three places at most, and one that stands twice is tried once', () => {
    const lines = ['a', 'b', 'c', 'd', 'a'].map(
      (model) => `  - { model_name: m, litellm_params: { model: openai/${model} } }`,
    )
    const converted = convert(['model_list:', ...lines].join('\n'))
    settingsOf(converted)
    expect(notesOf(converted, 'lost')).toEqual([
      'model_list[4]: is the same deployment as one before; each is tried once',
    ])
    expect(notesOf(converted, 'changed')).toContainEqual(
      expect.stringContaining('the first 3 are tried for a call'),
    )
  })
})

describe('what is not carried', () => {
  test('is said with its place and its reason; what is switched off is not missed', () => {
    const converted = convert(
      [
        'model_list:',
        '  - model_name: m',
        '    tpm: 5',
        '    litellm_params: { model: openai/x, rpm: 6, weight: 2, seed: 1, extra_headers: { a: b }, novelty: 1 }',
        '    model_info: { mode: chat, id: x, input_cost_per_token: 0.1 }',
        'litellm_settings: { set_verbose: False, cache: false, callbacks: [otel], json_logs: true }',
        'router_settings: { routing_strategy: simple-shuffle, num_retries: 3, redis_host: h }',
        'general_settings: { database_url: "postgres://u:secret@h/d", max_request_size_mb: 20 }',
        'guardrails: [{ guardrail_name: x }]',
        'something_new: { a: 1 }',
      ].join('\n'),
    )
    const settings = settingsOf(converted)
    expect([settings['log'], settings['server']]).toEqual([{ format: 'json' }, { body_limit: '20MB' }])
    expect(notesOf(converted, 'lost').map((note) => note.split(': ')[0])).toEqual([
      'model_list[0].litellm_params.rpm',
      'model_list[0].litellm_params.weight',
      'model_list[0].litellm_params.seed',
      'model_list[0].litellm_params.extra_headers',
      'model_list[0].litellm_params.novelty',
      'model_list[0].tpm',
      'model_list[0].model_info.input_cost_per_token',
      'router_settings.routing_strategy',
      'router_settings.num_retries',
      'router_settings.redis_host',
      'litellm_settings.callbacks',
      'general_settings.database_url',
      'guardrails',
      'something_new',
    ])
    expect(JSON.stringify(converted)).not.toContain('secret@')
  })
})

describe('times', () => {
  test.each([
    ['router_settings: { timeout: 20 }', { attempt: '20s', first_token: '20s' }],
    ['router_settings: { timeout: 30 }', { attempt: '30s' }],
    ['litellm_settings: { request_timeout: 900 }', { attempt: '15m', total: '15m' }],
    ['router_settings: { timeout: 0.2, stream_timeout: 5 }', { attempt: '1s', first_token: '5s' }],
    ['router_settings: { timeout: "600" }\nlitellm_settings: { request_timeout: 5 }', { attempt: '10m' }],
    ['router_settings: { timeout: 9999999 }', { attempt: '24h', total: '24h' }],
    ['router_settings: { timeout: soon }', undefined],
  ])('become ours: %j', (section, expected) => {
    expect(settingsOf(convert(oneModel('model: openai/x') + section))['timeouts']).toEqual(expected as never)
  })
})

describe('odd files', () => {
  test('follow merge keys and references to addresses', () => {
    const converted = convert(
      [
        'base: &base { model: openai/x, api_key: os.environ/K, timeout: 5 }',
        'model_list:',
        '  - { model_name: a, litellm_params: { <<: *base, timeout: 7 } }',
        '  - { model_name: b, litellm_params: { model: openai/y, api_base: os.environ/BASE, api_key: os.environ/K } }',
        'environment_variables: { BASE: "http://10.0.0.1:8000/v1" }',
      ].join('\n'),
    )
    const settings = settingsOf(converted)
    expect(settings['models']?.['a']).toEqual({
      deployments: [{ provider: 'openai', model: 'x', timeout: '7s' }],
    })
    expect(settings['providers']).toMatchObject({ 'server-8000': { base_url: 'http://10.0.0.1:8000/v1' } })
  })

  test.each([
    '{}',
    'model_list: no list',
    'model_list: [1, null, [], { model_name: 1 }, { model_name: x, litellm_params: [] }]',
    'model_list: [{ model_name: x, litellm_params: { model: 5, api_key: [] } }]',
    'router_settings: { fallbacks: { a: b }, model_group_alias: [1], timeout: {} }',
    'litellm_settings: 7\ngeneral_settings: { master_key: { a: 1 } }\nenvironment_variables: [x]',
    'credential_list: { a: 1 }\nmodel_list: [{ model_name: a, litellm_params: { model: openai/a, order: x, timeout: [] } }]',
    '__proto: 1\nconstructor: 2\nmodel_list: [{ model_name: constructor, litellm_params: { model: constructor/x } }]',
  ])('end in settings that can be read: %s', (text) => {
    settingsOf(convert(text))
  })
})
