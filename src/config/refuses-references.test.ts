import { describe, expect, test } from 'bun:test'
import { problemsOf, titleOf } from '../../test/parsed-configs.ts'
import { catalogue } from '../providers/catalogue.ts'

describe('a reference that leads nowhere', () => {
  const model = (...deployments: string[]) => `models: { a: { deployments: [${deployments.join(', ')}] } }`
  const key = (models: string) => `keys: [{ name: ci, secret: env:CI_KEY, models: [${models}] }]`
  const at = 'models.a.deployments[0].provider'
  const cases: readonly (readonly [text: string, ...problems: string[]])[] = [
    ['providers: { openai: {} }', '1:14 providers.openai: needs a key; write api_key: env:OPENAI_API_KEY'],
    [
      'providers: { opnai: { api_key: env:OPENAI_API_KEY } }',
      '1:14 providers.opnai: is not in the catalogue, so it needs a type, such as openai-compatible. Did you mean "openai"?',
    ],
    [
      'providers: { claude: { type: antropic } }',
      `1:30 providers.claude.type: there is no provider type "antropic"; there are ${[...catalogue.map(({ name }) => name), 'demo'].join(', ')}. Did you mean "anthropic"?`,
    ],
    [
      'providers: { groq: { base_url: http://h, dialect: gemini } }',
      '1:51 providers.groq.dialect: the type groq does not speak gemini; it has openai-chat, openai-responses',
    ],
    [
      'providers: { office: { type: openai-compatible } }',
      '1:14 providers.office: needs base_url; the type openai-compatible has no address of its own',
    ],
    [
      'providers: { az: { type: azure-openai, api_key: env:OPENAI_API_KEY } }',
      '1:14 providers.az: needs base_url; the type azure-openai has no address of its own',
    ],
    [
      'providers: { az: { type: azure-openai, base_url: https://n.openai.azure.com/openai/v1 } }',
      '1:14 providers.az: needs a key; write api_key: env:AZURE_OPENAI_API_KEY',
    ],
    [
      'providers: { demo: { type: ollama } }',
      '1:14 providers.demo: this is the name of the built-in demo; choose another',
    ],
    [
      'providers: { demo: { base_url: http://h } }',
      '1:22 providers.demo.base_url: the demo is built in and calls nobody; take this line out',
    ],
    [
      model('{ provider: opnai, model: x }'),
      `1:42 ${at}: there is no provider named "opnai". Did you mean "openai"?`,
    ],
    [
      `providers: { office: { type: ollama } }\n${model('{ provider: offce, model: x }')}`,
      `2:42 ${at}: there is no provider named "offce". Did you mean "office"?`,
    ],
    [
      model('{ provider: mistral, model: x }'),
      `1:42 ${at}: "mistral" is not declared under providers, and the variable MISTRAL_API_KEY is not set`,
    ],
    [
      `discover: off\n${model('{ provider: openai, model: x }')}`,
      `2:42 ${at}: "openai" is not declared under providers, and discover is off`,
    ],
    [
      model('{ provider: openai-compatible, model: x }'),
      `1:42 ${at}: "openai-compatible" is a type; declare a provider of this type and write its name`,
    ],
    [
      model('{ provider: demo, model: echo }'),
      `1:42 ${at}: the demo is used only where it is declared; write demo: {} under providers`,
    ],
    [
      `providers: { toy: { type: demo } }\n${model('{ provider: openai, model: x }', '{ provider: toy, model: echo }')}`,
      '2:74 models.a.deployments[1].provider: the demo is never a fallback; give it a model of its own',
    ],
    [
      model('{ provider: openai, model: x }', '{ provider: openai, model: x, priority: 2 }'),
      '1:62 models.a.deployments[1]: is the same as deployments[0]; a deployment is tried once, so list it once',
    ],
    [
      `${model('{ provider: openai, model: x }')}\n${key('b')}`,
      '2:49 keys[0].models[0]: there is no model named "b"; write a name under models, provider/model, provider/* or *',
    ],
    [
      `models: { small: { deployments: [{ provider: openai, model: x }] } }\n${key('smal')}`,
      '2:49 keys[0].models[0]: there is no model named "smal"; write a name under models, provider/model, provider/* or *. Did you mean "small"?',
    ],
    [key('opnai/*'), '1:49 keys[0].models[0]: there is no provider named "opnai". Did you mean "openai"?'],
    [
      key('/x, openai/'),
      ...[49, 53].map(
        (column, index) => `1:${column} keys[0].models[${index}]: write provider/model or provider/*`,
      ),
    ],
    [
      key('"*", gpt*, "*/x", openai/gpt-*, openrouter/a/b'),
      '1:81 keys[0].models[4]: "openrouter" is not declared under providers, and the variable OPENROUTER_API_KEY is not set',
    ],
    [
      'keys:\n  - { name: ci, secret: env:CI_KEY }\n  - { name: ci, secret: file:key2.txt }',
      "3:13 keys[1].name: keys[0] has this name too; a key's name is its own",
      '3:25 keys[1].secret: the file does not exist',
    ],
  ]
  for (const [text, ...problems] of cases) {
    test(`is refused with what would do: ${titleOf(text)}`, () => {
      expect(problemsOf(text)).toEqual(problems)
    })
  }
})

describe('a secret', () => {
  const provider = (reference: string) => `providers: { openai: { api_key: ${reference} } }`
  const cases: readonly (readonly [text: string, ...problems: string[]])[] = [
    [provider('env:NOT_SET'), '1:33 providers.openai.api_key: the variable NOT_SET is not set, or is empty'],
    [provider('env:EMPTY'), '1:33 providers.openai.api_key: the variable EMPTY is not set, or is empty'],
    [
      provider('env:skcanary0123456789'),
      '1:33 providers.openai.api_key: the variable named here is not set, or is empty',
    ],
    [
      provider('env:__proto__'),
      '1:33 providers.openai.api_key: the variable named here is not set, or is empty',
    ],
    [provider('file:away.txt'), '1:33 providers.openai.api_key: the file does not exist'],
    [provider('file:empty.txt'), '1:33 providers.openai.api_key: the secret is empty'],
    ...['env:BROKEN', 'file:two-lines.txt'].map(
      (reference) =>
        [
          provider(reference),
          '1:33 providers.openai.api_key: the secret holds a space, a line break or a character outside ASCII',
        ] as const,
    ),
    ['keys: [{ name: a, secret: env:SHORT_KEY }]', '1:27 keys[0].secret: the secret needs 16 characters'],
    [
      'keys: [{ name: a, secret: env:CI_KEY }, { name: b, secret: env:SAME_KEY }]',
      '1:60 keys[1].secret: is the same secret as keys[0]',
    ],
    [
      'server: { tls: { cert: file:key.txt, key: file:away } }',
      '1:24 server.tls.cert: does not hold PEM (-----BEGIN …)',
      '1:43 server.tls.key: the file does not exist',
    ],
    ['egress: { ca_file: away.pem }', '1:20 egress.ca_file: the file does not exist'],
  ]
  for (const [text, ...problems] of cases) {
    test(`that cannot be used is refused: ${titleOf(text)}`, () => {
      expect(problemsOf(text)).toEqual(problems)
    })
  }

  test('of the same name is read for each place that names it', () => {
    const text = 'providers: { a: { type: openai, api_key: env:NO }, b: { type: openai, api_key: env:NO } }'
    expect(problemsOf(text)).toHaveLength(2)
  })
})
