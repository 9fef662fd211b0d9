import { describe, expect, test } from 'bun:test'
import { configOf, problemsOf } from '../../test/parsed-configs.ts'

/** A model with two deployments and these settings, each on a line of its own from line 4 on. */
function model(...settings: readonly string[]): string {
  const deployments =
    '    deployments: [{ provider: openai, model: a, tags: [large] }, { provider: openai, model: b }]'
  return ['models:', '  m:', deployments, ...settings.map((setting) => `    ${setting}`)].join('\n')
}

describe('B5 a config refuses rules', () => {
  test('that cannot be read, with the place in the file and in the rule', () => {
    const rules =
      'rules: [{ when: "modle == 1", use: [large] }, { when: "stream and has_tools", use: [large] }]'
    expect(problemsOf(model(rules))).toEqual([
      '4:21 models.m.rules[0].when: at character 1: "modle" is not known; did you mean "model"?',
      '4:59 models.m.rules[1].when: at character 8: write && for "and"',
    ])
  })

  test('that name what the model does not have, or nothing', () => {
    expect(problemsOf(model('rules: [{ when: stream, use: [] }]'))).toEqual([
      '4:34 models.m.rules[0].use: name at least one tag or deployment',
    ])
    expect(problemsOf(model('rules: [{ when: stream, use: [lagre, openai/a] }]'))).toEqual([
      '4:35 models.m.rules[0].use[0]: no deployment of this model has this tag or name; there are large, openai/a, openai/b',
    ])
  })

  test('in a time zone that is none', () => {
    expect(problemsOf(model('time_zone: Europe/Brelin'))).toEqual([
      '4:16 models.m.time_zone: write a time zone such as Europe/Berlin or UTC',
    ])
  })
})

describe('B7 a config refuses splits', () => {
  test('with more than all callers, or two of one name', () => {
    const splits =
      'splits: [{ name: a, percent: 60, use: [large] }, { name: a, percent: 60, use: [openai/b] }]'
    expect(problemsOf(model(splits))).toEqual([
      '4:62 models.m.splits[1].name: there are two splits of this name; each needs its own',
      '4:74 models.m.splits[1].percent: the splits of a model have more than 100 percent together',
    ])
  })

  test('of no callers, by what no caller is known by, or to nobody', () => {
    const splits = 'splits: [{ name: a, percent: 0, by: face, use: [large] }]'
    expect(problemsOf(model(splits))).toEqual([
      '4:34 models.m.splits[0].percent: write a part of the callers in percent, more than 0 and at most 100',
      '4:41 models.m.splits[0].by: write user, key, conversation or header:NAME',
    ])
    expect(problemsOf(model('splits: [{ name: a, percent: 1, use: [new] }]'))).toEqual([
      '4:43 models.m.splits[0].use[0]: no deployment of this model has this tag or name; there are large, openai/a, openai/b',
    ])
  })
})

test('B6 a config refuses a classifier that names nobody of the model', () => {
  expect(problemsOf(model('classifier: { simple: [small], hard: [large] }'))).toEqual([
    '4:28 models.m.classifier.simple[0]: no deployment of this model has this tag or name; there are large, openai/a, openai/b',
  ])
})

test('a config reads what narrows a model, with its defaults', () => {
  const text = model(
    'rules: [{ when: stream, use: [large], fallback: on }]',
    'splits: [{ name: canary, percent: 2.5, use: [openai/b] }]',
    'classifier: { hard: [large] }',
    'cache_aware: off',
  )
  expect(configOf(text).config.models.get('m')).toMatchObject({
    rules: [{ when: 'stream', use: ['large'], fallback: true }],
    splits: [{ name: 'canary', percent: 2.5, use: ['openai/b'], by: 'user' }],
    classifier: { threshold: 0.5, simple: [], hard: ['large'] },
    cache_aware: false,
  })
})
