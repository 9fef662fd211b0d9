import { describe, expect, test } from 'bun:test'
import { facts, problemsOf, redisAdvice, secretAdvice, titleOf } from '../../test/parsed-configs.ts'
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
