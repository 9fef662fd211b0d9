import { describe, expect, test } from 'bun:test'
import { facts, problemsOf, titleOf } from '../../test/parsed-configs.ts'
import { catalogue } from '../providers/catalogue.ts'
import { parseConfig } from './parse-config.ts'
import { formatProblems } from './problem.ts'

describe('text that is no config', () => {
  const cases: readonly (readonly [text: string, ...problems: string[]])[] = [
    ['a: [', '1:5 the indentation is wrong here, or a closing bracket is missing'],
    ['\ta: 1', '1:1 indent with spaces, not with tabs'],
    ['a: "\\q"', '1:5 this escape is not known inside double quotes'],
    ['a: *x', '1:4 a: this alias (*name) names nothing above it'],
    [
      'a: &a { b: [*a] }\nc: &c { d: &d [1, *c], e: *d }',
      '1:13 a.b[0]: this alias (*name) stands inside of what it names, which would have no end',
      '2:19 c.d[1]: this alias (*name) stands inside of what it names, which would have no end',
    ],
    ['a: !foo 1', '1:4 tags (!name) are not used in a config'],
    ['? [a]\n: 1', '1:3 the name of a setting is plain text'],
    ['a: b: c', '1:4 one line holds two names; put the second on a line of its own, or use quotes'],
    ['a: @b', '1:4 text that starts with this character needs quotes'],
    ['a: 1\n---\nb: 2', '2:1 a config is one YAML document; take out the "---"'],
    ['%YAML 9\n---\na: 1', '1:7 directives (%) are not used in a config'],
    ['5', '1:1 expected a group of settings, found a whole number'],
    ['- 1', '1:1 expected a group of settings, found a list'],
    ['server: {}\nlog: {}\nserver: {}', '3:1 server: stands twice; keep one of them'],
    [
      'log: { level: info, level: warn }\nredis: x',
      '1:21 log.level: stands twice; keep one of them',
      `2:8 redis: ${redisAdvice}`,
    ],
    ['providers: { __proto__: {} }', '1:14 providers.__proto__: this name cannot be used'],
    ['x'.repeat(2 * 1024 * 1024 + 1), '1:1 is larger than 2 MiB, which is the most that is read'],
    ['keys: ' + '['.repeat(40) + ']'.repeat(40), '1:1 is nested deeper than 32 levels'],
    [
      'a: &a [1,1,1]\nb: &b [*a,*a,*a,*a,*a,*a]\nc: &c [*b,*b,*b,*b,*b,*b]\nd: [*c,*c,*c,*c,*c]',
      '1:1 repeats more than 100 times through aliases (*name)',
    ],
  ]
  for (const [text, ...problems] of cases) {
    test(`is refused with its place: ${titleOf(text)}`, () => {
      expect(problemsOf(text)).toEqual(problems)
    })
  }
})

const redisAdvice =
  'write auto, off, an address such as redis://host:6379, or env:NAME or file:PATH for one with a password'
const secretAdvice =
  'secrets are named here, never written: put it in an environment variable and write env:NAME'
const databaseAdvice =
  'write auto, sqlite, an address such as postgres://user@host/name, or env:NAME or file:PATH for one with a password'
const rangeAdvice = 'write an IP address or a range, such as 10.0.0.0/8 or fd00::/8'
const hostAdvice = 'write an IP address or a host name without scheme and port, such as 127.0.0.1 or 0.0.0.0'
const durationAdvice = 'write a duration with its unit, such as 500ms, 30s, 5m, 1h or 7d'
const sizeAdvice = 'write a size with its unit, such as 64KB, 10MB or 16MiB'
const urlAdvice = 'write an address such as http://127.0.0.1:8000/v1'

