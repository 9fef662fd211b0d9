import { describe, expect, test } from 'bun:test'
import fc from 'fast-check'
import { convert, notesOf, oneModel, settingsOf } from '../../../test/litellm-configs.ts'
import { convertLitellm } from './convert.ts'

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
    expect(Object.keys(settingsOf(converted)['models'] ?? {})).toEqual(['team-a-llama-2', 'team-a-llama'])
    expect(Object.keys(settingsOf(converted)['providers'] ?? {})).toEqual([
      'openai',
      'groq',
      'mistral',
      'xai',
    ])
    expect(notesOf(converted, 'changed')).toEqual([
      'model_list[4]: every model of this provider is called as xai/<its name>',
      'model_list[1]: is called "team-a-llama-2" here: a name with "/" means provider/model',
    ])
    expect(notesOf(converted, 'lost')).toEqual([
      'model_list[5]: a wildcard within a name is not known here; name each model',
    ])
  })

  test('keeps a name that is good, and one that is not is spelled in another way for the reason that is given', () => {
    const entry = (name: string) =>
      `  - { model_name: ${JSON.stringify(name)}, litellm_params: { model: openai/x } }`
    const names = ['a b', 'a-b', 'n'.repeat(128), 'n'.repeat(129), 'x/y', '_z', 'é', 'x.y:1_-']
    const converted = convert(['model_list:', ...names.map(entry)].join('\n'))
    const cut = 'n'.repeat(120)
    const spelled = ['a-b-2', 'a-b', 'n'.repeat(128), `${cut}-2`, 'x-y', 'z', 'model', 'x.y:1_-']
    expect(Object.keys(settingsOf(converted)['models'] ?? {})).toEqual(spelled)
    const characters = 'a name begins with a letter or digit, and has only these, ".", "_", ":" and "-"'
    expect(notesOf(converted, 'changed')).toEqual([
      `model_list[0]: is called "a-b-2" here: ${characters}`,
      `model_list[3]: is called "${cut}-2" here: a name has at most 128 characters`,
      'model_list[4]: is called "x-y" here: a name with "/" means provider/model',
      `model_list[5]: is called "z" here: ${characters}`,
      `model_list[6]: is called "model" here: ${characters}`,
    ])
  })

  test('has a hundred deployments at most, those first in order, and the rest is told where it begins', () => {
    const entry = (name: string, at: number) =>
      `  - { model_name: ${name}, litellm_params: { model: openai/${name}-${at}, order: ${150 - at} } }`
    const entries = (name: string, count: number) => Array.from({ length: count }, (_, at) => entry(name, at))
    const lines = ['model_list:', ...entries('many', 150), ...entries('full', 100), ...entries('most', 99)]
    const converted = convert(
      [...lines, 'router_settings: { fallbacks: [{ full: [most] }, { most: [full] }] }'].join('\n'),
    )
    const models = settingsOf(converted)['models'] as Record<string, { deployments: { model: string }[] }>
    const { many, full, most } = models
    expect([many?.deployments.length, many?.deployments[0]?.model]).toEqual([100, 'many-149'])
    expect([full?.deployments.length, full?.deployments[0]?.model]).toEqual([100, 'full-99'])
    expect([most?.deployments.length, most?.deployments[99]?.model]).toEqual([100, 'full-99'])
    expect(notesOf(converted, 'lost')).toEqual([
      'model_list[49]: 50 deployments from this one on are left out: a model has at most 100; give some of them another name',
      'router_settings.fallbacks[0].full[0]: 99 of its deployments are left out: "full" has 100 with the others, which is the most',
      'router_settings.fallbacks[1].most[0]: 99 of its deployments are left out: "most" has 100 with the others, which is the most',
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
      expect.stringContaining('3 of them are tried for a call'),
    )
  })
})

