import { expect, test } from 'bun:test'
import { resolveModel } from './resolve-model.ts'
import type { DeploymentRef, KnownModels, Resolution } from './resolve-model.ts'

const fast: readonly DeploymentRef[] = [
  { provider: 'openai', providerModel: 'gpt-5-mini' },
  { provider: 'office', providerModel: 'llama-3.3-8b' },
]

const providers = {
  openai: ['gpt-5', 'gpt-5-mini'],
  office: ['llama-3.3-8b', 'shared'],
  together: ['meta-llama/Llama-3.3-70B', 'shared'],
} as const

const known = knowing(providers)

function knowing(
  lists: Readonly<Record<string, readonly string[]>>,
  models = new Map([['fast', fast]]),
): KnownModels {
  return {
    models,
    providers: new Map(Object.entries(lists).map(([name, listed]) => [name, { listed: new Set(listed) }])),
    isCatalogueName: (name) => ['openai', 'groq', 'together', 'anthropic'].includes(name),
  }
}

function found(provider: string, providerModel: string): Resolution {
  return { kind: 'found', deployments: [{ provider, providerModel }], logical: false }
}

function sentence(resolution: Resolution): string {
  return resolution.kind === 'found' ? 'found' : `${resolution.kind}: ${resolution.sentence}`
}

test('a logical model gives its deployments in their order', () => {
  expect(resolveModel('fast', known)).toEqual({ kind: 'found', deployments: fast, logical: true })
})

test('a logical model comes before a provider that lists the same name', () => {
  const models = new Map([['gpt-5', fast]])
  expect(resolveModel('gpt-5', knowing(providers, models))).toEqual({
    kind: 'found',
    deployments: fast,
    logical: true,
  })
})

test('provider/model goes to that provider', () => {
  expect(resolveModel('openai/gpt-5', known)).toEqual(found('openai', 'gpt-5'))
})

test('a model that the provider does not list passes through', () => {
  expect(resolveModel('openai/gpt-9', known)).toEqual(found('openai', 'gpt-9'))
})

test("the provider's name of a model may hold slashes", () => {
  expect(resolveModel('together/meta-llama/Llama-3.3-70B', known)).toEqual(
    found('together', 'meta-llama/Llama-3.3-70B'),
  )
  expect(resolveModel('office//models/a.gguf', known)).toEqual(found('office', '/models/a.gguf'))
})

test('a bare name that one provider lists goes there', () => {
  expect(resolveModel('gpt-5-mini', known)).toEqual(found('openai', 'gpt-5-mini'))
})

test('a bare name that several list is ambiguous, and the sentence says what to ask for', () => {
  expect(sentence(resolveModel('shared', known))).toBe(
    'ambiguous: The model "shared" is offered by 2 providers. Ask for "office/shared" or "together/shared".',
  )
})

test('of many providers that list a name, five are shown', () => {
  const many = knowing(Object.fromEntries(Array.from({ length: 7 }, (_, index) => [`p${index}`, ['m']])))
  expect(sentence(resolveModel('m', many))).toBe(
    'ambiguous: The model "m" is offered by 7 providers. ' +
      'Ask for "p0/m", "p1/m", "p2/m", "p3/m" or "p4/m" (and 2 more).',
  )
})

test('a full name that a provider lists is not found by it, only offered', () => {
  expect(sentence(resolveModel('meta-llama/Llama-3.3-70B', known))).toBe(
    'unknown: The model "meta-llama/Llama-3.3-70B" does not exist by that name. ' +
      'Did you mean "together/meta-llama/Llama-3.3-70B"?',
  )
})

test('a provider that could be configured is named', () => {
  expect(sentence(resolveModel('groq/llama-3', known))).toBe(
    'unknown: The model "groq/llama-3" does not exist here: the provider "groq" is not configured. ' +
      'Give Sallyport its key, or start it if it is a local server.',
  )
})

test('a misspelt provider is recognised', () => {
  expect(sentence(resolveModel('opnai/gpt-5', known))).toBe(
    'unknown: The model "opnai/gpt-5" does not exist: no provider "opnai" is configured. ' +
      'Did you mean "openai/gpt-5"?',
  )
})

test('a provider that nobody knows is said to be missing', () => {
  expect(sentence(resolveModel('zzz/gpt-5', known))).toContain(
    'no provider "zzz" is configured. Configure it under',
  )
})

test('a misspelt model is recognised, with the name that can be asked for', () => {
  expect(sentence(resolveModel('gpt-5-mnii', known))).toContain('Did you mean "gpt-5-mini"?')
  expect(sentence(resolveModel('fats', known))).toContain('Did you mean "fast"?')
})

test('a name like no other is unknown', () => {
  expect(sentence(resolveModel('qqqqqqqq', known))).toBe(
    'unknown: The model "qqqqqqqq" does not exist here. GET /v1/models lists those that do.',
  )
})

test('names that the caller may not call are never offered', () => {
  const restricted: KnownModels = { ...known, mayShow: () => false }
  for (const asked of ['gpt-5-mnii', 'fats', 'opnai/gpt-5', 'meta-llama/Llama-3.3-70B']) {
    expect(sentence(resolveModel(asked, restricted))).not.toContain('Did you mean')
  }
  expect(sentence(resolveModel('shared', restricted))).toContain('Ask for it as provider/model.')
})

const bad = [
  '',
  '/',
  '//',
  'openai/',
  '/gpt-5',
  ' ',
  'constructor',
  '__proto__',
  'OPENAI/gpt-5',
  'openai/.',
  'openai/..',
  'openai/\ud800',
] as const
for (const asked of bad) {
  test(`the name "${asked}" is unknown`, () => {
    expect(resolveModel(asked, known).kind).toBe('unknown')
  })
}

test('a hostile name is shown cut and without control characters', () => {
  for (const asked of [`\u001b[31m\r\n${'x'.repeat(100_000)}`, `p\u202e/${'y/'.repeat(50_000)}`]) {
    const text = sentence(resolveModel(asked, known))
    expect(text).toMatch(/^unknown: [\x20-\x7e…]+$/)
    expect(text.length).toBeLessThan(500)
  }
})

test('another provider never changes what a name means', () => {
  const names = ['fast', 'gpt-5', 'openai/gpt-5', 'openai/new', 'llama-3.3-8b', 'together/shared']
  const everything = ['fast', ...providers.openai, ...providers.office, ...providers.together]
  for (const added of ['openrouter', 'meta-llama', 'groq']) {
    const more = knowing({ ...providers, [added]: everything })
    for (const name of names) {
      const [before, after] = [resolveModel(name, known), resolveModel(name, more)]
      if (after.kind === 'found') expect(before).toEqual(after)
      else expect(after.kind).toBe('ambiguous')
    }
  }
})