describe('a setting of the wrong shape', () => {
  const cases: readonly (readonly [text: string, ...problems: string[]])[] = [
    ['server: { prot: 1 }', '1:11 server.prot: there is no setting of this name here. Did you mean "port"?'],
    [
      'log: { colour: 1 }',
      '1:8 log.colour: there is no setting of this name here; there are format, level, bodies',
    ],
    ['server:\n  port: x', '2:9 server.port: expected a number, found text'],
    ['server: { port: 65536 }', '1:17 server.port: must be at most 65535'],
    ['server: { port: -1 }', '1:17 server.port: must be at least 0'],
    ['server: { port: 1.5 }', '1:17 server.port: expected a whole number, found a number'],
    ['server: { port: }', '1:11 server.port: expected a number, found nothing'],
    ['server: [1]', '1:9 server: expected a group of settings, found a list'],
    ['server: { host: 5 }', '1:17 server.host: expected text, found a whole number; put it in quotes'],
    ['server: { host: "http://x" }', `1:17 server.host: ${hostAdvice}`],
    ['server: { host: "localhost:80" }', `1:17 server.host: ${hostAdvice}`],
    ['server: { body_limit: 10 }', `1:23 server.body_limit: ${sizeAdvice}`],
    ['server: { body_limit: 10mb }', `1:23 server.body_limit: ${sizeAdvice}`],
    ['server: { body_limit: 0KB }', '1:23 server.body_limit: must be between 1KB and 1GB'],
    ['server: { body_limit: 2GB }', '1:23 server.body_limit: must be between 1KB and 1GB'],
    ['server: { drain_delay: 5 }', `1:24 server.drain_delay: ${durationAdvice}`],
    ['server: { drain_delay: 5 s }', `1:24 server.drain_delay: ${durationAdvice}`],
    ['server: { drain_delay: 6m }', '1:24 server.drain_delay: must be at most 5m'],
    ['timeouts: { stall: 0s }', '1:20 timeouts.stall: must be between 100ms and 1h'],
    [
      'server: { drain_delay: 5s, drain_timeout: 5s }',
      '1:43 server.drain_timeout: must be longer than drain_delay, which is a part of it',
    ],
    ['server: { cors: 5 }', '1:17 server.cors: write off, or a list of origins'],
    [
      'server: { cors: [https://a.example/] }',
      '1:18 server.cors[0]: write an origin such as https://app.example.com, or "*"',
    ],
    ['server: { tls: on }', '1:16 server.tls: write off, or { cert: file:PATH, key: file:PATH }'],
    ['server: { tls: { cert: file:tls.pem } }', '1:11 server.tls.key: is missing'],
    [
      'server: { tls: { cert: file:tls.pem, key: file:tls.pem, kee: 1 } }',
      '1:57 server.tls.kee: there is no setting of this name here. Did you mean "key"?',
    ],
    ['server: { trusted_proxies: [10.0.0.0/33] }', `1:29 server.trusted_proxies[0]: ${rangeAdvice}`],
    [
      'egress: { allow: [10.0.0] }',
      '1:19 egress.allow[0]: write an IP address or a range, such as 10.0.0.0/8, 10.0.0.0/8:8000 or [fd00::/8]:8000',
    ],
    [
      'egress: { proxy: on }',
      '1:18 egress.proxy: write off, or an address such as http://proxy.example.com:3128',
    ],
    ['egress: { proxy: "http://u:p@proxy" }', '1:18 egress.proxy: an address holds no user name or password'],
    [
      'database: postgres://u:p@h/d',
      '1:11 database: an address with a password is named here, never written: put it in a variable and write env:NAME',
    ],
    [
      'database: "postgres://h/d?password=x"',
      '1:11 database: an address with a password is named here, never written: put it in a variable and write env:NAME',
    ],
    ['database: mysql', `1:11 database: ${databaseAdvice}`],
    ['database: mysql://h/d', `1:11 database: ${databaseAdvice}`],
    [
      'database: env:NO_SUCH_DATABASE',
      '1:11 database: the variable NO_SUCH_DATABASE is not set, or is empty',
    ],
    [
      'redis: redis://:secret@h',
      '1:8 redis: an address with a password is named here, never written: put it in a variable and write env:NAME',
    ],
    ['redis: memcached://h', `1:8 redis: ${redisAdvice}`],
    ['redis: env:NO_SUCH_REDIS', '1:8 redis: the variable NO_SUCH_REDIS is not set, or is empty'],
    ['discover: yes', '1:11 discover: write on or off'],
    ['log: { format: jsn }', '1:16 log.format: write auto, text or json. Did you mean "json"?'],
    [
      'providers: { Office: { type: ollama } }',
      '1:14 providers.Office: a provider\'s name has a-z, 0-9, "-" and "_", and starts with a letter or digit',
    ],
    ['providers: [openai]', '1:12 providers: expected a group of named entries, found a list'],
    ['providers: { openai: { api_key: sk-canary } }', `1:33 providers.openai.api_key: ${secretAdvice}`],
    ['providers: { openai: { api_key: 5 } }', `1:33 providers.openai.api_key: ${secretAdvice}`],
    [
      'providers: { openai: { api_key: gcp:ai#openai } }',
      '1:33 providers.openai.api_key: secrets are read from env:, file:, vault: and aws:; write one of these',
    ],
    [
      'providers: { openai: { api_key: env:sk-canary } }',
      '1:33 providers.openai.api_key: after env: comes the name of an environment variable (letters, digits, _)',
    ],
    [
      'providers: { openai: { api_key: "file: x" } }',
      '1:33 providers.openai.api_key: after file: comes the path of a file',
    ],
    ['providers: { o: { type: ollama, base_url: ftp://x } }', `1:43 providers.o.base_url: ${urlAdvice}`],
    ['providers: { o: { type: ollama, base_url: 5 } }', `1:43 providers.o.base_url: ${urlAdvice}`],
    [
      'providers: { o: { type: ollama, base_url: "http://${HOST}/v1" } }',
      '1:43 providers.o.base_url: an address holds no spaces or placeholders; write it out in full',
    ],
    [
      'providers: { o: { type: ollama, base_url: "http://h/v1?key=canary" } }',
      '1:43 providers.o.base_url: an address holds no "?" or "#"',
    ],
    [
      'models: { a/b: { deployments: [{ provider: openai, model: x }] } }',
      '1:11 models["a/b"]: a model\'s name has letters, digits, ".", "_", ":" and "-", and no "/", which stands for provider/model',
    ],
    [
      'models: { a: { policy: 7, deployments: [{ provider: openai, model: x }] } }',
      '1:24 models.a.policy: write one of priority, weighted, round_robin, random, least_latency, least_cost, least_busy, best_quality',
    ],
    [
      'models: { a: { policy: prio, deployments: [{ provider: openai, model: x }] } }',
      '1:24 models.a.policy: write one of priority, weighted, round_robin, random, least_latency, least_cost, least_busy, best_quality. Did you mean "priority"?',
    ],
    ['models: { a: {} }', '1:11 models.a.deployments: is missing'],
    ['models: { a: { deployments: [] } }', '1:29 models.a.deployments: needs at least one deployment'],
    [
      'models: { gpt-4.1: { deployments: [{ provider: openai, model: 4.1 }] } }',
      '1:63 models["gpt-4.1"].deployments[0].model: expected text, found a number; put it in quotes',
    ],
    [
      'models: { a: { deployments: [{ provider: openai, model: "a b", priority: 0 }] } }',
      '1:57 models.a.deployments[0].model: the name of a model is not empty and has no spaces',
      '1:74 models.a.deployments[0].priority: must be at least 1',
    ],
    ['keys: [{ name: a }]', '1:8 keys[0].secret: is missing'],
    [
      'keys: [{ name: a b, secret: env:CI_KEY }]',
      '1:16 keys[0].name: a key\'s name has letters, digits, ".", "_" and "-"',
    ],
    [
      'keys: [{ name: a, secret: env:CI_KEY, models: [] }]',
      '1:47 keys[0].models: leave it out to allow every model',
    ],
    [
      'keys: [{ name: a, secret: env:CI_KEY, scopes: [] }]',
      '1:47 keys[0].scopes: leave it out to allow every scope but admin and metrics',
    ],
    [
      'keys: [{ name: a, secret: env:CI_KEY, scopes: [chatt] }]',
      '1:48 keys[0].scopes[0]: write chat, embeddings, models, calls, metrics, admin, admin:read or admin:write. Did you mean "chat"?',
    ],
  ]
  for (const [text, ...problems] of cases) {
    test(`is refused with advice: ${titleOf(text)}`, () => {
      expect(problemsOf(text)).toEqual(problems)
    })
  }
})

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