describe('what is not carried', () => {
  test('is said with its place and its reason; what is switched off is not missed', () => {
    const converted = convert(
      [
        'model_list:',
        '  - model_name: m',
        '    litellm_params: { model: openai/x, seed: 1, extra_headers: { a: b }, novelty: 1, stream_timeout: 3 }',
        '    model_info: { mode: chat, id: x, input_cost_per_token: 0.1 }',
        'litellm_settings: { set_verbose: False, cache: false, callbacks: [otel], json_logs: true }',
        'router_settings: { routing_strategy: my-own, allowed_fails: 3, redis_host: "a b" }',
        'general_settings: { database_url: os.environ/a-b, max_request_size_mb: 20, alerting: [slack] }',
        'guardrails: [{ guardrail_name: x }]',
        'something_new: { a: 1 }',
      ].join('\n'),
    )
    const settings = settingsOf(converted)
    expect([settings['log'], settings['server']]).toEqual([{ format: 'json' }, { body_limit: '20MB' }])
    expect(notesOf(converted, 'lost').map((note) => note.split(': ')[0])).toEqual([
      'router_settings.routing_strategy',
      'model_list[0].litellm_params.seed',
      'model_list[0].litellm_params.extra_headers',
      'model_list[0].litellm_params.novelty',
      'model_list[0].litellm_params.stream_timeout',
      'model_list[0].model_info.input_cost_per_token',
      'router_settings.allowed_fails',
      'litellm_settings.callbacks',
      'general_settings.alerting',
      'guardrails',
      'something_new',
      'general_settings.database_url',
      'router_settings.redis_host',
    ])
    const said = notesOf(converted, 'lost').join('\n')
    for (const setting of ['policy', 'timeouts.first_token', 'routing', 'webhooks', 'redis: redis://']) {
      expect(said).toContain(setting)
    }
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

describe('a number beyond what can be set', () => {
  test.each([
    ['router_settings: { stream_timeout: 0.05 }', 'router_settings.stream_timeout: becomes 0.1s,'],
    ['router_settings: { stream_timeout: 3601 }', 'router_settings.stream_timeout: becomes 1h,'],
    [
      'general_settings: { max_request_size_mb: 1001 }',
      'general_settings.max_request_size_mb: becomes 1000MB,',
    ],
    ['general_settings: { max_request_size_mb: 0.5 }', 'general_settings.max_request_size_mb: becomes 1MB,'],
  ])('becomes the nearest that can be, and that is said: %s', (section, note) => {
    const converted = convert(oneModel('model: openai/x') + section)
    settingsOf(converted)
    expect(notesOf(converted, 'changed')).toEqual([`${note} the nearest that can be set`])
  })

  test.each([
    'router_settings: { stream_timeout: 0.1 }',
    'router_settings: { stream_timeout: 3600 }',
    'general_settings: { max_request_size_mb: 1000 }',
  ])('is not this: %s', (section) => {
    expect(convert(oneModel('model: openai/x') + section).notes).toEqual([])
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

  test('end in settings that can be read, whatever names and addresses they hold', () => {
    const word = fc.oneof(
      fc.string({ unit: 'binary', maxLength: 12 }),
      fc.constantFrom('openai/', '/', 'x'.repeat(300), 'azure/d', 'groq/m', '*', 'os.environ/K', '__proto__'),
    )
    const address = fc.oneof(
      word,
      fc.webUrl(),
      fc.domain().map((domain) => `https://${domain}/v1/`),
    )
    const number = fc.oneof(fc.double(), fc.integer(), fc.constantFrom(1e-7, '1e-6', '12', 1e300, true))
    const entry = fc.record({
      model_name: word,
      litellm_params: fc.record(
        {
          model: fc.oneof(
            word,
            word.map((name) => `openai/${name}`),
          ),
          api_base: address,
          api_key: word,
          custom_llm_provider: word,
          order: fc.double(),
          timeout: number,
          rpm: number,
          tpm: number,
          weight: number,
          max_parallel_requests: number,
          num_retries: number,
          input_cost_per_token: number,
          output_cost_per_token: number,
          max_output_tokens: number,
        },
        { requiredKeys: ['model'] },
      ),
    })
    const file = fc.record({
      model_list: fc.array(entry, { maxLength: 8 }),
      router_settings: fc.record({
        fallbacks: fc.array(fc.dictionary(word, fc.array(word)), { maxLength: 3 }),
        model_group_alias: fc.dictionary(word, word, { maxKeys: 3 }),
        redis_host: address,
        redis_port: number,
        redis_username: address,
        redis_db: number,
        num_retries: number,
      }),
      general_settings: fc.record({ database_url: address }),
      litellm_settings: fc.record({
        max_budget: number,
        default_key_generate_params: fc.record({ max_budget: number, rpm_limit: number, tpm_limit: number }),
      }),
    })
    fc.assert(
      fc.property(file, (written) => void settingsOf(convertLitellm(written, { K: 'openai/k' }))),
      { numRuns: 100 },
    )
  })
})
