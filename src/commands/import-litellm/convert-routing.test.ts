// What LiteLLM says of how calls are spread, how much may be used and what it costs, as our settings.
import { describe, expect, test } from 'bun:test'
import { at as jsonAt } from '../../../test/json-at.ts'
import { convert, notesOf, oneModel, settingsOf } from '../../../test/litellm-configs.ts'

function entry(name: string, params: string): string {
  return `  - { model_name: ${name}, litellm_params: { ${params} } }`
}

function modelsOf(lines: readonly string[]): Record<string, unknown> {
  return settingsOf(convert(['model_list:', ...lines].join('\n')))['models'] ?? {}
}

describe('deployments of one name', () => {
  const two = (one: string, other: string) =>
    modelsOf([entry('m', `model: openai/a, ${one}`), entry('m', `model: groq/b, ${other}`)])['m']

  test.each([
    ['order: 1', 'order: 1', 'random', [undefined, undefined]],
    ['weight: 3', 'order: 1', undefined, [undefined, undefined]],
    ['weight: 3, rpm: 9', 'weight: 0.5', 'weighted', [3, 0.5]],
    ['rpm: 900, tpm: 1', 'rpm: 100', 'weighted', [900, 100]],
    ['tpm: 8000000', 'timeout: 5', 'weighted', [1_000_000, 0]],
    ['tpm: 8000000', 'tpm: 2000000', 'weighted', [1_000_000, 250_000]],
  ])('are called as often as they were: %s and %s', (one, other, policy, weights) => {
    const model = two(one, other)
    expect(jsonAt(model, 'policy')).toBe(policy)
    const placed = [0, 1].map((place) => jsonAt(model, 'deployments', place, 'weight'))
    expect<readonly unknown[]>(placed).toEqual(weights)
  })

  test.each([
    ['simple-shuffle', 'random', []],
    ['least-busy', 'least_busy', []],
    ['latency-based-routing', 'least_latency', []],
    ['cost-based-routing', 'least_cost', []],
    ['usage-based-routing-v2', 'least_busy', ['changed']],
    ['of-my-own', 'random', ['lost']],
  ])('are chosen by the strategy of the file: %s', (strategy, policy, kinds) => {
    const converted = convert(
      [
        'model_list:',
        entry('m', 'model: openai/a'),
        entry('m', 'model: groq/b'),
        entry('one', 'model: groq/c'),
        `router_settings: { routing_strategy: ${strategy} }`,
      ].join('\n'),
    )
    const models = settingsOf(converted)['models'] ?? {}
    expect(models['m']).toMatchObject({ policy })
    expect(models['one']).not.toHaveProperty('policy')
    expect<readonly string[]>(converted.notes.map(({ kind }) => kind)).toEqual(kinds)
  })

  test('of a fallback keep their order and their weights behind the others', () => {
    const models = modelsOf([
      entry('m', 'model: openai/a'),
      entry('spare', 'model: groq/b, order: 2, weight: 1'),
      entry('spare', 'model: groq/c, order: 1, weight: 4'),
      entry('spare', 'model: groq/d, order: 1, weight: 2'),
      'router_settings: { fallbacks: [{ m: [spare] }], num_retries: 2 }',
    ])
    expect(models['m']).toEqual({
      policy: 'weighted',
      attempts: 4,
      deployments: [
        { provider: 'openai', model: 'a', priority: 1 },
        { provider: 'groq', model: 'c', weight: 4, priority: 2 },
        { provider: 'groq', model: 'd', weight: 2, priority: 2 },
        { provider: 'groq', model: 'b', priority: 3 },
      ],
    })
  })
})

describe('retries', () => {
  test.each([
    ['', '', undefined],
    ['', 'router_settings: { num_retries: 0 }', 1],
    ['', 'litellm_settings: { num_retries: 5 }', 6],
    ['', 'router_settings: { num_retries: 1 }\nlitellm_settings: { num_retries: 5 }', 2],
    [', num_retries: 3', 'router_settings: { num_retries: 1 }', 4],
    [', max_retries: 50', '', 10],
    ['', 'router_settings: { num_retries: often }', undefined],
  ])('are one attempt fewer: %j, %j', (params, section, attempts) => {
    const converted = convert(oneModel(`model: openai/x${params}`) + section)
    expect(jsonAt(settingsOf(converted), 'models', 'm', 'attempts')).toBe(attempts)
  })

  test.each([
    ['0', [': a name with "/" has no entry that says attempts: a call of it has 3, not 1']],
    ['2', []],
    ['5', [': a name with "/" has no entry that says attempts: a call of it has 3, not 6']],
  ])('of a name that needs no entry are said to be missing: %s', (retries, lost) => {
    const converted = convert(
      `model_list:\n${entry('openai/x', 'model: openai/x')}\nlitellm_settings: { num_retries: ${retries} }`,
    )
    expect(settingsOf(converted)['models']).toEqual({})
    expect(notesOf(converted, 'lost')).toEqual(lost.map((message) => `model_list[0]${message}`))
  })
})