test('wrong shapes and wrong references in all sections are told at once, in the order of the file', () => {
  const text = `server: { prot: 1 }
providers:
  openai: { api_key: sk-canary }
  office: { type: openai-compatible }
models:
  small:
    policy: weigted
    deployments:
      - { provider: opena, model: a }
      - { provider: ollama, modle: a }
keys:
  - { name: ci, secret: env:MISSING_KEY, models: [smal] }
`
  expect(problemsOf(text)).toEqual([
    '1:11 server.prot: there is no setting of this name here. Did you mean "port"?',
    `3:22 providers.openai.api_key: ${secretAdvice}`,
    '4:3 providers.office: needs base_url; the type openai-compatible has no address of its own',
    '7:13 models.small.policy: write one of priority, weighted, round_robin, random, least_latency, least_cost, least_busy, best_quality. Did you mean "weighted"?',
    '9:21 models.small.deployments[0].provider: there is no provider named "opena". Did you mean "openai"?',
    '10:9 models.small.deployments[1].model: is missing',
    '10:29 models.small.deployments[1].modle: there is no setting of this name here. Did you mean "model"?',
    '12:25 keys[0].secret: the variable MISSING_KEY is not set, or is empty',
    '12:51 keys[0].models[0]: there is no model named "smal"; write a name under models, provider/model, provider/* or *. Did you mean "small"?',
  ])
})

test('the printed text counts the problems and gives file, line and column of each', () => {
  const outcome = parseConfig('server: { prot: 1 }\nredis: x\n', facts)
  expect(
    outcome.ok ? '' : formatProblems({ source: 'conf/sallyport.yaml', problems: outcome.problems }),
  ).toBe(
    `conf/sallyport.yaml has 2 problems:
  - conf/sallyport.yaml:1:11 server.prot: there is no setting of this name here. Did you mean "port"?
  - conf/sallyport.yaml:2:8 redis: ${redisAdvice}`,
  )
})

test('of thousands of problems the first hundred are printed', () => {
  const text = Array.from({ length: 3_000 }, (_, index) => `zzz${index}: 1`).join('\n')
  const lines = problemsOf(text)
  expect(lines).toHaveLength(101)
  expect(lines.at(-1)).toBe('  and 2900 more')
})

test('a name with control characters is printed harmlessly', () => {
  expect(problemsOf('"\\e[2Jx": 1')[0]).toStartWith('1:1 ["?[2Jx"]: there is no setting of this name here')
})
