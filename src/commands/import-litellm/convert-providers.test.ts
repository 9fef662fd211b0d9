import { describe, expect, test } from 'bun:test'
import { convert, notesOf, oneModel, pathOf, settingsOf } from '../../../test/litellm-configs.ts'

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
    [
      'model: azure/dep, api_base: "https://res.openai.azure.com", api_key: xxx',
      {
        res: {
          type: 'azure-openai',
          base_url: 'https://res.openai.azure.com/openai/v1',
          api_key: 'env:RES_API_KEY',
        },
      },
      'dep',
    ],
    [`model: groq/${'m'.repeat(256)}`, { groq: { api_key: 'env:GROQ_API_KEY' } }, 'm'.repeat(256)],
    [
      'model: openai/m, api_base: "https://3scale.example/v1", api_key: sk-literal-1',
      {
        '3scale': {
          type: 'openai-compatible',
          base_url: 'https://3scale.example/v1',
          api_key: 'env:_3SCALE_API_KEY',
        },
      },
      'm',
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
    ['model: openai/', "needs the provider's own name of the model: 1 to 256 characters"],
    ['model: "openai/gpt 5"', "needs the provider's own name of the model: 1 to 256 characters"],
    ['model: openai/gpt-é', "needs the provider's own name of the model: 1 to 256 characters"],
    [`model: openai/${'m'.repeat(257)}`, "needs the provider's own name of the model: 1 to 256 characters"],
    [`model: vllm/m, api_base: "http://h/${'p'.repeat(2_048)}"`, 'has more than 2048 characters'],
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

  test.each([
    '/chat/completions',
    '/chat/completions/',
    '/completions',
    '/embeddings',
    '/responses',
    '/messages',
    '//completions//',
    '/',
    '',
  ])('is found at its base, also where the address ends in %p', (ending) => {
    const converted = convert(oneModel(`model: openai/m, api_base: "https://llm.example/api/v1${ending}"`))
    expect(settingsOf(converted)['providers']).toMatchObject({
      llm: { base_url: 'https://llm.example/api/v1' },
    })
    const own = convert(oneModel(`model: openai/m, api_base: "https://api.openai.com/v1${ending}"`))
    expect(settingsOf(own)['providers']).toEqual({ openai: { api_key: 'env:OPENAI_API_KEY' } })
  })

  test('is sent its usual key at its own server alone', () => {
    const of = (params: string) => convert(oneModel(`model: mistral/m, ${params}`))
    const foreign = of('api_base: "https://mistral.office.example/v1"')
    expect(settingsOf(foreign)['providers']).toEqual({
      mistral: { base_url: 'https://mistral.office.example/v1' },
    })
    expect(notesOf(foreign, 'changed')).toEqual([
      "model_list[0].litellm_params.api_key: is not there, and this server is not sent the key in MISTRAL_API_KEY, which is its provider's; name one if it wants one",
    ])
    const plain = of('api_base: "http://api.mistral.ai/v1"')
    expect(settingsOf(plain)['providers']).toEqual({ mistral: { base_url: 'http://api.mistral.ai/v1' } })
    const named = of('api_base: "https://mistral.office.example/v1", api_key: os.environ/OFFICE')
    expect(settingsOf(named)['providers']).toMatchObject({ mistral: { api_key: 'env:OFFICE' } })
    const without = of('api_base: "https://mistral.office.example/v1", api_key: none')
    expect([settingsOf(without)['providers'], without.notes]).toEqual([settingsOf(foreign)['providers'], []])
    const own = of('api_base: "https://api.mistral.ai/v2"')
    expect(settingsOf(own)['providers']).toEqual({
      mistral: { base_url: 'https://api.mistral.ai/v2', api_key: 'env:MISTRAL_API_KEY' },
    })
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
      policy: 'random',
      deployments: [
        { provider: 'openai', model: 'x' },
        { provider: 'openai-2', model: 'x' },
      ],
    })
    expect(converted.notes).toEqual([])
  })
})