function limitsNote(at: number): string {
  return `model_list[${at}]: rpm and tpm are limits here: nobody is asked beyond them; take limits out where they were only shares`
}

describe('a deployment', () => {
  test('has its limits, its places, its price and what it can do, wherever they stand', () => {
    const converted = convert(
      [
        'model_list:',
        '  - model_name: m',
        '    rpm: 500',
        '    litellm_params: { model: openai/x, tpm: "200000", max_parallel_requests: 7, output_cost_per_token: 6e-7 }',
        '    model_info:',
        '      rpm: 1',
        '      input_cost_per_token: "1.5e-7"',
        '      cache_read_input_token_cost: 0.000000075',
        '      max_output_tokens: 4096',
        '      supports_vision: false',
        '      supports_function_calling: true',
        entry('n', 'model: groq/y'),
        'router_settings: { default_max_parallel_requests: 20 }',
      ].join('\n'),
    )
    expect(settingsOf(converted)['models']).toEqual({
      m: {
        deployments: [
          {
            provider: 'openai',
            model: 'x',
            max_concurrency: 7,
            limits: { requests: '500/m', tokens: '200000/m' },
            price: { input: 0.15, output: 0.6, cached_input: 0.075 },
            capabilities: { tools: 'on', vision: 'off', output: 4096 },
          },
        ],
      },
      n: { deployments: [{ provider: 'groq', model: 'y', max_concurrency: 20 }] },
    })
    expect([notesOf(converted, 'changed'), notesOf(converted, 'lost')]).toEqual([[limitsNote(0)], []])
  })

  test.each([
    ['', [limitsNote(1)]],
    ['least-busy', [limitsNote(1)]],
    ['usage-based-routing', []],
  ])('has limits where it may have had shares, and each model says so once: %s', (strategy, changed) => {
    const converted = convert(
      [
        'model_list:',
        entry('m', 'model: openai/x'),
        entry('m', 'model: groq/x, rpm: 1'),
        entry('m', 'model: groq/y, tpm: 9'),
        `router_settings: { routing_strategy: "${strategy}" }`,
      ].join('\n'),
    )
    expect(notesOf(converted, 'changed').filter((note) => note.includes('limits here'))).toEqual(changed)
  })

  test.each([
    ['rpm: 0', 'lost', 'rpm: is no number from 1 on'],
    ['rpm: many', 'lost', 'rpm: is no number from 1 on'],
    ['rpm: 2.5', 'changed', 'rpm: becomes 2, the nearest that can be set'],
    ['max_parallel_requests: 200000', 'changed', 'max_parallel_requests: becomes 100000, the nearest'],
    ['weight: -1', 'lost', 'weight: is no number from 0 on'],
    ['input_cost_per_token: 0.1', 'lost', 'input_cost_per_token: a price needs both'],
    ['input_cost_per_token: x, output_cost_per_token: 0', 'lost', 'input_cost_per_token: is no number'],
    [
      'supports_vision: perhaps',
      'lost',
      'supports_vision: is neither true nor false; write capabilities.vision',
    ],
    ['num_retries: x', 'lost', 'num_retries: is no number from 0 on'],
  ] as const)('with an odd number is had all the same, and it is said: %s', (params, kind, note) => {
    const converted = convert(oneModel(`model: openai/x, ${params}`))
    settingsOf(converted)
    expect(notesOf(converted, kind)).toContainEqual(
      expect.stringContaining(`model_list[0].litellm_params.${note}`),
    )
  })
})

