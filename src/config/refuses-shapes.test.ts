import { describe, expect, test } from 'bun:test'
import { problemsOf, redisAdvice, secretAdvice, titleOf } from '../../test/parsed-configs.ts'

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
