import { expect, test } from 'bun:test'
import { problemsOf } from '../../test/parsed-configs.ts'

const providers =
  'providers: { here: { type: openai-compatible, base_url: "http://127.0.0.1:1/v1", region: eu }, there: { type: openai-compatible, base_url: "http://127.0.0.1:2/v1" } }'

function config(...models: readonly string[]): string {
  return [providers, 'models:', ...models.map((model) => `  ${model}`)].join('\n')
}

test('D6 a config refuses a model that can be had nowhere it may go', () => {
  expect(
    problemsOf(
      config(
        'm: { residency: { regions: [us] }, deployments: [{ provider: here, model: a }, { provider: there, model: a }] }',
      ),
    ),
  ).toEqual([
    '3:19 models.m.residency: none of its deployments is there: it demands the region us, and they are in: eu, no known region. A deployment or its provider says where it is by `region` and `class`',
  ])
  expect(
    problemsOf(
      config(
        'm: { residency: { regions: [eu] }, deployments: [{ provider: here, model: a }, { provider: there, model: a }] }',
      ),
    ),
  ).toEqual([])
  expect(
    problemsOf(
      config('m: { residency: { regions: [us] }, deployments: [{ provider: there, model: a, region: us }] }'),
    ),
  ).toEqual([])
})

test('D6 a config refuses one place in two regions', () => {
  expect(
    problemsOf(
      config(
        'm: { deployments: [{ provider: there, model: a, region: eu }] }',
        'n: { deployments: [{ provider: there, model: a, region: us }] }',
      ),
    ),
  ).toEqual([
    '4:59 models.n.deployments[0].region: another deployment of the same model at this provider says eu; a place has one region',
  ])
})

test('D6 a config refuses a residency that demands nothing', () => {
  const deployments = 'deployments: [{ provider: here, model: a }]'
  expect(problemsOf(config(`m: { residency: {}, ${deployments} }`))).toEqual([
    '3:19 models.m.residency: write regions, classes, or both: { regions: [eu], classes: [self-hosted] }',
  ])
  expect(problemsOf(config(`m: { residency: { regions: [] }, ${deployments} }`))).toEqual([
    '3:30 models.m.residency.regions: leave it out to allow all',
  ])
})