describe('limits and budgets', () => {
  test('are those of keys, users and teams that have none, and of all together; the master key has none', () => {
    const converted = convert(
      [
        oneModel('model: openai/x'),
        'litellm_settings:',
        '  max_budget: 100',
        '  budget_duration: 30d',
        '  max_internal_user_budget: 5',
        '  internal_user_budget_duration: 24h',
        '  default_key_generate_params: { max_budget: 1.5, budget_duration: 7d, rpm_limit: 60, tpm_limit: 1000 }',
        '  default_team_params: { max_budget: 50, max_parallel_requests: 9, models: [m] }',
        'general_settings: { master_key: os.environ/MASTER }',
      ].join('\n'),
    )
    const settings = settingsOf(converted)
    expect(settings['limits']).toEqual({
      keys: { '*': { requests: '60/m', tokens: '1000/m' }, master: {} },
      teams: { '*': { concurrency: 9 } },
    })
    expect(settings['budgets']).toEqual({
      users: { '*': [{ dollars: 5, per: 'day' }] },
      keys: { '*': [{ dollars: 1.5, per: 'week' }], master: [] },
      teams: { '*': [{ dollars: 50, per: 'total' }] },
      tenants: { default: [{ dollars: 100, per: 'month' }] },
    })
    expect(notesOf(converted, 'lost')).toEqual([
      'litellm_settings.default_team_params.models: which models may be called is models of a key or a team',
    ])
    expect(notesOf(converted, 'changed')).toContainEqual(
      'litellm_settings: under a budget, calls are refused whose price nobody knows: set price',
    )
  })

  test('for another stretch than one of the calendar are said to be missing', () => {
    const converted = convert(
      `${oneModel('model: openai/x')}litellm_settings: { max_budget: 9, budget_duration: 10d }`,
    )
    expect(settingsOf(converted)['budgets']).toBeUndefined()
    expect(notesOf(converted, 'lost')[0]).toContain(
      'litellm_settings.budget_duration: a budget is for an hour',
    )
  })

  test.each(['0', '"0"'])('of nothing are none over all together, as they were: %s', (amount) => {
    const converted = convert(`${oneModel('model: openai/x')}litellm_settings: { max_budget: ${amount} }`)
    expect([settingsOf(converted)['budgets'], converted.notes.length]).toEqual([undefined, 0])
  })

  test('of nothing let a key, a user or a team spend nothing, as they did', () => {
    const nothing = 'default_key_generate_params: { max_budget: 0 }, max_internal_user_budget: "0"'
    const converted = convert(`${oneModel('model: openai/x')}litellm_settings: { ${nothing} }`)
    const each = { '*': [{ dollars: 0, per: 'total' }] }
    expect(settingsOf(converted)['budgets']).toEqual({ keys: each, users: each })
  })
})

describe('a database and a Redis', () => {
  test.each([
    ['redis_url: os.environ/SHARED', 'env:SHARED'],
    ['redis_url: "redis://h:1/2"', 'redis://h:1/2'],
    ['redis_url: "redis://u:hidden@h:1"', 'env:REDIS_URL'],
    ['redis_host: h.internal', 'redis://h.internal:6379'],
    ['redis_host: os.environ/HOST, redis_port: "7000"', 'redis://from-variable:7000'],
    ['redis_host: h, redis_password: hidden', 'env:REDIS_URL'],
    ['redis_host: h, redis_ssl: true', 'rediss://h:6379'],
    ['redis_host: h, redis_ssl: os.environ/TLS, redis_db: 3', 'rediss://h:6379/3'],
    ['redis_host: h, redis_ssl: false, redis_db: 0', 'redis://h:6379'],
    ['redis_host: h, redis_ssl: perhaps, redis_db: first', 'redis://h:6379'],
    ['redis_host: h, redis_port: 0', undefined],
    ['redis_host: "h/x"', undefined],
    ['redis_port: 7000', undefined],
  ])('are named where they were: %s', (members, redis) => {
    const section = `router_settings: { ${members} }`
    const converted = convert(oneModel('model: openai/x') + section, { HOST: 'from-variable', TLS: 'True' })
    expect(jsonAt(settingsOf(converted), 'redis')).toBe(redis)
    expect(JSON.stringify(converted)).not.toContain('hidden')
  })

  test.each([
    ['redis_password: hidden', 'redis_password', 'redis://:PASSWORD@h:6379'],
    ['redis_username: a@b', 'redis_username', 'redis://a%40b:PASSWORD@h:6379'],
    [
      'redis_password: hidden, redis_username: gate, redis_ssl: true, redis_db: "1"',
      'redis_password',
      'rediss://gate:PASSWORD@h:6379/1',
    ],
  ])('with a password are a variable, and what to put there is said: %s', (members, name, address) => {
    const converted = convert(`${oneModel('model: openai/x')}router_settings: { redis_host: h, ${members} }`)
    expect(jsonAt(settingsOf(converted), 'redis')).toBe('env:REDIS_URL')
    expect(notesOf(converted, 'changed')).toEqual([
      `router_settings.${name}: put ${address} into the variable REDIS_URL`,
    ])
    expect(notesOf(converted, 'lost')).toEqual([])
  })

  test.each([
    ['os.environ/LITELLM_DATABASE', 'env:LITELLM_DATABASE'],
    ['"postgresql://u:hidden@h/d"', 'env:DATABASE_URL'],
  ])('of PostgreSQL are a variable: %s', (written, database) => {
    const converted = convert(`${oneModel('model: openai/x')}general_settings: { database_url: ${written} }`)
    expect(jsonAt(settingsOf(converted), 'database')).toBe(database)
    expect(converted.variables.map(({ name }) => name)).toContain(database.slice('env:'.length))
    expect(JSON.stringify(converted)).not.toContain('hidden')
    expect(notesOf(converted, 'changed').join()).toContain('keys are made anew')
  })
})
